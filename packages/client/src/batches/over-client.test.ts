/** Batches over a real client: what happens below them (a session that expires, a client that closes) doubles nothing. */
import { describe, expect, it } from "vitest";
import { clientFor, keep, objectCalls, serve } from "../../test-support/harness.js";
import { routes, rpc } from "../../test-support/routes.js";
import { createClient } from "../index.js";
import { createMany } from "./create-many.js";
import { collectResults } from "./summary.js";

const records = Array.from({ length: 60 }, (_, at) => ({ name: `n${at}` }));
const expired = {
  error: { code: 100, message: "Odoo Session Expired", data: { name: "odoo.http.SessionExpiredException" } },
};

describe("batches over a client", () => {
  it("go on in a new session when theirs expires in between, and send nothing twice", async () => {
    let logins = 0;
    let calls = 0;
    const made: unknown[] = [];
    const server = await routes({
      "/web/session/authenticate": ({ body }, response) => {
        response.setHeader("set-cookie", `session_id=s${++logins}`);
        return rpc({ result: { uid: 7 } }, body);
      },
      "/web/dataset/call_kw/m/create": ({ body, headers }) => {
        if (++calls === 2 || (logins > 1 && headers.cookie !== "session_id=s2")) return rpc(expired, body);
        const values: unknown[] = JSON.parse(body).params.args[0];
        return rpc({ result: values.map((one) => made.push(one)) }, body);
      },
    });
    const client = clientFor(server.url, { transport: "session" });
    const { counts } = await collectResults(createMany(client, "m", records, { concurrency: 2 }));
    expect([counts.created, counts.failed, counts.unknown]).toEqual([60, 0, 0]);
    expect(made).toHaveLength(60);
    expect(new Set(made.map((one) => JSON.stringify(one))).size).toBe(60);
    expect(logins).toBe(2);
  });

  it("end with a result for each record when the client is closed: made, or never sent", async () => {
    const server = await serve((call, response) => {
      const values = (call.args[5] as unknown[][])[0] ?? [];
      setTimeout(
        () => response.end(JSON.stringify({ jsonrpc: "2.0", id: 2, result: values.map((_, at) => at + 1) })),
        50,
      );
    });
    const access = { url: server.url, database: "shop", login: "api", apiKey: "k3y-that-must-not-leak" };
    const client = createClient(access);
    keep(client);
    await client.authenticate();
    const results = collectResults(createMany(client, "m", records, { batchSize: 20 }));
    while (objectCalls(server).length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await client.close();
    const { counts } = await results;
    expect(counts).toMatchObject({ created: 20, failed: 40, unknown: 0 });
    expect(objectCalls(server)).toHaveLength(1);
  });
});
