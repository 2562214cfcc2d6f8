/** Every wrong input is refused by the gateway with its code, at its place, with the words that help, and nothing is written. */
import { beforeAll, expect, it } from "vitest";
import type { Answer } from "../../system/gateway-client.js";
import { filled, gatewayRequest, lineOf, nameOf } from "../table.js";
import type { Target, World } from "../world.js";
import { allWrong } from "../wrong/index.js";

it("has at least 200 wrong cases of at least 20 models, each under a name of its own", () => {
  expect(allWrong.length).toBeGreaterThanOrEqual(200);
  expect(new Set(allWrong.map(nameOf)).size).toBe(allWrong.length);
  const models = new Set(allWrong.map(({ request }) => /^[A-Z]+ ([^/?]+)/.exec(request)?.[1]));
  expect(models.size).toBeGreaterThanOrEqual(20);
});

export function refusesWrongInputs({ version }: Target, opened: () => World): void {
  let world: World;
  beforeAll(() => {
    world = opened();
  });

  const cases = allWrong
    .filter(({ only }) => only === undefined || only === version)
    .map((one, index) => ({ ...one, name: nameOf(one), key: `validation.wrong_${index}` }));

  it.each(cases.map((one) => [one.name, one] as const))("%s", async (_name, { request, body, refused, key }) => {
    const line = lineOf(request, world.ids);
    const { method, path } = gatewayRequest(line, key);
    world.calls();
    const answer = await world.ask(method, path, asJson(filled(body, world.ids)));
    // A record that is not there is Odoo's to miss: the write is its first word of it.
    const writes = world.writes(refused[0] === "missing_record" ? "done" : "all");
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    expect(answer.status, answer.text).toBeLessThan(500);
    const told = problemsOf(answer);
    expect(told.map(({ place }) => place).sort()).toEqual(refused.map((line) => placeOf(line, world)).sort());
    for (const line of refused) {
      const words = wordsOf(line, world);
      const places = told.filter(({ place }) => place === placeOf(line, world));
      expect(places.map(({ text }) => text).join("\n")).toContain(words);
    }
    expect(writes).toEqual([]);
  });
}

/** `ask` sends text as it is: here it is JSON like everything else. */
function asJson(body: unknown): unknown {
  return body === undefined ? undefined : JSON.stringify(body);
}

/** Of each problem its place, `pointer code`, and its text; of a request that is refused as a whole the code alone. */
function problemsOf({ body }: Answer): { place: string; text: string }[] {
  if (body.errors === undefined || body.errors.length === 0)
    return [{ place: body.code, text: `${body.fix} ${body.cause}` }];
  return body.errors.map(({ pointer, code, fix, cause }) => ({
    place: `${pointer} ${code}`.trim(),
    text: `${fix} ${cause}`,
  }));
}

function placeOf(refusal: string, world: World): string {
  return withIds(/^[^:]*?(?=:|$)/.exec(refusal)?.[0] ?? "", world);
}

function wordsOf(refusal: string, world: World): string {
  const at = refusal.indexOf(": ");
  return at < 0 ? "" : withIds(refusal.slice(at + 2), world);
}

function withIds(text: string, { ids }: World): string {
  return text.replace(/@(\w+)/g, (all, name: string) => String(ids[name] ?? all));
}
