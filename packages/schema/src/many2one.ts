/**
 * How a request names one related record: an id, `{"id": 7}` (what else stands there is ignored, so that what was read
 * can be sent back), Odoo's own pair `[7, "Name"]` (which Odoo itself writes as empty, in silence), `{"external_id": "base.be"}`, or a natural key, `{"code": "BE"}`: scalar fields of the
 * related model that together match one record.
 */
import { type FieldMetadata, isExternalId, type ModelMetadata } from "@odoorway/core";
import { compileModel } from "./compile.js";
import { isPlainObject } from "./plain.js";
import { step } from "./pointer.js";
import { idCheck, Refusal } from "./scalar.js";
import type { KeyValue, ReferenceTarget } from "./types.js";
import { type Place, type Placeholder, refused, type Visit } from "./visit.js";

const forms = 'an id, {"id": 7}, {"external_id": "base.be"} or an object of key fields such as {"name": "..."}';
const plainForms = 'an id, {"id": 7} or {"external_id": "module.name"}';

/** Types that can be part of a natural key. */
const keyTypes = new Set<string>(["char", "text", "integer", "selection", "boolean", "date", "many2one"]);
/** Types that can be a key by themselves: others would match half of the table. */
const tellingTypes = new Set<string>(["char", "text", "integer"]);

/**
 * The id, or the placeholder of a record to look up. `keys` says whether natural keys make sense
 * (lines of a one2many have none). The value is neither null nor false.
 */
export function checkMention(
  place: Place,
  relation: string,
  value: unknown,
  pointer: string,
  visit: Visit,
  keys = true,
): number | Placeholder | typeof refused {
  const note = (target: ReferenceTarget, archivable = false) =>
    visit.reference({ relation, pointer, model: place.model, field: place.field, target, archivable });
  const readId = (id: unknown, at: string) => {
    const checked = idCheck(id);
    if (checked instanceof Refusal)
      return checked.code === "wrong_type"
        ? visit.wrongType(at, place, keys ? forms : plainForms, id)
        : visit.refuse(at, place, checked, id);
    return note({ kind: "id", id: checked as number });
  };
  if (isPair(value)) return readId(value[0], `${pointer}/0`);
  if (!isPlainObject(value)) return readId(value, pointer);
  if (Object.hasOwn(value, "id")) return readId(value.id, `${pointer}/id`);
  if (Object.hasOwn(value, "external_id")) {
    const externalId = value.external_id;
    return typeof externalId === "string" && externalId.length <= 512 && isExternalId(externalId)
      ? note({ kind: "external_id", externalId })
      : visit.wrongType(`${pointer}/external_id`, place, 'an external id such as "base.be"', externalId);
  }
  if (!keys || Object.keys(value).length === 0)
    return visit.wrongType(pointer, place, keys ? forms : plainForms, value);
  const metadata = visit.metadata(relation);
  if (metadata === undefined) return refused;
  const key = readKey(metadata, value, pointer, visit);
  if (key === refused) return refused;
  if (!key.some(([name]) => tellingTypes.has(metadata.fields[name]?.type ?? "")))
    return visit.wrongType(pointer, place, "a key with at least one text or integer field", value);
  const active = Object.hasOwn(metadata.fields, "active") ? metadata.fields.active : undefined;
  return note({ kind: "key", key }, active?.type === "boolean");
}

function readKey(
  metadata: ModelMetadata,
  value: Readonly<Record<string, unknown>>,
  pointer: string,
  visit: Visit,
): (readonly [string, KeyValue])[] | typeof refused {
  const { fields } = compileModel(metadata);
  const key: (readonly [string, KeyValue])[] = [];
  let whole = true;
  for (const name of Object.keys(value)) {
    const field = fields.get(name);
    const at = pointer + step(name);
    if (field === undefined) {
      visit.unknownField(at, metadata, name);
      whole = false;
      continue;
    }
    const part = readKeyPart(field.metadata, field.scalar, value[name]);
    if (part instanceof Refusal) {
      visit.refuse(at, field, part, value[name]);
      whole = false;
    } else key.push([name, part]);
  }
  return whole ? key.sort(([a], [b]) => (a < b ? -1 : 1)) : refused;
}

function readKeyPart(field: FieldMetadata, scalar: (value: unknown) => unknown, value: unknown): KeyValue | Refusal {
  if (!keyTypes.has(field.type) || (!field.stored && field.related === undefined))
    return new Refusal("wrong_type", `no part in a key (it is ${field.stored ? field.type : "not stored"})`);
  if (field.type === "many2one") {
    const id = idCheck(isPlainObject(value) ? value.id : value);
    return id instanceof Refusal ? new Refusal(id.code, "the id of the related record") : (id as number);
  }
  if (value === null || (typeof value === "string" && value.trim() === ""))
    return new Refusal("wrong_type", "a value to match");
  const checked = scalar(value);
  return checked instanceof Refusal ? checked : (checked as KeyValue);
}

/** A many2one as Odoo's read answers it. */
function isPair(value: unknown): value is [unknown, string] {
  return Array.isArray(value) && value.length === 2 && typeof value[1] === "string" && typeof value[0] === "number";
}
