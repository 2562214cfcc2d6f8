/**
 * A write whose answer is garbage, over each transport: one typed error in bounded time, `happened: "unknown"`
 * since the request had reached the server, and a client that goes on working.
 */
import type { Socket } from "node:net";
import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { clientFor, failure, keep } from "../test-support/harness.js";
import { created, http, type RawRequest, rawOdoo, xml } from "../test-support/raw-odoo.js";

type Spoiler = (socket: Socket, request: RawRequest) => void;

const bytes =
  (body: string | Uint8Array): Spoiler =>
  (socket) =>
    void socket.write(http(body));
const raw =
  (text: string | Uint8Array): Spoiler =>
  (socket) =>
    void socket.end(text);
const gzip = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const zeros = Buffer.alloc(4 * 1024 * 1024, " ");
const packedZeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
const isXml = ({ path }: RawRequest) => path.startsWith("/xmlrpc/");

/** Writes the answer one byte at a time. */
function trickle(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => (at < text.length ? socket.write(text.charAt(at++)) : clearInterval(timer)), 50);
  socket.on("close", () => clearInterval(timer));
}

const bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';

const spoilers: Readonly<Record<string, Spoiler>> = {
  nothing: bytes(""),
  "white space": bytes(" \n "),
  "a NUL byte": bytes("\u0000"),
  "random bytes": bytes(Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 251)),
  "plain text": bytes("Internal Server Error"),
  "half of an answer": (socket, request) => void socket.write(http(created(request).slice(0, -3))),
  "two answers in one": (socket, request) => void socket.write(http(created(request).repeat(2))),
  "an answer in UTF-16": (socket, request) => void socket.write(http(Buffer.from(created(request), "utf16le"))),
  "an answer in UTF-16 with its mark": (socket, request) =>
    void socket.write(http(Buffer.from(`\ufeff${created(request)}`, "utf16le"))),
  "latin-1 that is no UTF-8": (socket, request) =>
    void socket.write(http(Buffer.from(isXml(request) ? xml("<string>é</string>") : '["é"]', "latin1"))),
  "half of a surrogate pair in UTF-8": bytes(Buffer.from([0x22, 0xed, 0xa0, 0xbd, 0x22])),
  "an overlong NUL": bytes(Buffer.from([0x22, 0xc0, 0x80, 0x22])),
  "another encoding by declaration": (socket, request) =>
    void socket.write(
      http(isXml(request) ? xml("é").replace("?>", " encoding='iso-8859-1'?>") : "<?xml version='1.0'?>"),
    ),
  "the other protocol's answer": (socket, request) =>
    void socket.write(http(isXml(request) ? '{"jsonrpc": "2.0", "id": 1, "result": 7}' : xml("<int>7</int>"))),
  "an entity bomb": bytes(`<?xml version='1.0'?>${bomb}${xml("&b;")}`),
  "an external entity": bytes(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml("&x;")}`),
  "arrays without an end": (socket, request) =>
    void socket.write(
      http(
        isXml(request)
          ? xml("<array><data><value>".repeat(100_000))
          : `{"jsonrpc": "2.0", "id": ${request.id}, "result": ${"[".repeat(1_000_000)}`,
      ),
    ),
  "closed arrays a million deep": (socket, request) => {
    const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
    const text = request.path.startsWith("/json/2/") ? deep : `{"jsonrpc":"2.0","id":${request.id},"result":${deep}}`;
    socket.write(http(isXml(request) ? deep : text));
  },
  "a member that is there twice": (socket, request) => {
    const member = "<member><name>id</name><value><int>1</int></value></member>";
    socket.write(http(isXml(request) ? xml(`<struct>${member}${member}</struct>`) : '{"id": 1, "id": }'));
  },
  "a number that no double holds": (socket, request) => {
    const answer = created(request).replace(/7/, "1e999");
    socket.write(http(answer));
  },
  "an answer over the limit by its length": raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"),
  "an answer over the limit without a length": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.end(zeros);
  },
  "a chunked answer over the limit": (socket) => {
    socket.write(chunked);
    socket.write(`${zeros.length.toString(16)}\r\n`);
    socket.write(zeros);
  },
  "a gzip bomb": (socket) => void socket.write(http(packedZeros, gzip)),
  "gzip that is none": (socket, request) => void socket.write(http(created(request), gzip)),
  "half of a gzip": (socket, request) =>
    void socket.write(http(gzipSync(created(request).repeat(50)).subarray(0, 30), gzip)),
  "gzip with a wrong checksum": (socket, request) => {
    const packed = gzipSync(created(request));
    packed.fill(0, packed.length - 8);
    socket.write(http(packed, gzip));
  },
  "an encoding that was not asked for": (socket, request) =>
    void socket.write(http(deflateRawSync(created(request)), gzip.replace("gzip", "br"))),
  "chunks without a size": raw(`${chunked}zz\r\n{}\r\n0\r\n\r\n`),
  "a chunk of a negative size": raw(`${chunked}-5\r\nhello\r\n0\r\n\r\n`),
  "a chunk that is shorter than it says": raw(`${chunked}ff\r\n{}\r\n0\r\n\r\n`),
  "a chunk size beyond 64 bits": raw(`${chunked}${"f".repeat(40)}\r\n{}`),
  "chunks without an end": raw(`${chunked}2\r\n{}\r\n`),
  "less than the length says": raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}"),
  "a length and chunks at once": raw(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`),
  "two lengths": raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
  "a negative length": raw("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}"),
  "no HTTP": raw("220 smtp.example ready\r\n"),
  "the banner of SSH": raw("SSH-2.0-OpenSSH_9.6\r\n"),
  "a record of TLS": raw(Uint8Array.from([0x15, 3, 3, 0, 2, 2, 70])),
  "HTTP/0.9": raw("<html>hello</html>"),
  "a status that is no number": raw("HTTP/1.1 abc OK\r\n\r\n"),
  "a status of one digit": raw("HTTP/1.1 2 OK\r\nContent-Length: 0\r\n\r\n"),
  "headers without an end": (socket) => void socket.end(`HTTP/1.1 200 OK\r\nX: ${"a".repeat(100_000)}`),
  "a million headers": (socket) => void socket.end(`HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(100_000)}`),
  "a header with a NUL": raw("HTTP/1.1 200 OK\r\nX: \u0000\r\nContent-Length: 2\r\n\r\n{}"),
  "a switch of protocols": raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"),
  "no content": raw("HTTP/1.1 204 No Content\r\n\r\n"),
  "a redirect": raw("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
  "a redirect to nowhere": raw("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
  "a page": (socket) => void socket.write(http("<!DOCTYPE html><title>Hi</title>", "Content-Type: text/html\r\n")),
  "a page that says to be JSON": bytes("<html><body>Sign in</body></html>"),
  "a reset connection": (socket) => void socket.resetAndDestroy(),
  "an end without a byte": (socket) => void socket.end(),
  "one byte every 50 ms": (socket, request) => trickle(socket, http(created(request)).toString()),
  "silence after the headers": (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
  silence: () => undefined,
};

/** The code of everything else is invalid_json_or_xml. */
const codes: Readonly<Record<string, string>> = {
  "a chunk that is shorter than it says": "connection_lost",
  "a chunked answer over the limit": "response_too_large",
  "a gzip bomb": "response_too_large",
  "a length and chunks at once": "connection_lost",
  "a redirect": "http_redirect",
  "a redirect to nowhere": "http_redirect",
  "a reset connection": "connection_lost",
  "a switch of protocols": "connection_lost",
  "an answer over the limit by its length": "response_too_large",
  "an answer over the limit without a length": "response_too_large",
  "an end without a byte": "connection_lost",
  "chunks without an end": "connection_lost",
  "less than the length says": "connection_lost",
  "one byte every 50 ms": "timeout",
  silence: "timeout",
  "silence after the headers": "timeout",
  "two lengths": "connection_lost",
};

/** What slow answers are given; the others may come late on a busy machine. */
const short = 700;

describe.each(["jsonrpc", "xmlrpc", "json2", "session"] as const)("over %s, a write is answered with", (transport) => {
  it.each(Object.entries(spoilers))("%s", async (name, spoil) => {
    const odoo = keep(await rawOdoo());
    const client = clientFor(odoo.url, { transport, timeout: 10_000, maxResponseSize: 3_000_000 });
    const code = codes[name] ?? "invalid_json_or_xml";
    await client.authenticate();
    odoo.spoil(spoil);
    const started = performance.now();
    const error = await failure(
      client.call("res.partner", "create", [{ name: "A" }], {}, code === "timeout" ? { timeout: short } : {}),
    );
    expect(performance.now() - started).toBeLessThan(5_000);
    // A redirect comes before any method is called.
    expect([error.code, error.happened]).toEqual([code, code === "http_redirect" ? "no" : "unknown"]);
    expect(await client.call("res.partner", "create", [{ name: "B" }])).toBe(7);
  });
});

describe("a reply for another call", () => {
  it.each(["jsonrpc", "session"] as const)("over %s is refused", async (transport) => {
    const odoo = keep(await rawOdoo());
    const client = clientFor(odoo.url, { transport });
    await client.authenticate();
    odoo.spoil((socket, request) => void socket.write(http(created({ ...request, id: request.id + 1 }))));
    const error = await failure(client.call("res.partner", "create", [{ name: "A" }]));
    expect([error.code, error.happened]).toEqual(["invalid_json_or_xml", "unknown"]);
    expect(await client.call("res.partner", "create", [{ name: "B" }])).toBe(7);
  });
});

it("the first byte has a time of its own", async () => {
  const odoo = keep(await rawOdoo());
  const client = clientFor(odoo.url, { firstByteTimeout: 150, timeout: 5_000 });
  await client.authenticate();
  odoo.spoil(() => undefined);
  const error = await failure(client.call("res.partner", "create", [{ name: "A" }]));
  expect([error.code, error.happened, error.evidence.seconds]).toEqual(["timeout", "unknown", 0.15]);
});
