/** Reads a mapping from YAML or JSON and says of everything that is wrong with it where it stands. */
import { type Evidence, nearest, OdoorwayError } from "@odoorway/core";
import { parse as parseYaml, YAMLParseError } from "yaml";
import type { z } from "zod";
import { compileCondition } from "./conditions.js";
import { dateReader } from "./convert.js";
import { type Cell, type Entity, type Mapping, mappingSchema } from "./language.js";
import { columnsOfTemplate } from "./template.js";

/**
 * A mapping from its text (YAML 1.2, of which JSON is a part). `name` is used when the text gives none.
 * Throws `mapping_invalid` with the place and, for a wrong key or name, the nearest right one.
 */
export function parseMapping(text: string, name?: string): Mapping {
  let raw: unknown;
  try {
    raw = parseYaml(text, { maxAliasCount: 20 });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
    throw invalid({
      detail: "It is neither YAML nor JSON",
      at: line && `line ${line.line}, column ${line.col}`,
    });
  }
  const parsed = mappingSchema.safeParse(raw);
  if (!parsed.success) throw explainIssue(deepest(parsed.error.issues));
  const mapping: Mapping = {
    ...parsed.data,
    ...(name !== undefined && parsed.data.name === undefined ? { name } : {}),
  };
  checkEntities(mapping);
  checkConditions(mapping);
  return mapping;
}

function invalid(evidence: Evidence): OdoorwayError {
  return new OdoorwayError("mapping_invalid", { evidence });
}

type Issue = z.core.$ZodIssue;

/** The most telling issue: within a union, the branch that got furthest. */
function deepest(issues: readonly Issue[]): Issue {
  let best: Issue | undefined;
  for (const issue of issues) {
    let candidate = issue;
    if (issue.code === "invalid_union") {
      const inner = issue.errors
        .map((branch) => branch.map((one) => ({ ...one, path: [...issue.path, ...one.path] })))
        .filter((branch) => branch.length > 0)
        .sort((a, b) => rank(b) - rank(a))[0];
      if (inner) candidate = deepest(inner);
    }
    if (!best || candidate.path.length > best.path.length) best = candidate;
  }
  if (!best) throw new TypeError("no issues");
  return best;
}

/** Branches that merely met a key they do not know come nearest to what was meant. */
function rank(branch: readonly Issue[]): number {
  const known = branch.every((issue) => issue.code === "unrecognized_keys");
  return (known ? 1000 : 0) + Math.max(...branch.map((issue) => issue.path.length)) * 10 - branch.length;
}

const knownKeys: Readonly<Record<string, readonly string[]>> = {
  mapping: ["name", "description", "source", "duplicates", "rules", "entities"],
  source: ["format", "delimiter", "encoding", "sheet", "columns"],
  rules: ["when", "fail", "remedy"],
  entities: ["name", "model", "key", "namespace", "when", "primary", "group", "values", "lines"],
  lines: ["field", "when", "values"],
  lookup: ["model", "by", "create"],
  condition: ["all", "any", "not", "column", "equals", "in", "matches", "empty", "lt", "lte", "gt", "gte"],
  values: [
    ...["column", "template", "constant", "entity", "type", "format", "zone", "decimal", "scale", "trim"],
    ...["round", "strip_html", "map", "default", "empty", "split", "lookup", "when_missing"],
  ],
};

function explainIssue(issue: Issue): OdoorwayError {
  const at = place(issue.path);
  if (issue.code !== "unrecognized_keys") return invalid({ detail: issue.message, at });
  const key = issue.keys[0] ?? "?";
  const owner = [...issue.path].reverse().find((part) => typeof part === "string");
  const candidates = issue.path.includes("when")
    ? knownKeys.condition
    : issue.path.includes("lookup")
      ? knownKeys.lookup
      : issue.path.includes("values")
        ? knownKeys.values
        : knownKeys[typeof owner === "string" ? owner : "mapping"];
  return invalid({ detail: `There is no key ${key} here`, at, nearest: nearest(key, candidates ?? []) });
}

function place(path: readonly PropertyKey[]): string | undefined {
  if (path.length === 0) return undefined;
  return path
    .map((part) => (typeof part === "number" ? `[${part + 1}]` : String(part)))
    .join(".")
    .replaceAll(".[", "[");
}

function checkEntities(mapping: Mapping): void {
  const primaries = mapping.entities.filter((entity) => entity.primary);
  const [only] = mapping.entities;
  if (primaries.length === 0 && mapping.entities.length === 1 && only) only.primary = true;
  else if (primaries.length !== 1)
    throw invalid({ detail: `Exactly one entity must be primary, not ${primaries.length}`, at: "entities" });
  const seen: string[] = [];
  const addresses = new Set<string>();
  for (const [index, entity] of mapping.entities.entries()) {
    const at = `entities[${index + 1}]`;
    if (seen.includes(entity.name)) throw invalid({ detail: `Two entities are called ${entity.name}`, at });
    const address = `${entity.namespace}.${entity.model}`;
    if (addresses.has(address))
      throw invalid({ detail: `Two entities of ${entity.model} need namespaces of their own`, at });
    addresses.add(address);
    if (columnsOfTemplate(entity.key).length === 0)
      throw invalid({ detail: `The key ${entity.key} names no {Column}`, at: `${at}.key` });
    if (entity.lines && !entity.primary)
      throw invalid({ detail: "Only the primary entity can have lines", at: `${at}.lines` });
    if (entity.lines && !entity.group) throw invalid({ detail: "Lines need group: true", at: `${at}.lines` });
    if (entity.group && !entity.primary)
      throw invalid({ detail: "Only the primary entity can group rows; others take the first row of a key", at });
    for (const [field, value] of valuesOf(entity)) checkValue(value, seen, `${at}.values.${field}`);
    seen.push(entity.name);
  }
  const primary = mapping.entities.findIndex((entity) => entity.primary);
  if (primary !== mapping.entities.length - 1)
    throw invalid({ detail: "The primary entity must come last, after what it refers to", at: "entities" });
}

function checkValue(value: string | Cell, earlier: readonly string[], at: string): void {
  if (typeof value === "string") return;
  const sources = [value.column, value.template, value.constant, value.entity].filter((one) => one !== undefined);
  if (sources.length !== 1)
    throw invalid({ detail: "A value takes exactly one of column, template, constant, entity", at });
  if (value.entity !== undefined && !earlier.includes(value.entity))
    throw invalid({
      detail: `There is no earlier entity ${value.entity}`,
      at,
      nearest: nearest(value.entity, earlier),
    });
  if (value.zone !== undefined && !isZone(value.zone))
    throw invalid({ detail: `There is no time zone ${value.zone}`, at: `${at}.zone` });
  if (value.format !== undefined && !isDateFormat(value.format))
    throw invalid({
      detail: `The format ${value.format} does not have year, month and day once each, as DD.MM.YYYY has`,
      at: `${at}.format`,
    });
}

function isDateFormat(format: string): boolean {
  try {
    // Every part of a moment, as the format itself writes it.
    const said = format.replace(/YYYY|YY|MM|M|DD|D|HH|H|hh|h|mm|m|ss|A/g, (part) => samples[part] ?? part);
    const parts = dateReader(format)(said);
    return parts?.year === 1971 && parts.month === 12 && parts.day === 13;
  } catch {
    return false;
  }
}

const samples: Readonly<Record<string, string>> = {
  ...{ YYYY: "1971", YY: "71", MM: "12", M: "12", DD: "13", D: "13", HH: "10", H: "10", hh: "10", h: "10" },
  ...{ mm: "10", m: "10", ss: "10", A: "AM" },
};

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function valuesOf(entity: Entity): [string, string | Cell][] {
  return [...Object.entries(entity.values), ...Object.entries(entity.lines?.values ?? {})];
}

/** Compiling finds patterns that are no regular expressions. */
function checkConditions(mapping: Mapping): void {
  for (const rule of mapping.rules) compileCondition(rule.when);
  for (const entity of mapping.entities) {
    if (entity.when) compileCondition(entity.when);
    if (entity.lines?.when) compileCondition(entity.lines.when);
  }
}
