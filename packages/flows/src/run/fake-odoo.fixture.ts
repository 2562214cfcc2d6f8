/** A small Odoo in memory for the tests of the runner: a few models, natural keys, Upserts by external id. */
import {
  type Clock,
  type ExternalIdSource,
  type FieldMetadata,
  type MetadataSource,
  type ModelMetadata,
  type OdooCaller,
  OdoorwayError,
  type UpsertRecord,
  type UpsertResult,
  type Upserts,
} from "@odoorway/core";

type Row = { id: number; [field: string]: unknown };

const fields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "res.partner": {
    name: "char",
    email: "char",
    active: "boolean",
    country_id: "many2one:res.country",
    state_id: "many2one:res.country.state",
    category_id: "many2many:res.partner.category",
    parent_id: "many2one:res.partner",
  },
  "res.country": { name: "char", code: "char" },
  "res.country.state": { name: "char", code: "char", country_id: "many2one:res.country" },
  "res.partner.category": { name: "char", active: "boolean" },
  "product.product": { default_code: "char", name: "char", list_price: "float" },
  "sale.order": {
    partner_id: "many2one:res.partner",
    client_order_ref: "char",
    state: "selection",
    amount_total: "monetary",
    order_line: "one2many:sale.order.line",
  },
  "sale.order.line": {
    order_id: "many2one:sale.order",
    name: "char",
    product_id: "many2one:product.product",
    price_unit: "float",
    product_uom_qty: "float",
    tax_ids: "many2many:account.tax",
  },
};

function metadataOf(model: string): ModelMetadata {
  const known = fields[model];
  if (known === undefined) throw new OdoorwayError("model_not_found", { evidence: { model } });
  const made = Object.entries(known).map(([name, spec]): [string, FieldMetadata] => {
    const [type = "char", relation] = spec.split(":");
    const field = { name, type: type as FieldMetadata["type"], label: name, required: false, readonly: false };
    const rest = { stored: true, depends: [], ...(relation === undefined ? {} : { relation }) };
    return [name, { ...field, ...rest }];
  });
  return { model, label: model, fields: Object.fromEntries(made), filled: new Set() };
}

export class FakeOdoo {
  readonly tables = new Map<string, Row[]>();
  readonly ids = new Map<string, { model: string; id: number }>();
  /** Every call and put: `res.country search_read`, `put res.partner 2`. */
  readonly log: string[] = [];
  /** What to do instead, once, for a call of this log line. */
  readonly instead = new Map<string, () => unknown>();
  private last = 100;

  add(model: string, values: Readonly<Record<string, unknown>>, externalId?: string): number {
    const id = ++this.last;
    this.rows(model).push({ ...("active" in (fields[model] ?? {}) ? { active: true } : {}), ...values, id });
    if (externalId !== undefined) this.ids.set(externalId, { model, id });
    return id;
  }

  rows(model: string): Row[] {
    const known = this.tables.get(model) ?? [];
    this.tables.set(model, known);
    return known;
  }

  row(model: string, id: number): Row {
    const found = this.rows(model).find((one) => one.id === id);
    if (found === undefined) throw new Error(`no ${model} ${id}`);
    return found;
  }

  private note(line: string): unknown {
    this.log.push(line);
    const instead = this.instead.get(line);
    this.instead.delete(line);
    return instead?.();
  }

  readonly metadata: MetadataSource = { model: async (name) => metadataOf(name) };
  readonly clock: Clock = { now: () => 0, sleep: async () => {} };

  readonly externalIds: ExternalIdSource = {
    find: async (wanted) => {
      this.note(`find ${wanted.length}`);
      return new Map(wanted.flatMap((one) => (this.ids.has(one) ? [[one, this.ids.get(one)]] : [])) as never);
    },
  };

  readonly caller: OdooCaller = {
    call: async (model, method, args) => {
      this.note(`${model} ${method}`);
      if (method === "search_read") return this.search(model, args[0] as unknown[]);
      if (method === "read") return this.rows(model).filter(({ id }) => (args[0] as number[]).includes(id));
      if (method === "action_confirm") {
        for (const id of args[0] as number[]) this.row(model, id).state = "sale";
        return true;
      }
      throw new OdoorwayError("method_not_found", { evidence: { model, method } });
    },
  };

  private search(model: string, domain: readonly unknown[]): Row[] {
    const read = (at: { index: number }, row: Row): boolean => {
      const part = domain[at.index++];
      if (part === "|" || part === "&") {
        const [a, b] = [read(at, row), read(at, row)];
        return part === "|" ? a || b : a && b;
      }
      const [field, operator, value] = part as [string, string, unknown];
      if (operator === "=") return row[field] === value;
      if (operator !== "=ilike") throw new Error(`no operator ${operator}`);
      const pattern = String(value).replace(/\\(.)|[%_]/g, (found, escaped) => escaped ?? found);
      return String(row[field]).trim().toLowerCase() === pattern.toLowerCase();
    };
    return this.rows(model).filter((row) => read({ index: 0 }, row));
  }

  readonly upserts: Upserts = {
    put: async (model, records, { onExisting, dryRun }) => {
      this.note(`put ${model} ${records.length}`);
      if (new Set(records.map(({ externalId }) => externalId)).size !== records.length) throw new Error("an id twice");
      return records.map((record) => this.upsert(model, record, onExisting, dryRun === true));
    },
  };

  private upsert(model: string, record: UpsertRecord, onExisting: string, dryRun: boolean): UpsertResult {
    const { externalId, values } = record;
    if (values.name === "bad")
      return { error: new OdoorwayError("python_constraint", { evidence: { detail: "The name is bad" } }) };
    const known = this.ids.get(externalId)?.id ?? record.id;
    if (known === undefined) {
      if (dryRun) return { outcome: "created", id: 0 };
      const id = this.add(model, { ...values, ...this.computed(model, values) }, externalId);
      return { outcome: "created", id };
    }
    if (!dryRun) this.ids.set(externalId, { model, id: known });
    const row = this.row(model, known);
    const differs = Object.entries(values).some(([name, value]) => JSON.stringify(row[name]) !== JSON.stringify(value));
    if (onExisting === "skip" || !differs) return { outcome: "unchanged", id: known };
    if (!dryRun) Object.assign(row, values, this.computed(model, values));
    return { outcome: "updated", id: known };
  }

  private computed(model: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    if (model !== "sale.order") return {};
    const lines = (values.order_line as { create: Record<string, number>[] } | undefined)?.create ?? [];
    const total = lines.reduce((sum, line) => sum + (line.price_unit ?? 0) * (line.product_uom_qty ?? 1), 0);
    return { state: "draft", amount_total: total };
  }
}
