/**
 * Text in other encodings than UTF-8, made UTF-8. A byte order mark says UTF-16, and so do the zero bytes of its
 * Latin letters. The old encodings of one byte a letter cannot be told from one another, and a wrong guess would
 * spoil names in silence, so they are never guessed: a file that is not UTF-8 is refused, and whoever sent it
 * says the encoding.
 */
import { nearest, OdoorwayError } from "@odoorway/core";
import type { Opened } from "./bytes.js";

/** Labels that "did you mean" draws on; every label of the WHATWG encoding standard is taken. */
const common = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1256",
  "iso-8859-1",
  "iso-8859-2",
  "iso-8859-15",
  "macintosh",
  "shift_jis",
  "gb18030",
  "big5",
  "euc-kr",
];

/** The name of an encoding by any of its labels. Throws `invalid_parameter`. */
export function readEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    const near = nearest(label.toLowerCase(), common);
    throw new OdoorwayError("invalid_parameter", {
      evidence: {
        parameter: "encoding",
        detail: `there is no encoding ${JSON.stringify(label.slice(0, 50))}`,
        expected: near ?? "one such as utf-8 or windows-1252",
      },
    });
  }
}

/** The bytes as UTF-8: by the byte order mark, else as `given`, else as the zero bytes of UTF-16 show. */
export function asUtf8({ head, all }: Opened, given: string | undefined): AsyncIterable<Uint8Array> {
  const encoding = markOf(head) ?? given ?? zeroesOf(head) ?? "utf-8";
  return encoding === "utf-8" ? all : transcode(all, encoding);
}

function markOf(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe && !(head[2] === 0 && head[3] === 0)) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? "utf-8" : undefined;
}

/** UTF-16 without a mark: of the first letters, nearly every second byte is zero, and none in between. */
function zeroesOf(head: Buffer): string | undefined {
  const sample = head.subarray(0, Math.min(head.length, 200) & ~1);
  const zeroes = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeroes[index % 2] = (zeroes[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeroes;
  const many = sample.length / 4;
  if (sample.length < 4) return undefined;
  if (even === 0 && odd > many) return "utf-16le";
  return odd === 0 && even > many ? "utf-16be" : undefined;
}

async function* transcode(source: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new OdoorwayError("import_invalid_encoding", { evidence: { line, encoding } });
    }
  };
  // Small pieces, so that the line of a fault is near.
  for await (const bytes of source)
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const text = decode(bytes.subarray(at, at + pieceBytes));
      for (let found = text.indexOf("\n"); found >= 0; found = text.indexOf("\n", found + 1)) line += 1;
      if (text !== "") yield Buffer.from(text);
    }
  const text = decode();
  if (text !== "") yield Buffer.from(text);
}

const pieceBytes = 4096;
