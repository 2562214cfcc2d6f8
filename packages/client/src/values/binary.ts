/** The content of a binary field, read alone and for one record, since it may be large. */
import { type CallOptions, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { bytesOf, piecesOf } from "./base64.js";

/**
 * The bytes of a binary field, or null when it is empty. Odoo answers the whole content as base64, so it must fit
 * into the client's `maxResponseSize` with a third more. The content of an attachment is `datas` up to Odoo 19
 * and `raw` from 20 on: before, `raw` travels as text, and content that is no text fails. Rejects with
 * `missing_record`, and whatever Odoo says of the read.
 */
export async function readBinary(
  caller: OdooCaller,
  model: string,
  id: number,
  field: string,
  options: CallOptions = {},
): Promise<Uint8Array | null> {
  const content = await contentOf(caller, model, id, field, options);
  return typeof content === "string" ? bytesOf(content) : content;
}

/** As `readBinary`, 48 KiB at a time, to be written to a file or sent on; nothing when the field is empty. */
export async function* streamBinary(
  caller: OdooCaller,
  model: string,
  id: number,
  field: string,
  options: CallOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const content = await contentOf(caller, model, id, field, options);
  if (typeof content === "string") yield* piecesOf(content);
  else if (content !== null) yield content;
}

async function contentOf(
  caller: OdooCaller,
  model: string,
  id: number,
  field: string,
  options: CallOptions,
): Promise<string | Uint8Array | null> {
  const context = { bin_size: false, active_test: false };
  const rows = await caller.call(model, "search_read", [[["id", "=", id]]], { fields: [field], context }, options);
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  if (typeof row !== "object" || row === null) throw new OdoorwayError("missing_record", { evidence: { model, id } });
  const content: unknown = (row as Readonly<Record<string, unknown>>)[field];
  if (typeof content === "string" || content instanceof Uint8Array) return content.length === 0 ? null : content;
  return null;
}
