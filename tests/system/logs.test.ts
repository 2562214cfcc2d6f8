/** `odoorway logs` as a black box: a file, a zipped file, standard input, a file that grows and is rotated. */
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { run, until } from "./programs.js";

const log = fileURLToPath(new URL("../../examples/data/odoo-server.log", import.meta.url));
const page = fileURLToPath(new URL("../../docs/reference/logs.md", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "odoorway-logs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function logs(args: readonly string[], input?: string | Uint8Array) {
  const program = run(["logs", ...args], {}, input);
  const code = await program.done();
  expect(program.said()).not.toMatch(/^\s+at .+:\d+/m);
  return { code, out: program.out(), said: program.said() };
}

describe("odoorway logs", () => {
  it("prints what the documentation shows", async () => {
    const { code, out } = await logs([log, "--top", "2"]);
    expect(code).toBe(1);
    const shown = /```text\n(.*?)```/s.exec(readFileSync(page, "utf8"))?.[1];
    expect(out.trim()).toBe(shown?.trim());
  });

  it("reads the same from a zipped file and from standard input, as JSON", async () => {
    const text = readFileSync(log);
    writeFileSync(join(folder, "server.log.gz"), gzipSync(text));
    const answers = await Promise.all([
      logs([log, "--json"]),
      logs([join(folder, "server.log.gz"), "--json"]),
      logs(["--json"], text),
      logs(["-", "--json"], text.toString().replaceAll("\n", "\r\n")),
    ]);
    const [first, ...others] = answers.map(({ out }) => JSON.parse(out));
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ requests: 10, slow_count: 1 });
    expect(first.failures.map(({ code, count }: { code: string; count: number }) => [code, count])).toEqual([
      ["invalid_field_name", 4],
      ["auth_invalid_credentials", 3],
      ["not_null_violation", 1],
      ["access_model_denied", 1],
      ["timeout", 1],
    ]);
  });

  it("says what is no log, and what cannot be read", async () => {
    const nothing = await logs([], "");
    expect(nothing).toMatchObject({ code: 2, said: expect.stringContaining("It is empty") });
    const noise = await logs([], Buffer.from([0, 255, 10, 27, 91, 50, 74, 10]));
    expect(noise).toMatchObject({ code: 2, said: expect.stringContaining("This is no log of an Odoo server") });
    const missing = await logs([join(folder, "missing.log")]);
    expect(missing).toMatchObject({ code: 2, said: expect.stringContaining("ENOENT") });
    writeFileSync(join(folder, "broken.gz"), gzipSync(readFileSync(log)).subarray(0, 300));
    expect((await logs([join(folder, "broken.gz")])).code).toBe(2);
  });

  it("lets no control character of a log reach the terminal", async () => {
    const hostile = readFileSync(log, "utf8").replaceAll("'emial'", "'em\u001b]0;owned\u0007\u202eial'");
    const { out } = await logs(["--top", "9"], hostile);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });

  it("reads half a million lines in little memory", async () => {
    const line =
      '2026-11-20 10:00:00,000 77 INFO shop werkzeug: 10.0.0.9 - - [x] "POST /jsonrpc HTTP/1.1" 200 - 1 0.01 0.02\n';
    const file = join(folder, "long.log");
    writeFileSync(file, line.repeat(500_000));
    const program = run(["logs", "--json", file], { NODE_OPTIONS: "--max-old-space-size=48" });
    expect(await program.done(), program.said().slice(-500)).toBe(0);
    expect(JSON.parse(program.out())).toMatchObject({ lines: 500_000, requests: 500_000, failures: [] });
  });

  it("follows a file that grows and is rotated", async () => {
    const file = join(folder, "growing.log");
    const [head = "", tail = ""] = readFileSync(log, "utf8").split("2026-11-20 08:05:30,500");
    writeFileSync(file, head);
    const program = run(["logs", "-f", "--json", file]);
    const codes = () =>
      program
        .out()
        .trim()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line).code);
    await until(() => codes().length === 3, program.said);
    appendFileSync(file, `2026-11-20 08:05:30,500${tail.slice(0, 900)}`);
    await until(() => codes().includes("not_null_violation"), program.said);
    renameSync(file, `${file}.1`);
    writeFileSync(file, "2026-11-20 09:00:00,000 1 ERROR ? odoo.service.server: WorkerHTTP (7) timeout after 120s\n");
    await until(() => codes().includes("timeout"), program.said);
    expect(await program.end("SIGINT")).toBe(1);
  });
});
