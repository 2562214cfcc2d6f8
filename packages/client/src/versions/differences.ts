/**
 * The table of versions: where Odoo 12 to 20 differ for a caller, one line each. A call that a version no longer
 * (or not yet) understands is made in that version's words where the answer is the same for certain; else it is
 * refused by name with what to call instead, since Odoo would answer a riddle or do nothing in silence.
 *
 * Sources: the code of 18.0 and 19.0, recordings of both, Odoo's documentation and release notes of the others.
 * Differences of how answers are written (faults, codes, a missing result) are the codecs' and the diagnosis's.
 */
import { OdoorwayError } from "@odoorway/core";
import type { MethodCall } from "../transports/transport.js";
import { argument, byMethod, contextOf, type Difference, refuse, renamed } from "./difference.js";

export const differences: readonly Difference[] = [
  {
    what: "`search(..., count=True)` is gone",
    does: "asks `search_count` with domain and limit",
    methods: ["search"],
    from: 17,
    concerns: (call) => call.args.length > 4 || Object.hasOwn(call.kwargs, "count"),
    adapt: (call) => {
      const { count, ...kwargs } = call.kwargs;
      const counts = Boolean(call.args[4] ?? count);
      if (!counts) return { call: { ...call, args: call.args.slice(0, 4), kwargs } };
      const { offset: _offset, order: _order, ...counted } = kwargs;
      const limit = argument(call, 2, "limit");
      // Offset and order never had a meaning for the number.
      const named = { ...counted, ...(limit === undefined ? {} : { limit }) };
      return { call: { ...call, method: "search_count", args: call.args.slice(0, 1), kwargs: named } };
    },
  },
  {
    what: "the domain of `search` and `search_count` is named `domain`; before, `args`",
    does: "names it `domain`",
    methods: ["search", "search_count"],
    from: 16,
    concerns: ({ kwargs }) => Object.hasOwn(kwargs, "args"),
    adapt: (call) => renamed(call, "args", "domain"),
  },
  {
    what: "the domain of `search` and `search_count` is named `args`; later, `domain`",
    does: "names it `args`",
    methods: ["search", "search_count"],
    until: 15,
    concerns: ({ kwargs }) => Object.hasOwn(kwargs, "domain"),
    adapt: (call) => renamed(call, "domain", "args"),
  },
  {
    what: "the domain of `name_search` is named `domain`; before, `args`",
    does: "names it `domain`",
    methods: ["name_search"],
    from: 19,
    concerns: ({ kwargs }) => Object.hasOwn(kwargs, "args"),
    adapt: (call) => renamed(call, "args", "domain"),
  },
  {
    what: "the domain of `name_search` is named `args`; later, `domain`",
    does: "names it `args`",
    methods: ["name_search"],
    until: 18,
    concerns: ({ kwargs }) => Object.hasOwn(kwargs, "domain"),
    adapt: (call) => renamed(call, "domain", "args"),
  },
  {
    what: "`search_count` takes no `limit` yet",
    does: "asks without it and answers at most the limit",
    methods: ["search_count"],
    until: 15,
    concerns: (call) => argument(call, 1, "limit") !== undefined,
    adapt: (call) => {
      const limit = argument(call, 1, "limit");
      const { limit: _limit, ...kwargs } = call.kwargs;
      const most = typeof limit === "number" && limit > 0 ? limit : Number.POSITIVE_INFINITY;
      const result = (count: unknown) => (typeof count === "number" ? Math.min(count, most) : count);
      return { call: { ...call, args: call.args.slice(0, 1), kwargs }, result };
    },
  },
  {
    what: "`name_get` is gone (deprecated in 17)",
    does: "reads `display_name`, and answers the pairs",
    methods: ["name_get"],
    from: 18,
    adapt: (call) => ({
      call: { ...call, method: "read", args: [idsOf(call), ["display_name"]], kwargs: contextOf(call) },
      result: (rows) => listOf(rows).map((row) => [row.id, row.display_name]),
    }),
  },
  {
    what: "`exists` is private",
    does: "searches the ids, archived ones too: records that a rule hides count as missing",
    methods: ["exists"],
    from: 19,
    adapt: (call) => {
      const ids = idsOf(call);
      const context = { ...objectOf(call.kwargs.context), active_test: false };
      return {
        call: { ...call, method: "search", args: [[["id", "in", ids]]], kwargs: { context } },
        result: (found) => (Array.isArray(found) ? ids.filter((id) => found.includes(id)) : found),
      };
    },
  },
  {
    what: "`browse` is private",
    does: "refuses: read or search",
    methods: ["browse"],
    from: 19,
    adapt: refuse("browse cannot be called from outside since 19", "Call read with the ids, or search for them."),
  },
  {
    what: "`has_access` is not there yet",
    does: "asks `check_access_rights` without raising",
    methods: ["has_access"],
    until: 17,
    concerns: (call) => idsOf(call).length === 0,
    adapt: (call) => {
      const args = [argument(call, 1, "operation"), false];
      return { call: { ...call, method: "check_access_rights", args, kwargs: contextOf(call) } };
    },
  },
  {
    what: "`has_access` of records is not there yet",
    does: "refuses: `check_access_rights`, then `check_access_rule`",
    methods: ["has_access"],
    until: 17,
    concerns: (call) => idsOf(call).length > 0,
    adapt: refuse(
      "has_access came with 18; before, the rules of records raise an error instead",
      "Call check_access_rights, then check_access_rule with the ids.",
    ),
  },
  {
    what: "`check_access_rights` answers nothing where it answered true; it is gone in 20",
    does: "asks `has_access`; raises `access_model_denied` where it raised",
    methods: ["check_access_rights"],
    from: 18,
    adapt: (call) => {
      const operation = argument(call, 0, "operation");
      const raises = argument(call, 1, "raise_exception") ?? true;
      return {
        call: { ...call, method: "has_access", args: [[], operation], kwargs: contextOf(call) },
        result: (allowed) => {
          if (allowed !== false || !raises) return allowed;
          const evidence = { model: call.model, operation: String(operation) };
          throw new OdoorwayError("access_model_denied", { evidence });
        },
      };
    },
  },
  {
    what: "`check_access_rule` is gone (deprecated in 18)",
    does: "refuses: `has_access` with the ids",
    methods: ["check_access_rule"],
    from: 20,
    adapt: refuse("check_access_rule is gone", "Call has_access with the ids and the operation."),
  },
  {
    what: "`read_group` has other parameters and answers tuples",
    does: "refuses the old parameters: `formatted_read_group`, or by name",
    methods: ["read_group"],
    from: 20,
    concerns: ({ args, kwargs }) =>
      args.length > 1 || ["fields", "orderby", "lazy"].some((name) => Object.hasOwn(kwargs, name)),
    adapt: refuse(
      "read_group has other parameters since 20 and answers tuples",
      "Call formatted_read_group, or read_group with groupby and aggregates by name.",
    ),
  },
  {
    what: "`formatted_read_group` is not there yet",
    does: "refuses: `read_group`",
    methods: ["formatted_read_group", "formatted_read_grouping_sets"],
    until: 18,
    adapt: refuse("formatted_read_group came with 19", "Call read_group with domain, fields and groupby."),
  },
  {
    what: "`web_read`, `web_save` and the specification of `web_search_read` are not there yet",
    does: "refuses: `read`, `write`, `create`, `search_read`",
    methods: ["web_read", "web_save", "web_search_read"],
    until: 16,
    concerns: ({ method, args, kwargs }) =>
      method !== "web_search_read" || Object.hasOwn(kwargs, "specification") || isObject(args[1]),
    adapt: refuse("specifications came with 17", "Call read, write, create or search_read with lists of fields."),
  },
  {
    what: "`ir.attachment` takes `raw` and drops `datas` in silence",
    does: "refuses `datas`: give `raw`",
    methods: ["create", "write", "load", "web_save"],
    from: 20,
    concerns: (call) => call.model === "ir.attachment" && namesDatas(call),
    adapt: refuse("ir.attachment drops datas in silence since 20, and the file would be empty", "Give it as raw."),
  },
];

/** The table by the methods of the calls that it is about. */
export const differencesByMethod = byMethod(differences);

function idsOf(call: MethodCall): readonly unknown[] {
  const ids = argument(call, 0, "ids");
  if (ids === undefined || ids === null || ids === false) return [];
  return Array.isArray(ids) ? ids : [ids];
}

function namesDatas({ method, args, kwargs }: MethodCall): boolean {
  const given = [...args, ...Object.values(kwargs)].flat();
  if (method === "load") return given.includes("datas");
  return given.some((value) => isObject(value) && Object.hasOwn(value, "datas"));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function listOf(rows: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(rows) ? rows : [];
}
