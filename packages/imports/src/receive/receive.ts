/**
 * Takes a file in: bytes -> text -> rows -> the store, a chunk at a time, reading only as fast as the
 * store writes. Until all of it is durable and handed over (finishReceiving of the store) the import does not count as
 * there, and whatever goes wrong on the way removes it again.
 */
import { nearest, OdoorwayError } from "@odoorway/core";
import type { NewRecord, NewRow } from "@odoorway/store";
import { type RowFault, rowFault } from "../diagnosis.js";
import { placeByFlow } from "../flow/placing.js";
import type { RowFlow } from "../flow/row-flow.js";
import { checkFields } from "../mapping/check-fields.js";
import { fieldColumn, lineFields, relatedTo } from "../mapping/columns.js";
import type { Mapping } from "../mapping/language.js";
import { type CompiledPlan, compilePlan, neededColumns, type Plan } from "../mapping/plan.js";
import { cellsRow, columnIndex, objectRow, type Row } from "../mapping/row.js";
import { priorityNumber } from "../status.js";
import type { ImportLimits, ImportsParts, ReceiveInput } from "../types.js";
import { type Content, openContent } from "./content.js";
import { type Header, readHeader, requireColumns } from "./header.js";
import { noteFault, shortenCells, shortenObject } from "./long-row.js";
import { tableOfResults, withoutOwn } from "./results.js";
import type { CellsRow, ObjectRow } from "./rows.js";
import { RecordTally } from "./tally.js";

/** A row on its way into the store. */
interface Incoming {
  readonly line: number;
  readonly data: string;
  readonly row: Row;
  /** Why it failed before anything was asked of it. */
  readonly fault?: RowFault | undefined;
}

/** What is written at once: so many rows, or fewer when they are long. */
const rowsPerChunk = 500;
const charactersPerChunk = 4 * 1024 * 1024;

/** Receives a file under a new id; the caller holds the lease of the import, and hands it over. */
export async function receive(
  parts: ImportsParts,
  limits: ImportLimits,
  importId: string,
  input: ReceiveInput,
): Promise<CompiledPlan> {
  const target = chooseTarget(parts, input);
  if (target.kind === "mapping") await checkFields(target.mapping, parts.metadata);
  const content = await openContent(input.source, hintsOf(input, target), limits);
  const { columns, rows, lines } = await openRows(parts, limits, target, content);
  const plan = planOf(target, columns, lines);
  const compiled = compilePlan(plan);
  await parts.store.createImport({
    id: importId,
    model: compiled.entities[compiled.primary]?.model ?? "",
    mapping: nameOf(plan),
    fileName: input.fileName ?? null,
    plan: JSON.stringify(plan),
    entities: compiled.entities.map((entity) => entity.model),
    primary: compiled.primary,
    priority: priorityNumber(input.priority),
    notBefore: input.notBefore ?? null,
    onExisting: input.onExisting ?? "update-changed",
    dryRun: input.dryRun ?? false,
  });
  try {
    const flow = target.kind === "flow" ? target.flow : undefined;
    const read = await keepRows(parts, importId, compiled, flow, rows);
    if (read === 0) throw new OdoorwayError("import_empty");
    return compiled;
  } catch (error) {
    // When that fails too, the keeper does it later: the first reason is the one to tell.
    await parts.store.deleteImport(importId).catch(() => {});
    throw error;
  }
}

type Target =
  | { readonly kind: "direct"; readonly model: string; readonly key: string | null }
  | { readonly kind: "mapping"; readonly mapping: Mapping }
  | { readonly kind: "flow"; readonly flow: RowFlow };

function planOf(target: Target, columns: readonly string[] | null, lines: readonly string[]): Plan {
  if (target.kind === "direct") return { ...target, columns, lines };
  if (target.kind === "mapping") return { kind: "mapping", mapping: target.mapping, columns };
  return { kind: "flow", flow: target.flow.name, model: target.flow.model, columns };
}

function nameOf(plan: Plan): string | null {
  if (plan.kind === "flow") return plan.flow;
  return plan.kind === "mapping" ? (plan.mapping.name ?? "inline") : null;
}

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
    const flow = parts.flows?.get(input.mapping);
    if (flow) return { kind: "flow", flow };
    const known = [...parts.mappings.keys(), ...(parts.flows?.names() ?? [])];
    throw new OdoorwayError("mapping_not_found", {
      evidence: { name: input.mapping, nearest: nearest(input.mapping, known), known: known.length ? known : ["none"] },
    });
  }
  if (input.model === undefined) throw invalid("model", "it is missing", "model and key, or mapping");
  return { kind: "direct", model: input.model, key: input.key ?? null };
}

/** What the request says of the file goes before what the mapping says. */
function hintsOf(input: ReceiveInput, target: Target): ReceiveInput {
  if (target.kind === "direct") return input;
  if (target.kind === "flow") return { ...definedOf(target.flow.source), ...input };
  const { columns: _columns, ...said } = target.mapping.source;
  return { ...definedOf(said), ...input };
}

function definedOf<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

interface OpenRows {
  /** Of a table. */
  readonly columns: readonly string[] | null;
  readonly rows: AsyncIterable<Incoming[]>;
  /** Of a direct import: the one2many fields whose lines stand in the columns. */
  readonly lines: readonly string[];
}

async function openRows(
  parts: ImportsParts,
  limits: ImportLimits,
  target: Target,
  content: Content,
): Promise<OpenRows> {
  const metadata = target.kind === "direct" ? await parts.metadata.model(target.model) : undefined;
  if (content.kind === "objects") {
    const results = target.kind === "direct" ? await tableOfResults(content) : content;
    if (results.kind === "cells") return openRows(parts, limits, target, results);
    const columnOf = new Set<string>();
    const accept = (column: string, line: number) => {
      if (!metadata || target.kind !== "direct" || columnOf.has(column) || column === (target.key ?? "id")) return;
      fieldColumn(metadata, column, line);
      if (columnOf.size < 10_000) columnOf.add(column);
    };
    return { columns: null, rows: objectRows(results.rows, accept, limits), lines: [] };
  }
  const first = await content.rows.next();
  const [headerRow, ...others] = first.done ? [] : first.value;
  if (!headerRow) throw new OdoorwayError("import_empty");
  const header = readHeader(headerRow, content.delimiter);
  if (target.kind === "mapping") requireColumns(header.columns, neededColumns(target.mapping), header.line);
  else if (target.kind === "direct") requireColumns(header.columns, [target.key ?? "id"], header.line);
  const ragged = content.delimiter === undefined;
  const rows = cellsRows(header, others, content.rows, ragged, limits);
  if (target.kind !== "direct" || !metadata) return { columns: header.columns, rows, lines: [] };
  const fields = header.columns.filter((column) => column !== (target.key ?? "id"));
  const related = await relatedTo(metadata, fields, parts.metadata);
  for (const column of fields) fieldColumn(metadata, column, header.line, related);
  return { columns: header.columns, rows, lines: lineFields(metadata, fields) };
}

/** @param ragged whether rows may be shorter than the header, as those of sheets are */
async function* cellsRows(
  header: Header,
  first: CellsRow[],
  lists: AsyncGenerator<CellsRow[]>,
  ragged: boolean,
  limits: ImportLimits,
): AsyncGenerator<Incoming[]> {
  const index = columnIndex(header.columns);
  const whole = header.places.length === header.all.length;
  const convert = (rows: CellsRow[]): Incoming[] =>
    rows.map(({ line, cells, faults }) => {
      if (ragged) while (cells.length < header.all.length) cells.push("");
      if (cells.length !== header.all.length)
        throw new OdoorwayError("import_wrong_cell_count", {
          evidence: { line, received: cells.length, expected: header.all.length },
        });
      if (cells.every((cell, place) => cell.trim() === header.all[place]))
        throw new OdoorwayError("import_repeated_header", { evidence: { line } });
      const own = whole ? cells : header.places.map((place) => cells[place] ?? "");
      const short = shortenCells(own, header.columns, limits.lineBytes);
      const kept = short?.kept ?? own;
      const fault = short?.fault ?? cellFault(header, cells, faults) ?? noteAmong(header.columns, own);
      return { line, data: JSON.stringify(kept), row: cellsRow(index, kept), fault };
    });
  try {
    if (first.length > 0) yield convert(first);
    for await (const rows of lists) yield convert(rows);
  } finally {
    await lists.return(undefined);
  }
}

function cellFault(header: Header, cells: readonly string[], faults: CellsRow["faults"]): RowFault | undefined {
  const first = faults?.find(({ place }) => header.places.includes(place));
  if (!first) return undefined;
  const column = header.all[first.place] ?? "";
  const received = cells[first.place] || "a formula without its value";
  return rowFault("row_value_invalid", { column, received, expected: first.expected }, column);
}

function noteAmong(columns: readonly string[], values: readonly unknown[]): RowFault | undefined {
  for (const [place, value] of values.entries()) {
    const fault = noteFault(value, columns[place] ?? "");
    if (fault) return fault;
  }
  return undefined;
}

async function* objectRows(
  lists: AsyncIterable<ObjectRow[]>,
  accept: (column: string, line: number) => void,
  limits: ImportLimits,
): AsyncGenerator<Incoming[]> {
  for await (const list of lists)
    yield list.map(({ line, object: received }) => {
      const object = withoutOwn(received);
      const columns = Object.keys(object);
      for (const column of columns) accept(column, line);
      const short = shortenObject(object, limits.lineBytes);
      const kept = short?.kept ?? object;
      const fault = short?.fault ?? noteAmong(columns, Object.values(object));
      return { line, data: JSON.stringify(kept), row: objectRow(kept), fault };
    });
}

async function keepRows(
  parts: ImportsParts,
  importId: string,
  plan: CompiledPlan,
  flow: RowFlow | undefined,
  lists: AsyncIterable<Incoming[]>,
): Promise<number> {
  const tally = new RecordTally(plan.primary);
  let seq = 0;
  let pending: NewRow[] = [];
  let characters = 0;
  /** Keys of the row before, for rows that go on with its record. */
  let before: readonly string[] | undefined;
  const flush = async () => {
    const records: NewRecord[] = tally.take();
    await parts.store.appendRows(importId, pending, records);
    pending = [];
    characters = 0;
  };
  for await (const list of lists)
    for (const { line, data, row, fault } of list) {
      seq += 1;
      characters += data.length;
      const place = () => (flow ? placeByFlow(flow, row, seq) : plan.place(row));
      const placed = fault ? { fault } : before && plan.goesOn(row) ? { keys: before } : await place();
      before = "keys" in placed ? placed.keys : undefined;
      if ("fault" in placed) pending.push({ seq, line, data, key: null, diagnosis: JSON.stringify(placed.fault) });
      else {
        pending.push({ seq, line, data, key: placed.keys[plan.primary] ?? "", diagnosis: null });
        tally.add(placed.keys, seq);
      }
      if (pending.length >= rowsPerChunk || characters >= charactersPerChunk) await flush();
    }
  if (pending.length > 0) await flush();
  return seq;
}
