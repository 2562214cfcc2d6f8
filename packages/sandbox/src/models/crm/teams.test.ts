/** What a team and a campaign need and no client tells. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type OdooVersion, type Sandbox } from "../../index.js";

describe.each<OdooVersion>([18, 19])("%s", (version) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ version });
  });
  afterAll(() => sandbox.close());

  async function create(model: string, values: object): Promise<unknown> {
    const response = await fetch(`${sandbox.url}/jsonrpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        params: { service: "object", method: "execute_kw", args: ["demo", 2, "admin", model, "create", [values]] },
      }),
    });
    return ((await response.json()) as { result?: unknown }).result;
  }

  it("makes a team with its address by its name alone", async () => {
    const id = await create("crm.team", { name: "North" });
    expect(sandbox.records("crm.team", [["id", "=", id]])).toMatchObject([
      {
        name: "North",
        alias_id: [id, `mail.alias,${id}`],
        alias_defaults: `{'type': 'opportunity', 'team_id': ${id}}`,
        alias_model_id: [expect.any(Number), expect.stringContaining("Lead")],
        alias_contact: "everyone",
      },
    ]);
  });

  it("makes a campaign by its title", async () => {
    const id = await create("utm.campaign", { title: "Spring" });
    expect(sandbox.records("utm.campaign", [["id", "=", id]])).toMatchObject([
      { title: "Spring", name: "Spring", stage_id: [1, "utm.stage,1"], user_id: [2, expect.any(String)] },
    ]);
  });
});
