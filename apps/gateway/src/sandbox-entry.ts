/** The process that sandbox-process.ts starts: a sandbox on a free port of loopback, until its parent is gone. */
import { createSandbox } from "@odoorway/sandbox";

// Ctrl-C reaches every process of the terminal; the gateway ends this one when it needs it no more.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

const sandbox = await createSandbox();
process.on("disconnect", () => {
  void sandbox.close().finally(() => process.exit(0));
});
process.send?.(sandbox.url);
