/** A node as a process of its own: claims records of an import, says what it holds, completes them. Ends when nothing is open. */
import { openStore } from "@odoorway/store";

const [, , url, importId, node, leaseMs] = process.argv;
const store = await openStore({ kind: "postgres", url });
await store.registerNode(node);
const beating = setInterval(() => {
  void store.heartbeat(node).then(() => store.releaseLapsed(Number(leaseMs)));
}, Number(leaseMs) / 4);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
for (;;) {
  const claimed = await store.claimRecords(importId, node, { records: 20, rows: 20 });
  if (claimed === "none" || claimed === "lapsed") break;
  if (claimed === "wait") {
    await pause(50);
    continue;
  }
  const keys = claimed.records.map((record) => record.key);
  if (!(await store.journalSending(importId, node, claimed.entity, keys, "create"))) break;
  process.stdout.write(`${keys.join(" ")}\n`);
  await pause(10);
  const done = claimed.records.map((record) => ({ record, outcome: "created", odooId: 1, diagnosis: null }));
  await store.completeRecords(importId, node, done);
}
clearInterval(beating);
await store.close();
