/** How entries and lines show themselves, and the ways in which this room writes to its own records. */
import { type Env, modelOf, sudo, withContext } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import { draftLabels, items, moves } from "./documents.js";

/** The company's row; the main company's where none is said. */
export function companyOf(env: Env, id: unknown): Row | undefined {
  return modelOf(env, "res.company").table.rows.get(Number(id ?? 1));
}

/** For changes that follow from others: no rights asked, and nothing synchronised or checked again. */
export function quiet(env: Env): Env {
  return sudo(withContext(env, { check_move_validity: false }));
}

export const isQuiet = (env: Env): boolean => env.context.check_move_validity === false;

/** A reference as textwrap.shorten leaves it: whole words up to 50 characters. */
function shortened(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  if (words.join(" ").length <= 50) return words.join(" ");
  while (words.length > 0 && `${words.join(" ")} [...]`.length > 50) words.pop();
  return words.length > 0 ? `${words.join(" ")} [...]` : "[...]";
}

/** Name of an entry: what kind of draft it is, its number, its reference. */
export function shownName(env: Env, id: number): string {
  const row = moves(env).table.rows.get(id) ?? {};
  const number = row.name !== undefined && row.name !== "/" ? String(row.name) : "";
  const kind = row.state === "draft" ? (draftLabels[String(row.move_type)] ?? "") : "";
  const both = env.db.profile.accounting.namesDrafts && kind !== "" ? `${kind} ${number}` : `${kind} ${number}`.trim();
  return typeof row.ref === "string" && row.ref !== "" ? `${both} (${shortened(row.ref)})` : both;
}

/** Name of a line: the entry's number, its reference, its own label; 19 says a thing once. */
export function shownLine(env: Env, id: number): string {
  const line = items(env).table.rows.get(id) ?? {};
  const move = moves(env).table.rows.get(Number(line.move_id)) ?? {};
  const product = modelOf(env, "product.product");
  const label = line.name
    ? String(line.name)
    : line.product_id === undefined
      ? ""
      : String(product.table.rows.get(Number(line.product_id))?.default_code ?? "");
  const number = move.name === undefined ? "" : String(move.name);
  const ref = move.ref ? `(${move.ref})` : "";
  if (env.db.profile.accounting.namesDrafts) return [number, ref, label].filter(Boolean).join(" ");
  const named = number === "" || number === "/" ? "" : number;
  const parts = [named, ref && ref !== `(${named})` ? ref : "", label !== named ? label : ""].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : "Draft Entry";
}
