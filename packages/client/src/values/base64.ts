/** Bytes and the base64 that Odoo's binary fields hold, with nothing but what every JavaScript engine has. */
import { badArgument } from "../bad-argument.js";

/** Characters that are decoded at a time: a multiple of four. */
const piece = 65_536;

/** Throws `bad_arguments` for a text that is no base64, such as the size that a read with `bin_size` gives. */
export function bytesOf(base64: string): Uint8Array {
  const packed = packedOf(base64);
  const bytes = new Uint8Array((packed.length / 4) * 3 - (/={0,2}$/.exec(packed)?.[0].length ?? 0));
  let at = 0;
  for (const part of pieces(packed)) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** As `bytesOf`, a piece at a time, so that the bytes never lie in memory whole beside their text. */
export function* piecesOf(base64: string): Generator<Uint8Array, void> {
  yield* pieces(packedOf(base64));
}

/** The base64 of bytes. */
export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += piece) binary += String.fromCharCode(...bytes.subarray(at, at + piece));
  return btoa(binary);
}

function packedOf(base64: string): string {
  const packed = /\s/.test(base64) ? base64.replace(/\s+/g, "") : base64;
  if (packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return packed;
  const detail = "the value is not base64; a read with bin_size in the context gives a size instead of the content";
  throw badArgument(detail);
}

function* pieces(packed: string): Generator<Uint8Array, void> {
  for (let at = 0; at < packed.length; at += piece) {
    const binary = atob(packed.slice(at, at + piece));
    yield Uint8Array.from(binary, (character) => character.charCodeAt(0));
  }
}
