/** For tests: a server on the loopback that answers as a test says, down to the bytes. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface FakeOdoo {
  readonly url: string;
  /** Bodies of the requests that came, parsed. */
  readonly calls: { readonly service: string; readonly method: string; readonly args: readonly unknown[] }[];
  close(): Promise<void>;
}

type Reply = (call: FakeOdoo["calls"][number], response: ServerResponse, count: number) => unknown;

/** `object` answers execute_kw: a value it returns is the result, undefined means that it answered itself. */
export async function fakeOdoo(object: Reply, common: Reply = commonServices): Promise<FakeOdoo> {
  const calls: FakeOdoo["calls"] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const { id, params } = JSON.parse(await bodyOf(request));
    calls.push(params);
    const sameService = calls.filter((call) => call.service === params.service).length;
    const value = (params.service === "common" ? common : object)(params, response, sameService);
    if (value !== undefined) json(response, { jsonrpc: "2.0", id, ...(isError(value) ? value : { result: value }) });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** An error as Odoo raises it in a method. */
export function raised(name: string, message: string): { error: object } {
  const debug = `Traceback (most recent call last):\n  File "/opt/odoo/x.py", line 1, in y\n${name}: ${message}\n`;
  return { error: { code: 200, message: "Odoo Server Error", data: { name, message, debug, arguments: [message] } } };
}

function commonServices(call: FakeOdoo["calls"][number]): unknown {
  return call.method === "version" ? { server_version: "18.0", server_version_info: [18, 0] } : 7;
}

function isError(value: unknown): value is object {
  return typeof value === "object" && value !== null && "error" in value;
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
