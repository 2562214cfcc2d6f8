/** Base64 (RFC 4648, section 4) with the fastest means of the runtime: Node's Buffer, or what the web has. */

/** Bytes that are turned into characters at once; `apply` has a limit of arguments. */
const piece = 0x8000;

const hasBuffer = typeof Buffer === "function";

export const toBase64: (bytes: Uint8Array) => string = hasBuffer ? withBuffer : webToBase64;

/** undefined when the text is not base64: white space may stand anywhere in it, padding must be whole. */
export function fromBase64(text: string): Uint8Array | undefined {
  const packed = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  return hasBuffer ? new Uint8Array(Buffer.from(packed, "base64")) : webFromBase64(packed);
}

function withBuffer(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** For runtimes without Buffer: browsers and workers. */
export function webToBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return btoa(text);
}

/** For runtimes without Buffer: browsers and workers. */
export function webFromBase64(packed: string): Uint8Array {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
