/**
 * The plan of an import: what is stored with it so that any process can go on with it, and, compiled,
 * where each row belongs. A direct import is a plan of one entity whose fields are the columns.
 */
import { externalIdFor, isExternalId, OdoorwayError } from "@odoorway/core";
import { type RowFault, rowFault } from "../diagnosis.js";
import { compileCondition, type Test } from "./conditions.js";
import type { Cell, Entity, Lines, Mapping } from "./language.js";
import { type ColumnIndex, cellsRow, columnIndex, objectRow, type Row } from "./row.js";
import { columnsOfTemplate, compileTemplate } from "./template.js";

interface DirectPlan {
  readonly kind: "direct";
  readonly model: string;
  /** Column of the key; null: the column `id` holds external ids. */
  readonly key: string | null;
  /** Columns of a table; null when rows are objects. */
  readonly columns: readonly string[] | null;
  /** One2many fields whose lines stand in columns such as order_line/product_id. */
  readonly lines?: readonly string[];
}

interface MappingPlan {
  readonly kind: "mapping";
  readonly mapping: Mapping;
  readonly columns: readonly string[] | null;
}

/** Each row is a payload of the flow. */
interface FlowPlan {
  readonly kind: "flow";
  readonly flow: string;
  readonly model: string;
  readonly columns: readonly string[] | null;
}

export type Plan = DirectPlan | MappingPlan | FlowPlan;

/** An entity made ready to place rows. */
export interface PlannedEntity {
  readonly name: string;
  readonly model: string;
  readonly group: boolean;
  /** The key that a row has here; "" when it gives no record. */
  readonly keyOf: (row: Row) => string;
  readonly externalId: (key: string) => string;
  /** Of a mapping; undefined in a direct import. */
  readonly spec: Entity | undefined;
  /** Of a direct import; undefined in a mapping. */
  readonly direct: DirectPlan | undefined;
  readonly linesWhen: Test;
  /** Of a direct import with lines: the cells of the record itself, as one text; "" when all of them are empty. */
  readonly headOf: ((row: Row) => string) | undefined;
}

/** Where a row belongs: its key in each entity ("" for none), or why it failed. */
type Placement = { readonly keys: readonly string[] } | { readonly fault: RowFault };

export interface CompiledPlan {
  readonly plan: Plan;
  readonly entities: readonly PlannedEntity[];
  readonly primary: number;
  readonly duplicates: "merge" | "keep" | "fail";
  /** A row as stored (JSON), made readable. */
  readonly read: (data: string) => Row;
  readonly place: (row: Row) => Placement;
  /** Whether a row has nothing but a further line of the record of the row before, as in Odoo's own import. */
  readonly goesOn: (row: Row) => boolean;
}

/** Longest key: external ids stay well below what databases index. */
const longestKey = 128;

export function compilePlan(plan: Plan): CompiledPlan {
  const index = plan.columns === null ? undefined : columnIndex(plan.columns);
  const read = (data: string) => readRow(data, index);
  if (plan.kind === "flow") return compileFlowPlan(plan, read);
  return plan.kind === "direct" ? compileDirect(plan, read) : compileMapping(plan, read);
}

function readRow(data: string, index: ColumnIndex | undefined): Row {
  const stored: unknown = JSON.parse(data);
  return index ? cellsRow(index, stored as string[]) : objectRow(stored as Record<string, unknown>);
}

function compileDirect(plan: DirectPlan, read: (data: string) => Row): CompiledPlan {
  const column = plan.key ?? "id";
  const { lines = [] } = plan;
  const own = (plan.columns ?? []).filter((name) => name !== column && !lines.includes(name.split("/")[0] ?? ""));
  const headOf = (row: Row): string => {
    const cells = own.map((name) => row.text(name).trim());
    return cells.every((cell) => cell === "") ? "" : JSON.stringify(cells);
  };
  const entity: PlannedEntity = {
    name: plan.model,
    model: plan.model,
    group: lines.length > 0,
    keyOf: (row) => row.text(column).trim(),
    externalId:
      plan.key === null
        ? // Odoo's own import files bare names under this module.
          (key) => (key.includes(".") ? key : `__import__.${key}`)
        : (key) => externalIdFor("odoorway", plan.model, key),
    spec: undefined,
    direct: plan,
    linesWhen: () => true,
    headOf: lines.length > 0 ? headOf : undefined,
  };
  const place = (row: Row): Placement => {
    const key = entity.keyOf(row);
    const fault = keyFault(row, key, column);
    if (fault) return { fault };
    if (plan.key === null && !isExternalId(entity.externalId(key)))
      return {
        fault: rowFault(
          "row_value_invalid",
          { column, received: key, expected: "an external id such as module.name" },
          column,
        ),
      };
    return { keys: [key] };
  };
  const goesOn = (row: Row): boolean => lines.length > 0 && entity.keyOf(row) === "" && headOf(row) === "";
  return { plan, entities: [entity], primary: 0, duplicates: "merge", read, place, goesOn };
}

/** One entity, the row's own record; the flow alone says its key (flow/placing.ts), which is its external id. */
function compileFlowPlan(plan: FlowPlan, read: (data: string) => Row): CompiledPlan {
  const entity: PlannedEntity = {
    name: plan.flow,
    model: plan.model,
    group: false,
    keyOf: () => "",
    externalId: (key) => key,
    spec: undefined,
    direct: undefined,
    linesWhen: () => true,
    headOf: undefined,
  };
  const place = (): Placement => ({ keys: [] });
  return { plan, entities: [entity], primary: 0, duplicates: "keep", read, place, goesOn: () => false };
}

function compileMapping(plan: MappingPlan, read: (data: string) => Row): CompiledPlan {
  const { mapping } = plan;
  const rules = mapping.rules.map((rule, index) => ({ test: compileCondition(rule.when), rule, index }));
  const entities = mapping.entities.map(planEntity);
  const primary = mapping.entities.findIndex((entity) => entity.primary);
  const keyColumns = mapping.entities.map((entity) => columnsOfTemplate(entity.key)[0]);
  const place = (row: Row): Placement => {
    for (const { test, index } of rules) if (test(row)) return { fault: { rule: index } };
    const keys: string[] = [];
    for (const [index, entity] of entities.entries()) {
      const key = entity.keyOf(row);
      if (key !== "" || index === primary) {
        const fault = keyFault(row, key, keyColumns[index] ?? "?");
        if (fault) return { fault };
      }
      keys.push(key);
    }
    return { keys };
  };
  return { plan, entities, primary, duplicates: mapping.duplicates, read, place, goesOn: () => false };
}

function planEntity(spec: Entity): PlannedEntity {
  const key = compileTemplate(spec.key);
  const when = spec.when ? compileCondition(spec.when) : () => true;
  return {
    name: spec.name,
    model: spec.model,
    group: spec.group,
    keyOf: (row) => (when(row) ? key(row) : ""),
    externalId: (text) => externalIdFor(spec.namespace, spec.model, text),
    spec,
    linesWhen: spec.lines?.when ? compileCondition(spec.lines.when) : () => true,
    direct: undefined,
    headOf: undefined,
  };
}

function keyFault(row: Row, key: string, column: string): RowFault | undefined {
  if (key === "") return rowFault("row_key_missing", { column }, column);
  const received = key.length > 40 ? `${key.slice(0, 40)}...` : key;
  if (key.length > longestKey)
    return rowFault(
      "row_value_invalid",
      { column, received, expected: `a key of at most ${longestKey} characters` },
      column,
    );
  // PostgreSQL's text cannot hold it, and nobody means it.
  if (key.includes("\0"))
    return rowFault(
      "row_value_invalid",
      { column, received: "a NUL", expected: "a key of letters and digits" },
      column,
    );
  // Kept as UTF-8, where every half of a pair would be the same character, and two keys one.
  if (!key.isWellFormed())
    return rowFault(
      "row_value_invalid",
      { column, received: "half a surrogate pair", expected: "a key of letters and digits" },
      column,
    );
  if (typeof row.value(column) === "object" && row.value(column) !== null)
    return rowFault("row_value_invalid", { column, received, expected: "a text or a number as key" }, column);
  return undefined;
}

/** Every column that a mapping cannot do without. */
export function neededColumns(mapping: Mapping): string[] {
  const needed = new Set<string>(mapping.source.columns);
  for (const rule of mapping.rules) for (const column of columnsOfCondition(rule.when)) needed.add(column);
  for (const entity of mapping.entities) {
    for (const column of columnsOfTemplate(entity.key)) needed.add(column);
    if (entity.when) for (const column of columnsOfCondition(entity.when)) needed.add(column);
    for (const value of valueList(entity.values, entity.lines))
      for (const column of columnsOfValue(value)) needed.add(column);
    if (entity.lines?.when) for (const column of columnsOfCondition(entity.lines.when)) needed.add(column);
  }
  return [...needed];
}

function valueList(values: Entity["values"], lines: Lines | undefined): (string | Cell)[] {
  return [...Object.values(values), ...Object.values(lines?.values ?? {})];
}

function columnsOfValue(value: string | Cell): string[] {
  if (typeof value === "string") return [value];
  if (value.column !== undefined) return [value.column];
  return value.template === undefined ? [] : columnsOfTemplate(value.template);
}

function columnsOfCondition(condition: NonNullable<Entity["when"]>): string[] {
  if ("all" in condition) return condition.all.flatMap(columnsOfCondition);
  if ("any" in condition) return condition.any.flatMap(columnsOfCondition);
  if ("not" in condition) return columnsOfCondition(condition.not);
  return [condition.column];
}

/** The plan of a stored import. */
export function readPlan(text: string): Plan {
  const plan: unknown = JSON.parse(text);
  if (typeof plan !== "object" || plan === null || !("kind" in plan)) throw new OdoorwayError("internal_error");
  return plan as Plan;
}
