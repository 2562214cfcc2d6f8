/** Pieces of server logs, as an Odoo writes them. */

const head = "2026-11-20 08:1";

/** A worker that the limit of time ended. */
export const workerKilled = [
  `${head}2:00,000 41 INFO company odoo.http: HTTP request started`,
  `${head}5:00,000 7 ERROR ? odoo.service.server: WorkerHTTP (41) timeout after 120s`,
  "",
].join("\n");

/** A request of a minute and a half. */
export const slowRequest = `${head}2:20,000 41 INFO company werkzeug: 10.0.0.9 - - [20/Nov/2026 08:12:20] "POST /jsonrpc HTTP/1.1" 200 - 61022 41.200 57.100\n`;

/** A controller that raised, with the line of its request. */
export const controllerFailed = failed("0:00", {
  file: "/opt/shop/controllers/main.py",
  method: "broken",
  exception: "KeyError: 'partner'",
  request: "POST /shop/broken",
  status: 500,
});

/** A method of a module that fails twice. */
export const moduleFailed = ["1:00", "1:30"]
  .map((time) =>
    failed(time, {
      file: "/opt/shop/models/shop.py",
      method: "write",
      exception: "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
      request: "POST /jsonrpc",
      status: 200,
    }),
  )
  .join("");

interface Failed {
  readonly file: string;
  readonly method: string;
  readonly exception: string;
  readonly request: string;
  readonly status: number;
}

function failed(time: string, { file, method, exception, request, status }: Failed): string {
  return [
    `${head}${time},100 41 ERROR company odoo.http: Exception during request handling. `,
    "Traceback (most recent call last):",
    '  File "/opt/odoo/odoo/http.py", line 2363, in __call__',
    "    response = request._serve_db()",
    `  File "${file}", line 12, in ${method}`,
    "    return total + text",
    exception,
    `${head}${time},104 41 INFO company werkzeug: 10.0.0.9 - - [20/Nov/2026 08:1${time}] "${request} HTTP/1.1" ${status} - 12 0.010 0.030`,
    "",
  ].join("\n");
}
