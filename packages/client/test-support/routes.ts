/** For tests: a server whose answer depends on the address, as the session routes' and JSON-2's do. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { keep } from "./harness.js";

interface Request {
  readonly verb: string | undefined;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Routes {
  readonly url: string;
  readonly requests: Request[];
}

/** A value that the route returns is sent as JSON; undefined means that it answered itself. Else 404 in HTML. */
export async function routes(
  table: Readonly<Record<string, (request: Request, response: ServerResponse) => unknown>>,
): Promise<Routes> {
  const requests: Request[] = [];
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    const path = incoming.url ?? "";
    const request = { verb: incoming.method, path, headers: incoming.headers, body };
    requests.push(request);
    const route = table[path];
    if (route === undefined) {
      response.writeHead(404, { "content-type": "text/html" }).end("<title>404 Not Found</title>");
      return;
    }
    const value = route(request, response);
    if (value !== undefined) response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  keep({
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Answers a JSON-RPC call with what `answer` makes of it. */
export const rpc = (answer: object, body: string): object => ({ jsonrpc: "2.0", id: JSON.parse(body).id, ...answer });
