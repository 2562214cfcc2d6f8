/** What the gateway needs and does not get: Odoo gone, back again, or losing its answers, and a port that is taken. */
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Access, type Answer, type Ask, deadAddress, openGateway } from "./gateway-client.js";

let sandbox: Sandbox;
let access: Access;
let gateway: Awaited<ReturnType<typeof openGateway>>;
let ask: Ask;

beforeAll(async () => {
  sandbox = await createSandbox();
  access = { url: sandbox.url, database: "demo", login: "demo", apiKey: "demo-key" };
  gateway = await openGateway(access);
  ask = gateway.ask;
});

afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});

/** What says that a request may be sent again, and when. */
function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body.happened]).toEqual([503, "no"]);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
}

describe("an Odoo that answers no more", () => {
  it("makes the gateway unready until it is back; what is known of its models serves on", async () => {
    const made = await ask("POST", "/v1/records/res.partner", { name: "Before" });
    expect(made.status).toBe(201);
    expect((await ask("GET", "/readyz")).status).toBe(200);

    await sandbox.close();
    const unready = await ask("GET", "/readyz");
    expect([unready.status, unready.body.code]).toEqual([503, "not_ready"]);
    expect(unready.headers.get("retry-after")).not.toBeNull();
    expect(unready.body.cause).toContain("odoo:");
    expect((await ask("GET", "/healthz")).status).toBe(200);
    expectUnavailable(await ask("GET", "/v1/records/res.partner"));
    expectUnavailable(await ask("POST", "/v1/records/res.partner", { name: "Meanwhile" }));
    expect((await ask("GET", "/v1/models/res.partner")).status).toBe(200);
    const wrong = await ask("POST", "/v1/records/res.partner", { nmae: "x" });
    expect([wrong.status, wrong.body.errors?.[0]?.nearest]).toEqual([422, "name"]);

    sandbox = await createSandbox({ port: sandbox.port });
    expect((await ask("GET", "/readyz")).body).toMatchObject({ status: "ready" });
    expect((await ask("POST", "/v1/records/res.partner", { name: "After" })).status).toBe(201);
    expect((await ask("GET", "/v1/records/res.partner?name=Meanwhile&fields=id")).body.data).toEqual([]);
  });

  it("from the start on is no reason not to start", async () => {
    const alone = await openGateway({ ...access, url: await deadAddress() });
    try {
      expect((await alone.ask("GET", "/readyz")).body).toMatchObject({ code: "not_ready" });
      expectUnavailable(await alone.ask("GET", "/v1/records/res.partner"));
      expect((await alone.ask("GET", "/healthz")).status).toBe(200);
      // After ten tries in a row the circuit is open: refused at once, with the seconds to wait.
      let answer = await alone.ask("GET", "/v1/records/res.partner");
      for (let more = 0; more < 4 && answer.body.code !== "circuit_open"; more++)
        answer = await alone.ask("GET", "/v1/records/res.partner");
      expect(answer.body.code).toBe("circuit_open");
      expectUnavailable(answer);
      expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(5);
    } finally {
      await alone.close();
    }
  });
});

describe("an answer that is lost", () => {
  it("of a create does not create again, and the problem says that it may have happened", async () => {
    sandbox.fault({ model: "res.partner", method: "create", drop: "after" });
    const lost = await ask("POST", "/v1/records/res.partner", { name: "Lost reply" });
    expect([lost.status, lost.body.code, lost.body.happened]).toEqual([502, "connection_lost", "unknown"]);
    expect((await ask("GET", "/v1/records/res.partner?name=Lost reply&fields=id")).body.data).toHaveLength(1);
  });

  it("of the read behind a create does not look like a failed create", async () => {
    sandbox.fault({ model: "res.partner", method: "read", drop: "before", times: 3 });
    const made = await ask("POST", "/v1/records/res.partner", { name: "Unseen" });
    expect([made.status, made.body]).toEqual([201, { id: made.body.id }]);
    expect(made.headers.get("location")).toBe(`/v1/records/res.partner/${made.body.id}`);
    expect((await ask("GET", "/v1/records/res.partner?name=Unseen&fields=id")).body.data).toHaveLength(1);
  });
});

describe("a port that is taken", () => {
  it("is answered with the next free one", async () => {
    await expect(openGateway(access, { ODOORWAY_PORT: String(gateway.port) })).rejects.toMatchObject({
      code: "configuration_error",
      fix: expect.stringMatching(/ODOORWAY_PORT=\d+/),
    });
  });
});
