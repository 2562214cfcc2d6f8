/** account.account and account.journal: codes, the rules of their types, and what keeps them from deletion. */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError, validationError } from "../../orm/exceptions.js";
import type { Behaviour, Values } from "../../orm/model.js";
import { accounts, items } from "./documents.js";
import { isIncluded } from "./taxes.js";

const reconciled = new Set(["asset_receivable", "liability_payable"]);

function shown(env: Env, id: number): string | false {
  const row = accounts(env).table.rows.get(id) ?? {};
  const name = String(row.name ?? "");
  return env.db.profile.accounting.showsCodes && row.code_store !== undefined ? `${row.code_store} ${name}` : name;
}

function codeGiven(values: Values): void {
  if (!("code" in values)) return;
  values.code_store = values.code;
  delete values.code;
}

function refuseCodes(env: Env, ids: readonly number[]): void {
  const { table } = accounts(env);
  const taken = new Set<string>();
  for (const id of ids) {
    const row = table.rows.get(id) ?? {};
    const code = row.code_store;
    if (typeof code !== "string")
      throw validationError("The code must be set for every company to which this account belongs.");
    if (!/^[A-Za-z0-9.]+$/.test(code))
      throw validationError("The account code can only contain alphanumeric characters and dots.");
    const companies = new Set(typeof row.company_ids === "object" ? row.company_ids : []);
    const shares = table.find("code_store", code).some((other) => {
      const own = table.rows.get(other)?.company_ids;
      return other !== id && typeof own === "object" && own.some((company) => companies.has(company));
    });
    if (shares) taken.add(code);
  }
  if (taken.size > 0)
    throw validationError(
      `Account codes must be unique. You can't create accounts with these duplicate codes: ${[...taken].join(", ")}`,
    );
}

export const account: Behaviour = {
  model: "account.account",
  namesSearched: ["name", "code_store"],
  displayName: shown,
  precompute(_env, values) {
    codeGiven(values);
    if (reconciled.has(String(values.account_type))) values.reconcile ??= true;
  },
  beforeWrite: (_env, _ids, values) => codeGiven(values),
  beforeUnlink(env, ids) {
    if (ids.some((id) => items(env).table.find("account_id", id).length > 0))
      throw userError("You cannot perform this action on an account that contains journal items.");
  },
  computes: {
    code: (env, id) => accounts(env).table.rows.get(id)?.code_store ?? false,
    internal_group: (env, id) => String(accounts(env).table.rows.get(id)?.account_type ?? "").split("_")[0] || false,
    used: (env, id) => items(env).table.find("account_id", id).length > 0,
    current_balance: (env, id) => {
      const posted = items(env)
        .table.find("account_id", id)
        .map((line) => items(env).table.rows.get(line) ?? {});
      const moves = modelOf(env, "account.move").table.rows;
      return posted.reduce(
        (sum, row) => sum + (moves.get(Number(row.move_id))?.state === "posted" ? Number(row.balance ?? 0) : 0),
        0,
      );
    },
  },
  constraints: [
    { fields: ["code_store", "company_ids"], check: refuseCodes },
    {
      fields: ["account_type", "reconcile"],
      check(env, ids) {
        for (const id of ids) {
          const row = accounts(env).table.rows.get(id) ?? {};
          if (reconciled.has(String(row.account_type)) && row.reconcile !== true)
            throw validationError(
              `You cannot have a receivable/payable account that is not reconcilable. (account code: ${row.code_store})`,
            );
        }
      },
    },
  ],
};

export const journal: Behaviour = {
  model: "account.journal",
  namesSearched: ["name", "code"],
  sql: [{ message: "Journal codes must be unique per company.", unique: ["code", "company_id"] }],
};

/** A way to pay, named with its journal. */
export const methodLine: Behaviour = {
  model: "account.payment.method.line",
  displayName(env, id) {
    const row = modelOf(env, "account.payment.method.line").table.rows.get(id) ?? {};
    const journal = modelOf(env, "account.journal").table.rows.get(Number(row.journal_id ?? 0));
    return journal ? `${row.name} (${journal.name})` : String(row.name ?? "");
  },
};

/** account.tax: of the company's country, in the first group; its whole amount goes where the base goes. */
export const tax: Behaviour = {
  model: "account.tax",
  computes: {
    price_include: (env, id) => {
      const row = modelOf(env, "account.tax").table.rows.get(id);
      return row !== undefined && isIncluded(env, row);
    },
  },
  precompute(env, values) {
    const company = modelOf(env, "res.company").table.rows.get(Number(values.company_id ?? 1));
    values.country_id ??= company?.account_fiscal_country_id ?? company?.country_id ?? false;
    const [group] = modelOf(env, "account.tax.group").table.rows.keys();
    values.tax_group_id ??= group ?? false;
  },
  afterCreate(env, ids) {
    const shares = modelOf(env, "account.tax.repartition.line");
    const bare = ids.filter((id) => shares.table.find("tax_id", id).length === 0);
    const made = bare.flatMap((id) =>
      ["invoice", "refund"].flatMap((document) =>
        ["base", "tax"].map((type) => ({
          ...{ tax_id: id, document_type: document, repartition_type: type, factor_percent: 100 },
        })),
      ),
    );
    if (made.length > 0) env.db.operations.create(sudo(env), shares, made);
  },
};
