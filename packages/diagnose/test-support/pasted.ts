/** How a client of Python, a server's log and JSON-RPC print what a test has Odoo say. */
import type { ErrorCode } from "@odoorway/core";

export interface PastedText {
  readonly what: string;
  readonly text: string;
  readonly code: ErrorCode;
  readonly evidence?: Readonly<Record<string, string | number>>;
}

export const python = (last: string) =>
  `Traceback (most recent call last):\n  File "sync.py", line 12, in <module>\n    models.execute_kw(db, uid, pw, 'res.partner', 'create', [vals])\n  File "/usr/lib/python3.11/xmlrpc/client.py", line 1122, in __call__\n    return self.__send(self.__name, args)\n${last}`;

export const server = (last: string) =>
  `2026-11-20 10:00:00,123 77 ERROR shop odoo.http: Exception during request handling.\nTraceback (most recent call last):\n  File "/opt/odoo/odoo/http.py", line 2363, in __call__\n    response = request._serve_db()\n  File "/opt/odoo/odoo/api.py", line 517, in call_kw\n    result = getattr(recs, name)(*args, **kwargs)\n${last}`;

export const jsonRpc = (name: string, message: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    error: {
      code: 200,
      message: "Odoo Server Error",
      data: { name, message, debug: `Traceback\n${name}: ${message}`, arguments: [message] },
    },
  });
