/** A call of a service, whatever transport brought it. */
import { keyError } from "../orm/exceptions.js";
import { common } from "./common.js";
import { db } from "./db.js";
import { object } from "./object.js";
import type { Server, Transport } from "./server.js";

export function dispatch(
  server: Server,
  service: unknown,
  method: string,
  args: readonly unknown[],
  transport: Transport,
): unknown {
  if (service === "common") return common(server, method, args, transport);
  if (service === "db") return db(server, method, args);
  if (service === "object") return object(server, method, args, transport);
  throw keyError(String(service));
}
