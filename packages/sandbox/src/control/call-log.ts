/** The last calls that the server answered, for tests to look at: no secrets, no values. */

export interface LoggedCall {
  /** The door it came through: `session` are routes of type json, `http` pages, files and controllers. */
  readonly transport: "jsonrpc" | "xmlrpc" | "json2" | "session" | "http";
  /** The path as asked, without the query. */
  readonly path: string;
  readonly service: string;
  readonly method: string;
  /** Of an object call. */
  readonly model: string;
  readonly uid: number;
  /** Records, rows or ids that the first argument brought. */
  readonly size: number;
  /** `dropped`: a fault kept Odoo's answer from the client, whether the work was done or not. */
  readonly outcome: "ok" | "error" | "dropped";
  /** Name of the exception, for an error. */
  readonly exception: string;
  readonly milliseconds: number;
  /** Bytes of the request's body, and of the answer's body as Odoo made it. */
  readonly received: number;
  readonly sent: number;
}

export interface CallLog {
  add(call: LoggedCall): void;
  list(): readonly LoggedCall[];
  clear(): void;
}

const kept = 10_000;

export function createCallLog(): CallLog {
  let calls: LoggedCall[] = [];
  return {
    add(call) {
      calls.push(call);
      if (calls.length > 2 * kept) calls = calls.slice(-kept);
    },
    list: () => calls.slice(-kept),
    clear() {
      calls = [];
    },
  };
}
