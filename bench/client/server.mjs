/**
 * A server that costs next to nothing, so that what is measured is the client: HTTP/1.1 with keep-alive over
 * plain sockets, three canned answers in both encodings. Prints its port; ends with its standard input.
 */
import { createServer } from "node:net";
import { json, xml } from "./replies.mjs";

const models = ["small", "records", "large"];
const jsonResults = new Map(models.map((model) => [model, json(model)]));
const xmlAnswers = new Map(models.map((model) => [model, answer("text/xml", xml(model))]));
const xmlUser = answer(
  "text/xml",
  "<?xml version='1.0'?><methodResponse><params><param><value><int>2</int></value></param></params></methodResponse>",
);

function answer(type, body) {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

function reply(request) {
  const isUser = request.includes("authenticate");
  const model = models.find((name) => request.includes(`bench.${name}`)) ?? "small";
  if (!request.startsWith("POST /jsonrpc ")) return isUser ? xmlUser : xmlAnswers.get(model);
  const id = /"id":\s*(\d+)/.exec(request)?.[1] ?? "null";
  return answer(
    "application/json",
    `{"jsonrpc": "2.0", "id": ${id}, "result": ${isUser ? "2" : jsonResults.get(model)}}`,
  );
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = "";
  socket.setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending += chunk;
    for (;;) {
      const end = pending.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(pending.slice(0, end))?.[1] ?? 0);
      if (pending.length < end + 4 + length) return;
      const request = pending.slice(0, end + 4 + length);
      pending = pending.slice(request.length);
      socket.write(reply(request));
    }
  });
});

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on("end", () => process.exit());
