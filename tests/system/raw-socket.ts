/** A connection without an HTTP client in between, for requests that none would send. */
import { connect } from "node:net";

export interface RawOptions {
  /** Milliseconds between the pieces. */
  readonly pause?: number;
  /** Milliseconds of silence behind an answer that is no interim one after which the conversation counts as over. */
  readonly quiet?: number;
  /** Cuts the connection after the last piece, without waiting for an answer. */
  readonly hangUp?: boolean;
}

export interface Conversation {
  readonly text: string;
  /** Whether the server ended it. */
  readonly closed: boolean;
}

/** Milliseconds that a first answer is waited for. */
const longestWait = 5_000;

/** Sends the pieces to a port of 127.0.0.1 and reads until the server closes or falls silent. */
export function converse(
  port: number,
  pieces: readonly (string | Buffer)[],
  options: RawOptions = {},
): Promise<Conversation> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    let timer: NodeJS.Timeout | undefined;
    const settle = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed });
    };
    const restart = () => {
      clearTimeout(timer);
      // "100 Continue" and its like are not the answer, which may take its time behind them.
      const isAnswered = text.replace(/^(HTTP\/1\.1 1\d\d [^\r]*\r\n([^\r]+\r\n)*\r\n)+/, "") !== "";
      timer = setTimeout(settle, isAnswered ? (options.quiet ?? 200) : longestWait, false);
    };
    socket.on("data", (data) => {
      text += data.toString("latin1");
      restart();
    });
    socket.on("close", () => settle(true));
    socket.on("error", () => settle(true));
    socket.on("connect", async () => {
      for (const piece of pieces) {
        restart();
        if (socket.destroyed) return;
        socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
        await new Promise((next) => setTimeout(next, options.pause ?? 10));
      }
      if (options.hangUp) settle(false);
    });
  });
}

export interface RawAnswer {
  readonly status: number;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answers of a conversation, one after another; throws when the bytes are not answers of HTTP/1.1 with a length. */
export function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== ""; ) {
    const end = rest.indexOf("\r\n\r\n");
    const [line = "", ...lines] = rest.slice(0, Math.max(end, 0)).split("\r\n");
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1];
    if (status === undefined) throw new Error(`not an answer: ${JSON.stringify(rest.slice(0, 200))}`);
    const headers = Object.fromEntries(
      lines.map((header) => {
        const cut = header.indexOf(":");
        return [header.slice(0, cut).toLowerCase(), header.slice(cut + 1).trim()];
      }),
    );
    const start = end + 4;
    const length = Number(headers["content-length"] ?? 0);
    answers.push({ status: Number(status), headers, body: rest.slice(start, start + length) });
    rest = rest.slice(start + length);
  }
  return answers;
}
