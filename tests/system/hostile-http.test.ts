/** What a hostile or broken client may send: every answer is a problem or a clean close, and the gateway lives on. */
import type { Gateway } from "@odoorway/gateway";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openGateway } from "./gateway-client.js";
import { adminToken } from "./programs.js";
import { answersIn, converse, type RawAnswer, type RawOptions } from "./raw-socket.js";

let sandbox: Sandbox;
let gateway: Gateway;

beforeAll(async () => {
  sandbox = await createSandbox();
  gateway = await openGateway(
    { url: sandbox.url, database: "demo", login: "demo", apiKey: "demo-key" },
    { ODOORWAY_LOG_LEVEL: "silent" },
    "limits: { json_mib: 1, upload_mib: 1, idle_seconds: 1 }",
  );
});

afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});

afterEach(async () => {
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
});

const bearer = `Authorization: Bearer ${adminToken}\r\n`;
const host = "Host: gateway\r\n";
const good = `GET /healthz HTTP/1.1\r\n${host}\r\n`;
const csvTo = (path = "/v1/imports?model=res.partner&key=ref") =>
  `POST ${path} HTTP/1.1\r\n${host}${bearer}Content-Type: text/csv\r\n`;

async function answersTo(pieces: readonly (string | Buffer)[], options?: RawOptions): Promise<RawAnswer[]> {
  return answersIn((await converse(gateway.port, pieces, options)).text);
}

function problemOf(answer: RawAnswer | undefined): { status: number; code: string } {
  expect(answer?.headers["content-type"]).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(answer?.body ?? "") as { status: number; code: string };
  expect(problem.status).toBe(answer?.status);
  return problem;
}

async function importsKept(): Promise<number> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const answer = await fetch(`${gateway.url}/v1/imports?limit=200`, { headers });
  return ((await answer.json()) as { data: unknown[] }).data.length;
}

describe("request lines and heads", () => {
  it.each<[name: string, text: string, status: number, code: string]>([
    ["a method in small letters", `get /healthz HTTP/1.1\r\n${host}\r\n`, 501, "unknown_method"],
    ["a method that no address takes", `PROPFIND /healthz HTTP/1.1\r\n${host}\r\n`, 501, "unknown_method"],
    ["TRACE", `TRACE /healthz HTTP/1.1\r\n${host}\r\n`, 501, "unknown_method"],
    ["HTTP/1.1 without Host", "GET /healthz HTTP/1.1\r\n\r\n", 400, "malformed_request"],
    ["two Hosts", `GET /healthz HTTP/1.1\r\n${host}${host}\r\n`, 400, "malformed_request"],
    ["a NUL in the path", `GET /heal\0thz HTTP/1.1\r\n${host}\r\n`, 400, "malformed_request"],
    ["a space in the path", `GET /heal thz HTTP/1.1\r\n${host}\r\n`, 400, "malformed_request"],
    ["a NUL in a header", `GET /healthz HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`, 400, "malformed_request"],
    ["a folded header", `GET /healthz HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`, 400, "malformed_request"],
    ["a bare CR", `GET /healthz HTTP/1.1\rHost: x\r\n\r\n`, 400, "malformed_request"],
    ["an encoded NUL in a model", `GET /v1/models/res%00 HTTP/1.1\r\n${host}${bearer}\r\n`, 404, "model_not_found"],
    [
      "an encoded NUL in an id",
      `GET /v1/records/res.partner/1%00 HTTP/1.1\r\n${host}${bearer}\r\n`,
      400,
      "invalid_parameter",
    ],
    ["a broken percent-encoding", `GET /v1/models/%zz HTTP/1.1\r\n${host}${bearer}\r\n`, 400, "malformed_request"],
    [
      "percent-encoding that is no UTF-8",
      `GET /v1/models/%ff HTTP/1.1\r\n${host}${bearer}\r\n`,
      400,
      "malformed_request",
    ],
    ["a path out of the root", `GET /console/../../etc/passwd HTTP/1.1\r\n${host}\r\n`, 404, "route_not_found"],
    ["an encoded one", `GET /console/%2e%2e%2fetc%2fpasswd HTTP/1.1\r\n${host}\r\n`, 404, "route_not_found"],
    ["a long address", `GET /healthz?${"a".repeat(9_000)} HTTP/1.1\r\n${host}\r\n`, 414, "uri_too_long"],
    ["a huge address", `GET /${"a".repeat(100_000)} HTTP/1.1\r\n${host}\r\n`, 414, "uri_too_long"],
    ["many headers", `GET /healthz HTTP/1.1\r\n${host}${"X-A: b\r\n".repeat(20_000)}\r\n`, 431, "headers_too_large"],
    ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "malformed_request"],
    ["TLS", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", 400, "malformed_request"],
  ])("%s", async (_name, text, status, code) => {
    const [answer, ...more] = await answersTo([text]);
    const problem = problemOf(answer);
    expect([problem.status, problem.code, more]).toEqual([status, code, []]);
  });

  it("takes what is merely unusual", async () => {
    for (const line of [
      "GET http://gateway/healthz HTTP/1.1",
      "GET HTTP://other:1/healthz HTTP/1.1",
      "GET /healthz? HTTP/1.1",
    ])
      expect((await answersTo([`${line}\r\n${host}\r\n`]))[0]?.status).toBe(200);
    const wrong = (await answersTo([`PUT http://gateway/healthz HTTP/1.1\r\n${host}\r\n`]))[0];
    expect(problemOf(wrong)).toMatchObject({ status: 405, instance: "/healthz" });
    const old = await converse(gateway.port, ["GET /healthz HTTP/1.0\r\n\r\n"]);
    expect([old.closed, answersIn(old.text)[0]?.status]).toEqual([true, 200]);
    const many = `GET /healthz HTTP/1.1\r\n${host}${"X-A: b\r\n".repeat(1_500)}\r\n`;
    expect((await answersTo([many]))[0]?.status).toBe(200);
  });
});

describe("smuggling", () => {
  const inner = `GET /v1/tokens HTTP/1.1\r\n${host}${bearer}\r\n`;
  it.each([
    ["a length and chunks", `${csvTo()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ["chunks and a length", `${csvTo()}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${inner}`],
    ["two lengths", `${csvTo()}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`],
    ["a list of lengths", `${csvTo()}Content-Length: 0, ${inner.length}\r\n\r\n${inner}`],
    ["a signed length", `${csvTo()}Content-Length: +0\r\n\r\n${inner}`],
    ["chunks that are not last", `${csvTo()}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`],
    ["chunks named twice", `${csvTo()}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n${inner}`],
    ["a space before the colon", `${csvTo()}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`],
    ["a chunk's size of no number", `${csvTo()}Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n${inner}`],
    ["a chunk longer than it says", `${csvTo()}Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n${inner}`],
    ["a size past every number", `${csvTo()}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na\r\n${inner}`],
  ])("%s: refused, closed, and nothing behind it is read as a request", async (_name, text) => {
    const before = await importsKept();
    const { text: said, closed } = await converse(gateway.port, [text]);
    const answers = answersIn(said);
    expect([answers.length, closed]).toEqual([1, true]);
    expect(problemOf(answers[0]).status).toBe(400);
    expect(await importsKept()).toBe(before);
  });
});

describe("pipelined requests", () => {
  it("are answered in order", async () => {
    const unknown = `GET /nothing HTTP/1.1\r\n${host}\r\n`;
    const answers = await answersTo([good + unknown + good]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200]);
  });

  it("keep their answers though garbage follows, which is refused behind them", async () => {
    sandbox.fault({ model: "res.partner", method: "search_read", delay: 200 });
    const slow = `GET /v1/records/res.partner?limit=1 HTTP/1.1\r\n${host}${bearer}\r\n`;
    const { text, closed } = await converse(gateway.port, [`${slow}${good}garbage\r\n\r\n`]);
    const answers = answersIn(text);
    expect([answers.map(({ status }) => status), closed]).toEqual([[200, 200, 400], true]);
    expect(problemOf(answers[2]).code).toBe("malformed_request");
  });
});

describe("bodies", () => {
  it("are not asked for behind a wrong token, and the connection is closed", async () => {
    const wrong = csvTo().replace(adminToken, "someone-elses-token");
    const { text, closed } = await converse(gateway.port, [
      `${wrong}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
    ]);
    const [answer, ...more] = answersIn(text);
    expect([answer?.status, answer?.headers["www-authenticate"], more, closed]).toEqual([
      401,
      'Bearer realm="odoorway", error="invalid_token"',
      [],
      true,
    ]);
  });

  it("that trickle and stop are given up, and nothing is kept", async () => {
    const before = await importsKept();
    const { text, closed } = await converse(
      gateway.port,
      [`${csvTo()}Content-Length: 1000\r\n\r\n`, "ref,", "name\n", "a,b\n"],
      { pause: 300 },
    );
    expect([problemOf(answersIn(text)[0]).code, closed]).toEqual(["request_timeout", true]);
    expect(await importsKept()).toBe(before);
  });

  it.each([
    ["a length", `${csvTo()}Content-Length: 500000\r\n\r\nref,name\n${"x,y\n".repeat(20_000)}`],
    ["chunks", `${csvTo()}Transfer-Encoding: chunked\r\n\r\nd\r\nref,name\nx,y\n\r\n`],
    ["a form", `${csvTo().replace("text/csv", "multipart/form-data; boundary=b")}Content-Length: 9999\r\n\r\n--b\r\n`],
    [
      "JSON",
      `${csvTo("/v1/records/res.partner").replace("text/csv", "application/json")}Content-Length: 50\r\n\r\n{"na`,
    ],
  ])("announced with %s and cut off keep nothing", async (_name, text) => {
    const before = await importsKept();
    const created = sandbox.calls().length;
    await converse(gateway.port, [text], { hangUp: true, pause: 100 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([await importsKept(), sandbox.calls().length]).toEqual([before, created]);
  });

  it("past the limit are refused before they came whole", async () => {
    const start = `${csvTo()}Transfer-Encoding: chunked\r\n\r\n`;
    const chunk = `40000\r\n${"ref,name\n".padEnd(0x40000, "x")}\r\n`;
    const answers = await answersTo([start, chunk, chunk, chunk, chunk, chunk]);
    expect(problemOf(answers[0]).code).toBe("payload_too_large");
  });

  it("come in by the hundred at once, each kept whole", async () => {
    const before = await importsKept();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const answer = await fetch(`${gateway.url}/v1/imports?model=res.partner&key=ref`, {
          method: "POST",
          headers: { authorization: `Bearer ${adminToken}`, "content-type": "text/csv" },
          body: `ref,name\nparallel-${index},Parallel ${index}\n`,
        });
        return { status: answer.status, body: (await answer.json()) as { id: string; counts: { read: number } } };
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(100);
    expect(answers.every(({ body }) => body.counts.read === 1)).toBe(true);
    expect(await importsKept()).toBe(before + 100);
  });
});
