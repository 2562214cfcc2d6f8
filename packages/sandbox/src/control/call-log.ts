/** The last calls that the server answered, for tests to look at: no secrets, no values. */

export interface LoggedCall {
  /** The door it came through; `session` are the routes of the web client. */
  readonly transport: "jsonrpc" | "xmlrpc" | "json2" | "session";
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
