/** Names and keys that the connected Odoo does not know: what it has in their place. */
import { nearest } from "@odoorway/core";
import type { Explanation } from "../text/explain.js";
import { fieldsOf, finding, modelsSeen, type SeenField } from "./ask.js";
import { type Asking, type Finding, type Inquiry, nothing } from "./inquiry.js";
import { modulesOf, renamedFields, renamedMethods, renamedModels } from "./renamed.js";
import type { Subject } from "./subject.js";

/** Keys of a selection that are listed; countries' codes and time zones go on for long. */
const mostKeys = 40;

export function* unknownModel({ model }: Subject, { evidence }: Explanation): Inquiry {
  const name = model ?? String(evidence.model ?? "").slice(0, 100);
  if (!/^[\w.]+$/.test(name)) return nothing;
  const models = yield* modelsSeen();
  if (models === undefined) return nothing;
  if (models.includes(name))
    return {
      findings: [
        finding(`This connection's user sees ${name}: the failure was of another database or user.`, { model: name }),
      ],
      fix: "Compare the address, database and user of the program that failed with those of this connection.",
    };
  if (yield* isKnown(name))
    return {
      findings: [finding(`${name} exists here, and this user may not read it.`, { model: name })],
      fix: `Give the user a group that may read ${name}.`,
    };
  const module = modulesOf.find(([prefix]) => name.startsWith(prefix));
  const renamed = renamedModels[name];
  const near = renamed !== undefined && models.includes(renamed.now) ? renamed.now : nearest(name, models);
  const findings: Finding[] = [];
  if (near !== undefined)
    findings.push(
      finding(
        near === renamed?.now
          ? `${name} is gone since Odoo ${renamed.since}; ${near} took its place, and is here.`
          : `The nearest model that this user sees is ${near}.`,
        { model: name, nearest: near },
      ),
    );
  const [prefix = "", technical = "", label = ""] = module ?? [];
  const installed = module !== undefined && models.some((other) => other.startsWith(prefix));
  if (module !== undefined && !installed)
    findings.push(
      finding(
        `No model of the module ${label} (${technical}) is seen here: it is not installed, or this user has no right in it.`,
        {
          model: name,
          module: technical,
        },
      ),
    );
  if (findings.length === 0)
    findings.push(finding(`This user sees ${models.length} models, and none is like ${name}.`, { model: name }));
  if (near !== undefined) return { findings, fix: `Use ${near}.` };
  if (module !== undefined && !installed)
    return { findings, fix: `Install the module ${label} (${technical}) in Odoo.` };
  return { findings };
}

/** Odoo describes the fields of any model to anybody. */
function* isKnown(model: string): Asking<boolean> {
  const expected = ["model_not_found", "access_model_denied"] as const;
  const answer = yield { model, method: "fields_get", args: [["id"]], kwargs: { attributes: ["type"] }, expected };
  return !("refused" in answer) || answer.refused === "access_model_denied";
}

export function* unknownField({ model, field, text }: Subject, { evidence }: Explanation): Inquiry {
  const name = field ?? String(evidence.field ?? "").split(".")[0] ?? "";
  if (model === undefined || name === "") return nothing;
  const fields = yield* fieldsOf(model);
  if (fields === undefined) return nothing;
  if (fields.has(name))
    return {
      findings: [finding(`${model} has the field ${name} here, and this user sees it.`, { model, field: name })],
      fix: /in (?:leaf|condition)|search/.test(text)
        ? `Compare database and user with those of the program that failed; a field that is computed and not stored cannot be searched.`
        : "Compare the address, database and user of the program that failed with those of this connection.",
    };
  const renamed = renamedFields[`${model}.${name}`]?.find((now) => fields.has(now));
  const near = renamed ?? nearestField(name, fields);
  if (near === undefined) {
    const what = `None of the ${fields.size} fields of ${model} that this user sees is like ${name}.`;
    return { findings: [finding(what, { model, field: name })] };
  }
  const { label = near, type = "" } = fields.get(near) ?? {};
  const how = renamed === undefined ? "The nearest field" : "In this version the field that took its place";
  return {
    findings: [finding(`${how} is ${near} (${label}, ${type}).`, { model, field: name, nearest: near, label, type })],
    fix: `Use ${near} in place of ${name}.`,
  };
}

/** By technical name, else by the label that people see. */
function nearestField(name: string, fields: Map<string, SeenField>): string | undefined {
  const direct = nearest(name, fields.keys());
  if (direct !== undefined) return direct;
  const labels = new Map([...fields.values()].map(({ label, name: technical }) => [label, technical]));
  const label = nearest(name, labels.keys());
  return label === undefined ? undefined : labels.get(label);
}

export function* unknownKey({ model, field: name }: Subject, { evidence }: Explanation): Inquiry {
  if (model === undefined || name === undefined) return nothing;
  const field = (yield* fieldsOf(model, [name]))?.get(name);
  if (field === undefined || field.selection.length === 0) return nothing;
  const received = String(evidence.received ?? "").replace(/^u?["']|["']$/g, "");
  const keys = field.selection.map(([key]) => key);
  const byLabel = field.selection.find(([, label]) => label.toLowerCase() === received.toLowerCase())?.[0];
  const near = byLabel ?? nearest(received, keys);
  const list = field.selection.slice(0, mostKeys).map(([key, label]) => `${key} (${label})`);
  const more = keys.length > mostKeys ? `, and ${keys.length - mostKeys} more` : "";
  const given = keys.includes(received) ? ` ${received} is one of them here: the failure was of another database.` : "";
  return {
    findings: [
      finding(`${model}.${name} (${field.label}) takes: ${list.join(", ")}${more}.${given}`, {
        model,
        field: name,
        keys: keys.slice(0, mostKeys),
        ...(near === undefined || given !== "" ? {} : { nearest: near }),
      }),
    ],
    ...(given === ""
      ? {
          fix: near === undefined ? `Send one of: ${keys.slice(0, mostKeys).join(", ")}.` : `Send ${near} for ${name}.`,
        }
      : {}),
  };
}

export function* unknownMethod({ model, method }: Subject, { evidence }: Explanation): Inquiry {
  const name = String(evidence.method ?? method ?? "");
  const renamed = renamedMethods.find(
    (one) => one.method === name && (one.model === undefined || one.model.test(model ?? "")),
  );
  const findings: Finding[] = [];
  if (renamed !== undefined)
    findings.push(
      finding(`${name} is not to be called since Odoo ${renamed.since}; ${renamed.now} took its place.`, {
        method: name,
        now: renamed.now,
        since: renamed.since,
      }),
    );
  if (model !== undefined && renamedModels[model] === undefined && renamed === undefined && (yield* isKnown(model)))
    findings.push(
      finding(
        `${model} is here: its module has no method ${name} in this version, or another module that adds it is not installed.`,
        {
          model,
          method: name,
        },
      ),
    );
  return { findings, ...(renamed === undefined ? {} : { fix: `Use ${renamed.now}.` }) };
}
