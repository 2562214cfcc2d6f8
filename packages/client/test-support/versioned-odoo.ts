/** For tests: an Odoo of any version that knows the methods it is given, over JSON-RPC; everything else it refuses. */
import { type FakeOdoo, raised } from "./fake-odoo.js";
import { objectCalls, serve } from "./harness.js";

type Method = (args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>) => unknown;

export interface VersionedOdoo {
  readonly url: string;
  /** The calls that came, as `[method, args, kwargs]`. */
  seen(): readonly unknown[];
  /** How often the version was asked. */
  probes(): number;
}

export async function versionedOdoo(
  server_version: string,
  methods: Readonly<Record<string, Method>>,
): Promise<VersionedOdoo> {
  const server: FakeOdoo = await serve(
    ({ args }) => {
      const [, , , model, name, positional, named] = args as [
        0,
        0,
        0,
        string,
        string,
        unknown[],
        Record<string, unknown>,
      ];
      const method = methods[name];
      if (method !== undefined) return method(positional, named);
      return raised("builtins.AttributeError", `type object '${model}' has no attribute '${name}'`);
    },
    ({ method }) => (method === "version" ? { server_version } : 7),
  );
  return {
    url: server.url,
    seen: () => objectCalls(server).map(({ args }) => args.slice(4)),
    probes: () => server.calls.filter(({ method }) => method === "version").length,
  };
}
