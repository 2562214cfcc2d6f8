/** What a server says of its version. */
import { unreadable } from "../unreadable.js";

export interface Version {
  /** As Odoo writes it: `18.0`, `19.0+e`, `saas~18.2`. */
  readonly server: string;
  readonly major: number;
}

/** JSON-2 came with 19.0. */
export const firstWithJson2 = 19;

/** The version in the answer of any route that tells it. Throws `invalid_json_or_xml`. */
export function versionIn(answer: unknown, url: string): Version {
  const facts: Readonly<Record<string, unknown>> = typeof answer === "object" && answer !== null ? { ...answer } : {};
  const server = String(facts.server_version ?? facts.version ?? "");
  const major = /^(?:saas~)?(\d+)/.exec(server)?.[1];
  if (major === undefined) throw unreadable(url, "the version is not one of Odoo's");
  return { server, major: Number(major) };
}
