/**
 * What the users of the customer portal see: their own contact and its company's, and the documents of these.
 * 18 goes by who follows a document, 19 by whom it is for. What they may read at all says ir.model.access.
 */
import { type Env, modelOf, sudo } from "../orm/env.js";
import type { Behaviour, Rule } from "../orm/model.js";
import { fieldValue } from "../orm/value.js";

const portal = ["base.group_portal"];

function ownPartner(env: Env): number {
  return Number(modelOf(env, "res.users").table.rows.get(env.uid)?.partner_id ?? 0);
}

/** The company that the user belongs to, or the user's own contact, with all below it. */
function family(env: Env, field: string): unknown[] {
  const own = fieldValue(sudo(env), modelOf(env, "res.partner"), ownPartner(env), "commercial_partner_id");
  return [field, "child_of", [own]];
}

/** Documents that are theirs; `path` leads from a line to its document. */
function ownDocuments(env: Env, path = ""): unknown[] {
  return family(env, `${path}${env.db.profile.portalSees}`);
}

function orders(path = ""): Rule {
  return { groups: portal, domain: (env) => [ownDocuments(env, path)] };
}

/** In both versions a vendor sees the orders made out to it. */
function purchases(path = ""): Rule {
  return { groups: portal, domain: (env) => ["|", ownDocuments(env, path), family(env, `${path}partner_id`)] };
}

function posted(path = ""): Rule {
  return {
    groups: portal,
    domain: (env) => [
      [`${path}state`, "not in", ["cancel", "draft"]],
      [`${path}move_type`, "in", ["out_invoice", "out_refund", "in_invoice", "in_refund"]],
      ownDocuments(env, path),
    ],
  };
}

const rules: Readonly<Record<string, Rule>> = {
  "res.partner": { groups: [...portal, "base.group_public"], domain: (env) => [family(env, "id")] },
  "sale.order": orders(),
  "sale.order.line": orders("order_id."),
  "purchase.order": purchases(),
  "purchase.order.line": purchases("order_id."),
  "account.move": posted(),
  "account.move.line": posted("move_id."),
  "stock.picking": {
    groups: portal,
    domain(env) {
      const own = ownPartner(env);
      const addressed = ["|", ["partner_id", "=", own], ["sale_id.partner_id", "=", own]];
      const follows = env.db.profile.portalSees === "message_partner_ids";
      return follows ? ["|", ["message_partner_ids", "in", [own]], ...addressed] : addressed;
    },
  },
};

/** The behaviours with the rules of portal users where a model has one. */
export function withPortalRules(behaviours: readonly Behaviour[]): readonly Behaviour[] {
  return behaviours.map((own) => {
    const rule = Object.hasOwn(rules, own.model) ? rules[own.model] : undefined;
    return rule ? { ...own, rules: [...(own.rules ?? []), rule] } : own;
  });
}
