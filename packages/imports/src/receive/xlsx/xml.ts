/** XML of a workbook's parts (ECMA-376), read a piece at a time. Prefixes are left out: writers choose them freely. */
import { OdoorwayError } from "@odoorway/core";
import { SaxesParser } from "saxes";
import { damagedWorkbook, type Zip } from "./zip.js";

export interface XmlHandlers {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Bytes without a tag in between; a cell holds 32,767 characters at most. */
const longestText = 1024 * 1024;

/** Reads a part, and pauses after each piece so that what was gathered can be taken. Throws `import_workbook_damaged`. */
export async function* readXml(zip: Zip, part: string, handlers: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser();
  let quiet = 0;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error("a document type");
  });
  parser.on("opentag", ({ name, attributes }) => {
    quiet = 0;
    handlers.open?.(local(name), attributes);
  });
  parser.on("text", (text) => handlers.text?.(text));
  parser.on("cdata", (text) => handlers.text?.(text));
  parser.on("closetag", ({ name }) => {
    quiet = 0;
    handlers.close?.(local(name));
  });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const feed = (work: () => void) => {
    try {
      work();
    } catch (error) {
      throw error instanceof OdoorwayError ? error : damagedWorkbook(`Its part ${part.slice(0, 100)} is no valid XML.`);
    }
  };
  for await (const piece of zip.read(part)) {
    quiet += piece.length;
    feed(() => parser.write(decoder.decode(piece, { stream: true })));
    if (quiet > longestText) throw damagedWorkbook(`A text of its part ${part.slice(0, 100)} does not end.`);
    yield;
  }
  feed(() => parser.write(decoder.decode()).close());
  yield;
}

/** Reads a small part whole. */
export async function readWholeXml(zip: Zip, part: string, handlers: XmlHandlers): Promise<void> {
  for await (const _piece of readXml(zip, part, handlers));
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** An attribute whatever its prefix: `r:id` and `ns2:id` are the same to its readers. */
export function attribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  const own = attributes[name];
  if (own !== undefined) return own;
  const found = Object.keys(attributes).find((key) => key.endsWith(`:${name}`));
  return found === undefined ? undefined : attributes[found];
}
