/** How messages and activities refuse: by the kind of document, the right and the records. */
import type { Env } from "../../orm/env.js";
import { accessError } from "../../orm/exceptions.js";

export function securityRefusal(env: Env, kind: string, right: string, ids: readonly number[]): Error {
  const records = env.db.profile.messaging.listed(ids);
  return accessError(
    "The requested operation cannot be completed due to security restrictions. Please contact your system administrator." +
      `\n\n(Document type: ${kind}, Operation: ${right})\n\nRecords: ${records}, User: ${env.uid}`,
  );
}
