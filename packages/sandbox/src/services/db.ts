/** The service `db`: the names of the databases. What manages databases wants the master password, which a sandbox has not. */
import { accessDenied, attributeError } from "../orm/exceptions.js";
import type { Server } from "./server.js";

export function db(server: Server, method: string, args: readonly unknown[]): unknown {
  switch (method) {
    case "list":
      return [server.database.name];
    case "db_exist":
      return args[0] === server.database.name;
    case "server_version":
      return `${server.database.profile.version}.0`;
    case "list_lang":
      return [["en_US", "English (US)"]];
    case "create_database":
    case "duplicate_database":
    case "drop":
    case "dump":
    case "restore":
    case "rename":
    case "change_admin_password":
    case "migrate_databases":
      throw accessDenied();
    default:
      throw attributeError(`Method not found: ${method}`);
  }
}
