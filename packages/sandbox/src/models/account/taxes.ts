/**
 * What a line's taxes come to. Groups stand for their taxes; those of the price included come off it first;
 * a tax that is part of the base of the next ones (include_base_amount) raises it for them.
 */
import { type Env, modelOf } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import { money } from "./documents.js";

const taxes = (env: Env) => modelOf(env, "account.tax");

interface Part {
  readonly tax: number;
  readonly base: number;
  /** Rounded where the company rounds per line. */
  readonly amount: number;
}
interface Computed {
  /** What is booked: with the taxes, exactly the price where they are included. */
  readonly untaxed: number;
  /** What the line shows, rounded by itself. */
  readonly subtotal: number;
  readonly total: number;
  readonly parts: readonly Part[];
}

/** The taxes with groups opened, in the order in which they are computed. */
function flattened(env: Env, ids: readonly number[]): readonly (readonly [number, Row])[] {
  const { rows } = taxes(env).table;
  const known = ids.flatMap((id) => {
    const row = rows.get(id);
    return row ? [[id, row] as const] : [];
  });
  known.sort((a, b) => Number(a[1].sequence ?? 0) - Number(b[1].sequence ?? 0) || a[0] - b[0]);
  return known.flatMap(([id, row]) => {
    const children = row.children_tax_ids;
    return row.amount_type === "group" ? flattened(env, typeof children === "object" ? children : []) : [[id, row]];
  });
}

/** Whether the tax is part of the price: its own word, or the company's where it says nothing. */
export function isIncluded(env: Env, row: Row): boolean {
  const company = modelOf(env, "res.company").table.rows.get(Number(row.company_id ?? 1));
  return (row.price_include_override ?? company?.account_price_include) === "tax_included";
}

/** Amounts of a line: quantity times price less discount, with its taxes. */
export function computed(
  env: Env,
  line: { price: number; quantity: number; discount: number; taxes: readonly number[] },
  perLine: boolean,
  currency?: unknown,
): Computed {
  const round = (amount: number) => money(env, amount, currency);
  const raw = line.price * (1 - line.discount / 100) * line.quantity;
  const all = flattened(env, line.taxes);
  let base = raw;
  const included = all.filter(([, row]) => isIncluded(env, row));
  const kind = (type: string) => included.filter(([, row]) => row.amount_type === type);
  const sum = (list: readonly (readonly [number, Row])[]) =>
    list.reduce((all, [, row]) => all + Number(row.amount ?? 0), 0);
  base -= sum(kind("fixed")) * line.quantity;
  base *= 1 - sum(kind("division")) / 100;
  base /= 1 + sum(kind("percent")) / 100;
  const parts: Part[] = [];
  let raised = 0;
  for (const [tax, row] of all) {
    const own = base + (row.is_base_affected === false ? 0 : raised);
    const amount = amountOf(row, own, raw, line.quantity, isIncluded(env, row));
    parts.push({ tax, base: perLine ? round(own) : own, amount: perLine ? round(amount) : amount });
    if (row.include_base_amount === true) raised += amount;
  }
  const off = parts.filter((_part, at) => included.some(([id]) => id === parts[at]?.tax));
  const rest = off.reduce((all, part) => all + round(part.amount), 0);
  const untaxed = included.length > 0 ? round(round(raw) - rest) : round(base);
  const onTop = parts.reduce((all, part) => all + round(part.amount), 0);
  const subtotal = perLine ? untaxed : round(base);
  // A tax that is in the price is said to be on what is booked.
  const shown = parts.map((part) =>
    included.length > 0 && round(part.base) === round(base) ? { ...part, base: untaxed } : part,
  );
  return { untaxed, subtotal, total: round(subtotal + onTop), parts: shown };
}

function amountOf(row: Row, base: number, raw: number, quantity: number, included: boolean): number {
  const rate = Number(row.amount ?? 0);
  switch (row.amount_type) {
    case "percent":
      return (base * rate) / 100;
    case "fixed":
      return rate * quantity * (raw < 0 ? -1 : 1);
    case "division":
      return included ? (raw * rate) / 100 : base / (1 - rate / 100) - base;
    default:
      return 0;
  }
}

/** A tax's share for an account: the repartition lines of invoices or of refunds. */
export function repartition(env: Env, tax: number, refund: boolean): readonly (readonly [number, Row])[] {
  const { table } = modelOf(env, "account.tax.repartition.line");
  return table.find("tax_id", tax).flatMap((id) => {
    const row = table.rows.get(id);
    const fits = row?.repartition_type === "tax" && row.document_type === (refund ? "refund" : "invoice");
    return fits ? [[id, row] as const] : [];
  });
}
