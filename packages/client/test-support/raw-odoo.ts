/** For tests: an Odoo 19 over plain sockets, which speaks every transport, until a test has it answer with other bytes. */
import { createServer, type Socket } from "node:net";

export interface RawOdoo {
  readonly url: string;
  /** Has the next request answered by this alone. */
  spoil(answer: (socket: Socket, request: RawRequest) => void): void;
  close(): Promise<void>;
}

export interface RawRequest {
  readonly path: string;
  /** The id of a JSON-RPC call; 0 without one. */
  readonly id: number;
}

export async function rawOdoo(): Promise<RawOdoo> {
  let next: ((socket: Socket, request: RawRequest) => void) | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    let pending = "";
    socket.setEncoding("latin1").on("data", (chunk) => {
      pending += chunk;
      const end = pending.indexOf("\r\n\r\n");
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(pending)?.[1] ?? 0);
      if (end < 0 || pending.length < end + 4 + length) return;
      const [, path = ""] = pending.split(" ", 2);
      const body = pending.slice(end + 4);
      pending = "";
      const request = { path, id: Number(/"id":(\d+)/.exec(body)?.[1] ?? 0) };
      const answer = next ?? ((to: Socket) => to.write(http(...answerTo(request, body))));
      next = undefined;
      answer(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    spoil: (answer) => {
      next = answer;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A whole answer with status 200. */
export function http(body: string | Uint8Array, headers = "Content-Type: application/json\r\n"): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

/** What Odoo would answer to a create over the transport of this path: the id 7. */
export function created({ path, id }: RawRequest): string {
  if (path.startsWith("/xmlrpc/")) return xml("<int>7</int>");
  return path.startsWith("/json/2/") ? "[7]" : `{"jsonrpc": "2.0", "id": ${id}, "result": 7}`;
}

export function xml(value: string): string {
  return `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>${value}</value>\n</param>\n</params>\n</methodResponse>\n`;
}

function answerTo(request: RawRequest, body: string): [string, string?] {
  const result = (value: object) => JSON.stringify({ jsonrpc: "2.0", id: request.id, result: value });
  const version = { server_version: "19.0", version: "19.0", server_version_info: [19, 0] };
  if (request.path.endsWith("/web/session/authenticate"))
    return [result({ uid: 7 }), "Content-Type: application/json\r\nSet-Cookie: session_id=s1; Path=/\r\n"];
  if (request.path.endsWith("/version_info")) return [result(version)];
  if (request.path === "/web/version") return [JSON.stringify(version)];
  if (request.path.endsWith("/context_get")) return ['{"uid": 7}'];
  if (request.path.endsWith("/res.users/read")) return ['[{"id": 7, "login": "api"}]'];
  if (body.includes('"method":"version"')) return [result(version)];
  return [created(request)];
}
