/**
 * A bad way to Odoo: an HTTP proxy that passes calls on and, by chance, does to some of them what networks,
 * proxies and killed workers do. It stands before the sandbox and before any real Odoo alike.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** How likely each mishap is for a call that writes (load, write, create); reading calls meet a tenth of it. */
export interface Mishaps {
  /** The connection closes before the call reached Odoo. */
  readonly lostCall: number;
  /** Odoo does the work; the connection closes before its answer. */
  readonly lostReply: number;
  /** The connection closes at once, and Odoo gets the call half a second later. */
  readonly late: number;
  /** 502 without, and after, the work. */
  readonly badGateway: number;
  /** 429 with Retry-After: 1, without the work. */
  readonly tooMany: number;
  /** The call waits up to this long, in milliseconds. */
  readonly delay: number;
}

type Happenings = Record<"calls" | "lostCall" | "lostReply" | "late" | "badGateway" | "tooMany", number>;

export interface BadWay {
  readonly url: string;
  /** What it did so far. */
  readonly happened: Happenings;
  /** From now on it passes everything on, or is bad again. */
  bad(is: boolean): void;
  close(): Promise<void>;
}

const lateMs = 500;

/** @param random a number from 0 up to 1, as Math.random gives */
export async function openBadWay(odooUrl: string, mishaps: Mishaps, random: () => number): Promise<BadWay> {
  const happened: Happenings = { calls: 0, lostCall: 0, lostReply: 0, late: 0, badGateway: 0, tooMany: 0 };
  let isBad = true;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  const choose = (body: string): keyof Happenings | undefined => {
    const share = /"(?:load|write|create)"/.test(body) ? 1 : 0.1;
    let luck = random() / share;
    for (const kind of ["lostCall", "lostReply", "late", "badGateway", "tooMany"] as const) {
      luck -= mishaps[kind];
      if (luck < 0) return kind;
    }
    return undefined;
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const pass = () => passOn(odooUrl, incoming, body);
    happened.calls += 1;
    const mishap = isBad ? choose(body.toString("latin1", 0, 4096)) : undefined;
    if (mishap) happened[mishap] += 1;
    if (isBad) await pause(random() * mishaps.delay);
    switch (mishap) {
      case "lostCall":
        incoming.socket.destroy();
        return;
      case "lostReply":
        await pass();
        incoming.socket.destroy();
        return;
      case "late":
        incoming.socket.destroy();
        await pause(lateMs);
        await pass();
        return;
      case "badGateway":
        if (random() < 0.5) await pass();
        outgoing.writeHead(502, { "Content-Type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
        return;
      case "tooMany":
        outgoing.writeHead(429, { "Retry-After": "1" }).end();
        return;
    }
    const answer = await pass();
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = createServer((incoming, outgoing) => {
    // Odoo gone, or the caller: either way there is nobody to tell.
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    happened,
    bad: (is) => {
      isBad = is;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The call at Odoo itself, with its whole answer. */
async function passOn(odooUrl: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const { host: _ours, connection: _hop, ...passed } = headers;
  const call = request(new URL(url ?? "/", odooUrl), { method, headers: passed });
  call.end(body);
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const { "transfer-encoding": _hops, connection: _closing, ...kept } = answer.headers;
  return { status: answer.statusCode ?? 502, headers: kept, body: Buffer.concat(chunks) };
}
