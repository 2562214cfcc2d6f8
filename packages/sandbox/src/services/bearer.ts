/** The authentication `bearer`: an API key in the header, or the session of a browser that proves to be one. */
import { accessDenied } from "../orm/exceptions.js";
import type { Profile } from "../versions/profile.js";
import { HttpException } from "./http-exceptions.js";
import type { Server } from "./server.js";

type Headers = Readonly<Record<string, string | undefined>>;

/** What a key is answered that is nobody's, or has ended. */
export function invalidKey({ doors }: Profile): HttpException {
  return new HttpException(401, "Invalid apikey", doors.bearerChallenge);
}

/** Who asks. `session` is who is logged in, where a session is. Throws 401 or AccessDenied. */
export function bearer(server: Server, headers: Headers, session?: number): number {
  const { profile } = server.database;
  const [, key] = /^bearer\s+(.+)$/i.exec(headers.authorization ?? "") ?? [];
  if (key !== undefined) {
    const uid = server.credentials.byKey(key);
    if (uid === undefined) throw invalidKey(profile);
    if (session !== undefined && session !== uid) throw accessDenied("Session user does not match the used apikey");
    return uid;
  }
  if (session === undefined) throw new HttpException(401, profile.says.bearerMissing, profile.doors.bearerChallenge);
  // What a browser says of itself where a person opens a page, so that no other page can forge the request.
  const isPage =
    headers["sec-fetch-dest"] === "document" &&
    headers["sec-fetch-mode"] === "navigate" &&
    ["none", "same-origin"].includes(headers["sec-fetch-site"] ?? "") &&
    headers["sec-fetch-user"] === "?1";
  if (!isPage) throw accessDenied('Missing "Authorization" or Sec-headers for interactive usage');
  return session;
}
