/** A process that sends mended rows again: rows from 1 to so many, whose name becomes `mended`. Says when it begins and ends. */
import { systemClock } from "@odoorway/core";
import { createImports } from "@odoorway/imports";
import { openStore } from "@odoorway/store";

const [, , url, importId, many] = process.argv;
const store = await openStore({ kind: "postgres", url });
const never = () => Promise.reject(new Error("nothing is sent here"));
const imports = createImports({
  store,
  caller: { call: never },
  metadata: { model: never },
  externalIds: { find: never },
  explainLoad: () => new Error("nothing is sent here"),
  mappings: new Map(),
  clock: systemClock,
  observe: () => {},
  random: Math.random,
});
const edited = Array.from({ length: Number(many) }, (_none, at) => ({
  line: at + 2,
  data: { ref: `k${at}`, name: "mended" },
}));
process.stdout.write("begins\n");
await imports.retry(importId, { edited });
process.stdout.write("ends\n");
await store.close();
