/** Browser sessions: who is logged in under which cookie, and the token that a form must bring. */

export interface Session {
  readonly sid: string;
  /** Undefined: nobody is logged in. */
  readonly uid: number | undefined;
  readonly csrf: string;
}

export interface Sessions {
  /** The session of a cookie header; a session id that is not known is none. */
  of(cookies: string | undefined): Session | undefined;
  /** A new session, under a new id: an id is never kept across a login (session fixation). */
  start(uid: number | undefined): Session;
  end(session: Session): void;
  clear(): void;
}

/** Sessions that are kept; the oldest goes first. */
const most = 10_000;

/** `random` gives a text that nobody guesses. */
export function createSessions(random: () => string): Sessions {
  const sessions = new Map<string, Session>();
  return {
    of(cookies) {
      for (const pair of (cookies ?? "").split(";")) {
        const [name, value = ""] = pair.trim().split("=");
        if (name === "session_id") return sessions.get(value);
      }
      return undefined;
    },
    start(uid) {
      const session = { sid: random(), uid, csrf: random() };
      sessions.set(session.sid, session);
      const [oldest] = sessions.keys();
      if (sessions.size > most && oldest !== undefined) sessions.delete(oldest);
      return session;
    },
    end: (session) => void sessions.delete(session.sid),
    clear: () => sessions.clear(),
  };
}

/** Set-Cookie of a session; Odoo keeps one for a week. */
export function cookieOf({ sid }: Session): string {
  return `session_id=${sid}; Max-Age=604800; HttpOnly; Path=/`;
}
