/**
 * A scripted Odoo for tests: a few models, load() with its all-or-nothing semantics, and a script that
 * loses replies before or after the commit, conflicts, or is away.
 */
import {
  type ExternalIdSource,
  type FieldMetadata,
  type FieldType,
  type MetadataSource,
  type ModelMetadata,
  type OdooCaller,
  OdoorwayError,
  type RecordReference,
} from "@odoorway/core";

type Values = Record<string, unknown>;
export type Mishap = "lost-before" | "lost-after" | "away" | "conflict" | "late" | undefined;

export interface FakeOdoo extends OdooCaller, MetadataSource {
  readonly externalIds: { find: ExternalIdSource["find"] };
  readonly tables: Map<string, Map<number, Values>>;
  readonly xids: Map<string, RecordReference>;
  readonly calls: { model: string; method: string; rows: number }[];
  /** What happens to the next writing call; asked for each. */
  mishap: (call: { model: string; method: string; index: number }) => Mishap;
  /** Refuses a record of load(): the message, or undefined. */
  refuse: (model: string, values: Values) => string | undefined;
  /** Carries out what "late" calls left. */
  late: (() => void)[];
}

export function field(name: string, type: FieldType, more: Partial<FieldMetadata> = {}): FieldMetadata {
  return { name, type, label: name, required: false, readonly: false, stored: true, depends: [], ...more };
}

function model(name: string, fields: FieldMetadata[]): ModelMetadata {
  return {
    model: name,
    label: name,
    fields: Object.fromEntries(fields.map((one) => [one.name, one])),
    filled: new Set(),
  };
}

const models = [
  model("res.partner", [
    field("name", "char", { required: true }),
    field("ref", "char"),
    field("email", "char"),
    field("active", "boolean"),
    field("credit_limit", "float"),
    field("country_id", "many2one", { relation: "res.country" }),
    field("parent_id", "many2one", { relation: "res.partner" }),
    field("category_id", "many2many", { relation: "res.partner.category" }),
  ]),
  model("res.partner.category", [
    field("name", "char", { required: true }),
    field("partner_ids", "many2many", { relation: "res.partner" }),
  ]),
  // Each cannot do without the other.
  model("x.left", [field("name", "char"), field("right_id", "many2one", { relation: "x.right", required: true })]),
  model("x.right", [field("name", "char"), field("left_id", "many2one", { relation: "x.left", required: true })]),
  model("res.country", [field("name", "char", { required: true }), field("code", "char")]),
  model("product.product", [
    field("name", "char", { required: true }),
    field("default_code", "char"),
    field("list_price", "float", { digits: [16, 2] }),
  ]),
  model("sale.order", [
    field("partner_id", "many2one", { relation: "res.partner", required: true }),
    field("client_order_ref", "char"),
    field("date_order", "datetime"),
    field("order_line", "one2many", { relation: "sale.order.line", relationField: "order_id" }),
  ]),
  model("sale.order.line", [
    field("order_id", "many2one", { relation: "sale.order", required: true }),
    field("product_id", "many2one", { relation: "product.product" }),
    field("name", "text"),
    field("product_uom_qty", "float"),
    field("price_unit", "float"),
  ]),
];

export function createFakeOdoo(): FakeOdoo {
  const tables = new Map<string, Map<number, Values>>(models.map((one) => [one.model, new Map()]));
  const xids = new Map<string, RecordReference>();
  const kept = new Set<string>();
  const metadata = new Map(models.map((one) => [one.model, one]));
  let nextId = 100;
  const table = (name: string) => tables.get(name) ?? new Map<number, Values>();
  for (const [id, [name, code]] of [
    ["Ireland", "IE"],
    ["South Africa", "ZA"],
    ["United Kingdom", "GB"],
    ["France", "FR"],
  ].entries())
    table("res.country").set(id + 1, { id: id + 1, name, code });

  const read = (of: string, name: string, text: string): unknown => {
    const type = metadata.get(of)?.fields[name]?.type;
    if (text === "") return false;
    if (type === "many2one") return Number(text);
    if (type === "many2many") return text.split(",").map(Number);
    if (type === "float" || type === "integer") return Number(text);
    if (type === "boolean") return text === "True";
    return text;
  };

  const load = (of: string, fields: string[], rows: string[][], context: Values) => {
    const records: { xid: string; dbid: number; values: Values; lines: Values[]; from: number; to: number }[] = [];
    for (const [index, row] of rows.entries()) {
      const own: Values = {};
      const line: Values = {};
      let xid = "";
      let dbid = 0;
      let hasLine = false;
      for (const [place, column] of fields.entries()) {
        const text = row[place] ?? "";
        if (column === "id") xid = text;
        else if (column === ".id") dbid = Number(text);
        else if (column.includes("/") && !column.endsWith("/.id")) {
          const name = column.split("/")[1] ?? "";
          line[name] = read("sale.order.line", name, text);
          hasLine ||= text !== "";
        } else if (column.split("/").length === 3) {
          const name = column.split("/")[1] ?? "";
          line[name] = read("sale.order.line", name, text);
          hasLine ||= text !== "";
        } else {
          const name = column.split("/")[0] ?? "";
          own[name] = read(of, name, text);
        }
      }
      const last = records.at(-1);
      if (xid === "" && dbid === 0 && last) {
        last.to = index;
        if (hasLine) last.lines.push(line);
      } else records.push({ xid, dbid, values: own, lines: hasLine ? [line] : [], from: index, to: index });
    }
    const messages = records.flatMap(({ dbid, values, from, to }, record) => {
      const gone = dbid !== 0 && !table(of).has(dbid);
      const message = gone ? `Unknown database identifier '${dbid}'` : odoo.refuse(of, values);
      return message === undefined ? [] : [{ type: "error", message, record, rows: { from, to } }];
    });
    const [bad] = messages;
    if (bad) {
      // What the batch met as a whole, laid at its first record, as 18.0 and 19.0 do when that is another.
      const ofBatch = { ...bad, record: 0, rows: { from: records[0]?.from ?? 0, to: records[0]?.to ?? 0 } };
      const said = bad.record === 0 ? messages : [ofBatch, ...messages];
      return { answer: { ids: false, messages: said }, commit: () => {} };
    }
    const ids: number[] = [];
    const commit = () => {
      for (const { xid, dbid, values, lines } of records) {
        const at = xids.get(xid);
        const id = at?.id ?? (dbid || nextId++);
        ids.push(id);
        // As Odoo does in this mode with an external id that is not to be updated.
        if (at && context.mode === "update" && kept.has(xid)) continue;
        table(of).set(id, { ...table(of).get(id), ...values, id });
        if (xid !== "") xids.set(xid, { model: of, id });
        if (!at && xid !== "" && context.noupdate === true) kept.add(xid);
        for (const line of lines) {
          const lineId = nextId++;
          table("sale.order.line").set(lineId, { ...line, id: lineId, order_id: id });
        }
      }
    };
    return { answer: { ids, messages: [] }, commit };
  };

  const write = (of: string, ids: number[], values: Values) => ({
    answer: true as unknown,
    commit: () => {
      for (const id of ids)
        for (const [name, value] of Object.entries(values)) {
          const row = table(of).get(id);
          if (name !== "order_line") {
            if (row) row[name] = value;
            continue;
          }
          for (const [code, lineId, line] of value as [number, number, Values][]) {
            if (code === 1) Object.assign(table("sale.order.line").get(lineId) ?? {}, line);
            else {
              const added = nextId++;
              table("sale.order.line").set(added, { ...line, id: added, order_id: id });
            }
          }
        }
    },
  });

  const search = (of: string, domain: [string, string, unknown][], fields: string[]) =>
    [...table(of).values()]
      .filter((row) =>
        domain.every(([name, operator, wanted]) =>
          operator === "in" ? (wanted as unknown[]).includes(row[name]) : row[name] === wanted,
        ),
      )
      .map((row) => Object.fromEntries(["id", ...fields].map((name) => [name, row[name] ?? false])));

  let writes = 0;
  const odoo: FakeOdoo = {
    tables,
    xids,
    calls: [],
    late: [],
    mishap: () => undefined,
    refuse: () => undefined,
    externalIds: {
      find: async (wanted) => {
        if (odoo.mishap({ model: "ir.model.data", method: "find", index: -1 }) === "away")
          throw new OdoorwayError("connection_refused", { evidence: { url: "http://odoo" } });
        return new Map(
          wanted.flatMap((xid) => {
            const at = xids.get(xid);
            return at ? [[xid, at] as const] : [];
          }),
        );
      },
    },
    model: async (name) => {
      const found = metadata.get(name);
      if (!found) throw new OdoorwayError("model_not_found", { evidence: { model: name } });
      return found;
    },
    call: async (of, method, args, kwargs) => {
      await new Promise((resolve) => setImmediate(resolve));
      const [first, second] = args as [unknown, unknown];
      if (method === "search_read") return search(of, first as [string, string, unknown][], (second ?? []) as string[]);
      odoo.calls.push({ model: of, method, rows: method === "load" ? (second as unknown[]).length : 1 });
      const mishap = odoo.mishap({ model: of, method, index: writes++ });
      if (mishap === "away") throw new OdoorwayError("connection_refused", { evidence: { url: "http://odoo" } });
      if (mishap === "lost-before") throw new OdoorwayError("connection_lost");
      const { answer, commit } =
        method === "load"
          ? load(of, first as string[], second as string[][], (kwargs?.context ?? {}) as Values)
          : write(of, first as number[], second as Values);
      if (mishap === "conflict") {
        const rows = method === "load" ? (second as string[][]) : [];
        if (method !== "load") throw new OdoorwayError("serialization_failure");
        const message = "could not serialize access due to concurrent update";
        return {
          ids: false,
          messages: rows.map((_row, record) => ({
            type: "error",
            message,
            record,
            rows: { from: record, to: record },
          })),
        };
      }
      if (mishap === "late") {
        odoo.late.push(commit);
        throw new OdoorwayError("timeout", { evidence: { seconds: 1 } });
      }
      commit();
      if (mishap === "lost-after") throw new OdoorwayError("connection_lost");
      return answer;
    },
  };
  return odoo;
}
