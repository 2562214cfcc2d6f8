/** The service `common`: who is there, and who may come in. */
import { plainException } from "../orm/exceptions.js";
import { requireDatabase, type Server, type Transport } from "./server.js";

interface VersionInfo {
  readonly server_version: string;
  readonly server_version_info: readonly unknown[];
  readonly server_serie: string;
  readonly protocol_version: number;
}

export function versionInfo(server: Server): VersionInfo {
  const { version } = server.database.profile;
  return {
    server_version: `${version}.0`,
    server_version_info: [version, 0, 0, "final", 0, ""],
    server_serie: `${version}.0`,
    protocol_version: 1,
  };
}

export function common(server: Server, method: string, args: readonly unknown[], { address }: Transport): unknown {
  switch (method) {
    case "version":
      return versionInfo(server);
    case "about":
      return "See http://openerp.com";
    case "authenticate":
    case "login": {
      const [database, login, secret] = args;
      requireDatabase(server, database);
      const uid = server.credentials.authenticate(login, secret, address);
      return typeof uid === "number" ? uid : false;
    }
    default:
      throw plainException(`Method not found: ${method}`);
  }
}
