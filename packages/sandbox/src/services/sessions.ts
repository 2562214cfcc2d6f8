/** Browser sessions: who is logged in under which cookie, and the token that a form must bring. */

export interface Session {
  readonly sid: string;
  /** Undefined: nobody is logged in. */
  readonly uid: number | undefined;
  readonly csrf: string;
}

export interface Sessions {
  /** The session of a cookie header; one that is not known, or was not used for a week, is none. */
  of(cookies: string | undefined): Session | undefined;
  /** A new session, under a new id: an id is never kept across a login (session fixation). */
  start(uid: number | undefined): Session;
  end(session: Session): void;
  clear(): void;
  /** Set-Cookie of a session. */
  cookie(session: Session): string;
}

/** Sessions that are kept; the oldest goes first. */
const most = 10_000;
/** Milliseconds that a session lives without use. */
const week = 7 * 24 * 3_600_000;
const year = 365 * 24 * 3_600_000;

/** `random` gives a text that nobody guesses, `now` milliseconds since the epoch. */
export function createSessions(random: () => string, now: () => number): Sessions {
  const sessions = new Map<string, { readonly session: Session; used: number }>();
  return {
    of(cookies) {
      for (const pair of (cookies ?? "").split(";")) {
        const [name, value = ""] = pair.trim().split("=");
        if (name !== "session_id") continue;
        const known = sessions.get(value);
        if (!known) return undefined;
        if (now() - known.used > week) {
          sessions.delete(value);
          return undefined;
        }
        known.used = now();
        return known.session;
      }
      return undefined;
    },
    start(uid) {
      const session = { sid: random(), uid, csrf: random() };
      sessions.set(session.sid, { session, used: now() });
      const [oldest] = sessions.keys();
      if (sessions.size > most && oldest !== undefined) sessions.delete(oldest);
      return session;
    },
    end: (session) => void sessions.delete(session.sid),
    clear: () => sessions.clear(),
    cookie: ({ sid }) =>
      `session_id=${sid}; Expires=${new Date(now() + year).toUTCString()}; Max-Age=${week / 1000}; HttpOnly; Path=/`,
  };
}
