/** No right input is refused, and the record then holds what was sent: against the sandbox, and a real Odoo where one is named. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { allRight } from "../right/index.js";
import { differences } from "../right-table.js";
import { filled, gatewayRequest, lineOf, nameOf } from "../table.js";
import type { Target, World } from "../world.js";

it("has at least 200 right cases of at least 20 models, each under a name of its own", () => {
  expect(allRight.length).toBeGreaterThanOrEqual(200);
  expect(new Set(allRight.map(nameOf)).size).toBe(allRight.length);
  const models = new Set(allRight.map(({ request }) => /^[A-Z]+ ([^/?]+)/.exec(request)?.[1]));
  expect(models.size).toBeGreaterThanOrEqual(20);
});

export function takesRightInputs({ version, isReal, isLimited }: Target, opened: () => World): void {
  let world: World;
  const made: [model: string, id: number][] = [];
  const keys = `validation.right_${Date.now()}`;
  beforeAll(() => {
    world = opened();
  });
  afterAll(async () => {
    if (isReal)
      for (const [model, id] of made.reverse())
        await world.odoo
          .call(model, "unlink", [[id]])
          .catch(() => world.odoo.call(model, "action_archive", [[id]]).catch(() => 0));
  }, 300_000);

  const cases = allRight
    .filter(({ only }) => only === undefined || only === version)
    .map((one, index) => ({ ...one, name: nameOf(one), key: `${keys}_${index}` }));

  it.each(cases.map((one) => [one.name, one] as const))("%s", async (_name, { request, body, holds, key }) => {
    const line = lineOf(request, world.ids);
    const { method, path } = gatewayRequest(line, key);
    const values = filled(body, world.ids) as Record<string, unknown>;
    const fields = Object.keys(values).join(",");
    const answer = await world.ask(method, `${path}?fields=${fields}`, values);
    if (isLimited && answer.status === 403) return;
    expect(answer.status, answer.text).toBeLessThan(300);
    const id = line.method === "PATCH" ? Number(line.id) : Number(answer.headers.get("location")?.split("/").at(-1));
    if (line.method !== "PATCH") made.push([line.model, id]);
    const held = await world.ask("GET", `/v1/records/${line.model}/${id}?fields=${fields}`);
    expect(differences({ ...values, ...(filled(holds, world.ids) as object) }, JSON.parse(held.text))).toEqual([]);
  });
}
