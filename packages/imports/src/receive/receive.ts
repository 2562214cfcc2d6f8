/**
 * Takes a file in: bytes -> text -> rows -> the store, a chunk at a time, reading only as fast as the
 * store writes. Until the last row is durable the import does not count as there, and whatever goes
 * wrong on the way removes it again.
 */
import { nearest, OdoorwayError } from "@odoorway/core";
import type { NewRecord, NewRow } from "@odoorway/store";
import { checkFields } from "../mapping/check-fields.js";
import type { Mapping } from "../mapping/language.js";
import { type CompiledPlan, compilePlan, neededColumns, type Plan } from "../mapping/plan.js";
import { cellsRow, columnIndex, objectRow, type Row } from "../mapping/row.js";
import type { ImportLimits, ImportsParts, ReceiveInput } from "../types.js";
import { type CsvRow, readCsv } from "./csv.js";
import { guardText } from "./guard.js";
import { fieldColumn, type Header, ownColumn, readHeader, requireColumns } from "./header.js";
import { readJsonArray, readNdjson } from "./json.js";
import { RecordTally } from "./tally.js";

/** A row on its way into the store. */
interface Incoming {
  readonly line: number;
  readonly data: string;
  readonly row: Row;
}

const rowsPerChunk = 500;

/** Receives a file under a new id; the caller holds the lease of the import. */
export async function receive(
  parts: ImportsParts,
  limits: ImportLimits,
  importId: string,
  input: ReceiveInput,
): Promise<void> {
  const target = chooseTarget(parts, input);
  if (target.kind === "mapping") await checkFields(target.mapping, parts.metadata);
  const text = guardText(input.source, limits.lineBytes);
  const { columns, rows } = await openRows(parts, limits, input, target, text);
  const plan: Plan =
    target.kind === "direct" ? { ...target, columns } : { kind: "mapping", mapping: target.mapping, columns };
  const compiled = compilePlan(plan);
  await parts.store.createImport({
    id: importId,
    model: compiled.entities[compiled.primary]?.model ?? "",
    mapping: plan.kind === "mapping" ? (plan.mapping.name ?? "inline") : null,
    fileName: input.fileName ?? null,
    plan: JSON.stringify(plan),
    entities: compiled.entities.map((entity) => entity.model),
    primary: compiled.primary,
  });
  try {
    const read = await keepRows(parts, importId, compiled, rows);
    if (read === 0) throw new OdoorwayError("import_empty");
    await parts.store.finishReceiving(importId);
  } catch (error) {
    await parts.store.deleteImport(importId);
    throw error;
  }
}

type Target =
  | { readonly kind: "direct"; readonly model: string; readonly key: string | null }
  | { readonly kind: "mapping"; readonly mapping: Mapping };

function chooseTarget(parts: ImportsParts, input: ReceiveInput): Target {
  const invalid = (parameter: string, detail: string, expected: string) =>
    new OdoorwayError("invalid_parameter", { evidence: { parameter, detail, expected } });
  if (input.delimiter !== undefined && (input.delimiter.length !== 1 || /["\r\n]/.test(input.delimiter)))
    throw invalid("delimiter", "it is not one character", "one character, such as , or ; or a tab");
  if (input.mapping !== undefined) {
    if (input.model !== undefined || input.key !== undefined)
      throw invalid("mapping", "the mapping says itself what model and key are", "either mapping, or model and key");
    if (typeof input.mapping !== "string") return { kind: "mapping", mapping: input.mapping };
    const mapping = parts.mappings.get(input.mapping);
    if (mapping) return { kind: "mapping", mapping };
    const known = [...parts.mappings.keys()];
    throw new OdoorwayError("mapping_not_found", {
      evidence: { name: input.mapping, nearest: nearest(input.mapping, known), known: known.length ? known : ["none"] },
    });
  }
  if (input.model === undefined) throw invalid("model", "it is missing", "model and key, or mapping");
  return { kind: "direct", model: input.model, key: input.key ?? null };
}

async function openRows(
  parts: ImportsParts,
  limits: ImportLimits,
  input: ReceiveInput,
  target: Target,
  text: AsyncGenerator<string>,
): Promise<{ columns: readonly string[] | null; rows: AsyncIterable<Incoming[]> }> {
  const metadata = target.kind === "direct" ? await parts.metadata.model(target.model) : undefined;
  if (input.format !== "csv") {
    const objects = input.format === "ndjson" ? readNdjson(text) : readJsonArray(text, limits.lineBytes);
    const columnOf = new Set<string>();
    const accept = (column: string, line: number) => {
      if (!metadata || target.kind !== "direct" || columnOf.has(column) || column === (target.key ?? "id")) return;
      fieldColumn(metadata, column, line);
      if (columnOf.size < 10_000) columnOf.add(column);
    };
    return { columns: null, rows: objectRows(objects, accept) };
  }
  const delimiter = input.delimiter ?? (target.kind === "mapping" ? target.mapping.source.delimiter : undefined) ?? ",";
  const lists = readCsv(text, delimiter, limits.lineBytes);
  const first = await lists.next();
  const [headerRow, ...others] = first.done ? [] : first.value;
  if (!headerRow) throw new OdoorwayError("import_empty");
  const header = readHeader(headerRow, delimiter);
  if (target.kind === "mapping") requireColumns(header.columns, neededColumns(target.mapping), header.line);
  else requireColumns(header.columns, [target.key ?? "id"], header.line);
  if (metadata && target.kind === "direct")
    for (const column of header.columns)
      if (column !== (target.key ?? "id")) fieldColumn(metadata, column, header.line);
  return { columns: header.columns, rows: csvRows(header, others, lists) };
}

async function* csvRows(header: Header, first: CsvRow[], lists: AsyncGenerator<CsvRow[]>): AsyncGenerator<Incoming[]> {
  const index = columnIndex(header.columns);
  const whole = header.places.length === header.all.length;
  const convert = (rows: CsvRow[]): Incoming[] =>
    rows.map(({ line, cells }) => {
      if (cells.length !== header.all.length)
        throw new OdoorwayError("import_wrong_cell_count", {
          evidence: { line, received: cells.length, expected: header.all.length },
        });
      if (cells.every((cell, place) => cell.trim() === header.all[place]))
        throw new OdoorwayError("import_repeated_header", { evidence: { line } });
      const kept = whole ? cells : header.places.map((place) => cells[place] ?? "");
      return { line, data: JSON.stringify(kept), row: cellsRow(index, kept) };
    });
  if (first.length > 0) yield convert(first);
  for await (const rows of lists) yield convert(rows);
}

async function* objectRows(
  lists: AsyncIterable<{ line: number; object: Readonly<Record<string, unknown>> }[]>,
  accept: (column: string, line: number) => void,
): AsyncGenerator<Incoming[]> {
  for await (const list of lists)
    yield list.map(({ line, object: received }) => {
      const object = withoutOwn(received);
      for (const column of Object.keys(object)) accept(column, line);
      return { line, data: JSON.stringify(object), row: objectRow(object) };
    });
}

/** A line of a result file gives the row that it tells of; odoorway_* keys go. */
function withoutOwn(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { line, status, data } = object;
  if (typeof line === "number" && typeof status === "string" && typeof data === "object" && data !== null)
    return data as Readonly<Record<string, unknown>>;
  if (!Object.keys(object).some((key) => ownColumn.test(key))) return object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => !ownColumn.test(key)));
}

async function keepRows(
  parts: ImportsParts,
  importId: string,
  plan: CompiledPlan,
  lists: AsyncIterable<Incoming[]>,
): Promise<number> {
  const tally = new RecordTally(plan.primary);
  let seq = 0;
  let pending: NewRow[] = [];
  const flush = async () => {
    const records: NewRecord[] = tally.take();
    await parts.store.appendRows(importId, pending, records);
    pending = [];
  };
  for await (const list of lists)
    for (const { line, data, row } of list) {
      seq += 1;
      const placed = plan.place(row);
      if ("fault" in placed) pending.push({ seq, line, data, key: null, diagnosis: JSON.stringify(placed.fault) });
      else {
        pending.push({ seq, line, data, key: placed.keys[plan.primary] ?? "", diagnosis: null });
        tally.add(placed.keys, seq);
      }
      if (pending.length >= rowsPerChunk) await flush();
    }
  if (pending.length > 0) await flush();
  return seq;
}
