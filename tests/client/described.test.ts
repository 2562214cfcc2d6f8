/** JSON-2 names the arguments of methods that the client's table lacks by the server's own description. */
import { createClient } from "@odoorway/client";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const keys = { admin: "a".repeat(40), clerk: "b".repeat(40) };
let sandbox: Sandbox;

beforeAll(async () => {
  const users = [
    { login: "admin", keys: [{ key: keys.admin }] },
    { login: "clerk", keys: [{ key: keys.clerk }] },
  ];
  sandbox = await createSandbox({ version: 19, seed: { db: "shop", users } });
});
afterAll(() => sandbox.close());

const connect = (login: "admin" | "clerk") =>
  createClient({ url: sandbox.url, database: "shop", login, apiKey: keys[login], transport: "json2" });

describe("a method that the table of signatures lacks", () => {
  it("is called with positional arguments where the server describes it, and asked about once a model", async () => {
    const odoo = connect("admin");
    const todo = ["mail.mail_activity_data_todo"];
    const [id] = (await odoo.call("res.partner", "create", [[{ name: "Described" }]])) as number[];
    expect(await odoo.call("res.partner", "activity_unlink", [[id], todo])).toBe(true);
    const unknown = await odoo.call("res.partner", "no_such_method", [[id], 1]).catch((error: unknown) => error);
    expect(unknown).toMatchObject({ code: "bad_arguments", happened: "no" });
    await odoo.close();
  });

  it("is refused with what to pass where the user may not see the description", async () => {
    const odoo = connect("clerk");
    await expect(odoo.call("res.partner", "address_get", [[1], ["invoice"]])).rejects.toMatchObject({
      code: "bad_arguments",
      happened: "no",
      message: expect.stringContaining("by name"),
    });
    await odoo.close();
  });
});
