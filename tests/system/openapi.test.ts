/** The description of the API is valid OpenAPI 3.1 and says everything that is served. */
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Ask, type Body, openGateway } from "./gateway-client.js";

let sandbox: Sandbox;
let gateway: Awaited<ReturnType<typeof openGateway>>;
let ask: Ask;

beforeAll(async () => {
  sandbox = await createSandbox();
  gateway = await openGateway({ url: sandbox.url, database: "demo", login: "demo", apiKey: "demo-key" });
  ask = gateway.ask;
});

afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});

it.each(["/openapi.json", "/v1/openapi.json?models=res.partner,sale.order,product.template"])(
  "%s is valid, and every reference in it resolves",
  async (path) => {
    const { text } = await ask("GET", path);
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(text))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    const document: unknown = JSON.parse(text);
    const references = [...text.matchAll(/"\$ref":"#([^"]+)"/g)].map(([, pointer = ""]) => pointer);
    expect(references.length).toBeGreaterThan(10);
    for (const pointer of new Set(references)) expect([pointer, at(document, pointer)]).not.toContain(undefined);
  },
);

it("describes every route of the table, each with its errors as problems", async () => {
  const { paths } = (await ask("GET", "/openapi.json")).body;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  for (const { name, operation } of operations)
    expect([name, operation.responses.default]).toEqual([name, { $ref: "#/components/responses/Problem" }]);
  const names = operations.map(({ name }) => name).filter((name) => name.includes(" /v1/"));
  expect(names.sort()).toEqual(listed((await ask("GET", "/docs")).text));
  for (const [path, methods] of Object.entries(paths)) {
    const { headers } = await ask("OPTIONS", path.replaceAll(/\{\w+\}/g, "x"));
    const served = (headers.get("allow") ?? "").split(", ").filter((method) => !["HEAD", "OPTIONS"].includes(method));
    expect([path, served.sort()]).toEqual([
      path,
      Object.keys(methods)
        .map((method) => method.toUpperCase())
        .sort(),
    ]);
  }
});

it("describes the header of what was judged by metadata from before", async () => {
  const { paths } = (await ask("GET", "/openapi.json")).body;
  const answers = paths["/v1/records/{model}"]?.post?.responses as Record<string, { headers?: object }> | undefined;
  expect(Object.keys(answers?.["201"]?.headers ?? {})).toEqual(["Odoorway-Metadata"]);
});

it("describes the problems that are sent", async () => {
  const { components } = (await ask("GET", "/openapi.json")).body as Body & {
    components: { schemas: { Problem: { required: string[]; properties: Record<string, unknown> } } };
  };
  const problems = [
    await ask("GET", "/nothing"),
    await ask("POST", "/v1/records/res.partner", { nmae: 1 }),
    await ask("GET", "/v1/records/res.partner/999999999"),
  ];
  for (const { body } of problems) {
    const { required, properties } = components.schemas.Problem;
    expect(required.filter((name) => !(name in body))).toEqual([]);
    expect(Object.keys(body).filter((name) => !(name in properties))).toEqual([]);
  }
});

/** What an RFC 6901 pointer points at. */
function at(document: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
}

/** The routes that the page for people names: those of the API. */
function listed(page: string): string[] {
  return [...page.matchAll(/<tr><td>([A-Z]+)<\/td><td><code>([^<]+)<\/code>/g)]
    .map(([, method, path]) => `${method} ${path}`)
    .sort();
}
