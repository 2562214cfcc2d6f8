import { expect, it } from "vitest";
import { serverSentEvents } from "./server-sent-events.js";

async function* slowly() {
  yield { n: 1 };
  await new Promise((resolve) => setTimeout(resolve, 60));
  yield { n: 2 };
}

it("frames values as events and fills silence with comments", async () => {
  const pieces: string[] = [];
  for await (const piece of serverSentEvents("status", slowly(), 20, ({ n }) => `id${n}`)) pieces.push(piece);
  expect(pieces[0]).toBe('event: status\nid: id1\ndata: {"n":1}\n\n');
  expect(pieces.at(-1)).toBe('event: status\nid: id2\ndata: {"n":2}\n\n');
  const between = pieces.slice(1, -1);
  expect(between.length).toBeGreaterThan(0);
  expect(between.every((piece) => piece.startsWith(":"))).toBe(true);
});

it("hands errors on", async () => {
  // biome-ignore lint/correctness/useYield: it fails before its first value
  async function* broken(): AsyncGenerator<unknown> {
    throw new Error("no such import");
  }
  await expect(serverSentEvents("status", broken(), 20, String).next()).rejects.toThrow("no such import");
});
