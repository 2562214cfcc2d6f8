/** A process that starts sandboxes and tells, as one line of JSON, what that took. Then it serves until its input ends. */
const { createSandbox } = await import("@odoorway/sandbox");
const imported = performance.now();
const before = process.memoryUsage.rss();
const first = await createSandbox({ version: Number(process.argv[2] ?? 18) });
const ready = performance.now();
const more = [];
for (let n = 0; n < 5; n += 1) more.push(await createSandbox());
const again = performance.now();
const after = process.memoryUsage.rss();
await Promise.all(more.map((sandbox) => sandbox.close()));
console.log(
  JSON.stringify({
    url: first.url,
    /** Milliseconds since the process began, and of that what createSandbox took; then each further one. */
    ready: ready,
    create: ready - imported,
    further: (again - ready) / more.length,
    mebibytesEach: (after - before) / 2 ** 20 / (more.length + 1),
  }),
);
process.stdin.resume().on("end", () => process.exit(0));
