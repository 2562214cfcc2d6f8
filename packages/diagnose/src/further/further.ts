/** Which inquiry a failure asks for: by its code. */
import type { ErrorCode } from "@odoorway/core";
import type { Explanation } from "../text/explain.js";
import type { Inquiry } from "./inquiry.js";
import { lockedRecord } from "./locked.js";
import { missingRecords } from "./missing.js";
import { unknownField, unknownKey, unknownMethod, unknownModel } from "./names.js";
import { brokenLink } from "./relations.js";
import { missingValue } from "./required.js";
import { deniedField, deniedModel, deniedRecords } from "./rights.js";
import { type Given, type Subject, subjectOf } from "./subject.js";
import { valueTaken } from "./taken.js";

const inquiries: Readonly<Partial<Record<ErrorCode, (subject: Subject, explanation: Explanation) => Inquiry>>> = {
  access_field_denied: deniedField,
  access_model_denied: deniedModel,
  access_record_rule: deniedRecords,
  foreign_key_violation: brokenLink,
  invalid_field_name: unknownField,
  invalid_relation_id: brokenLink,
  invalid_selection_value: unknownKey,
  method_not_found: unknownMethod,
  missing_record: missingRecords,
  missing_required_field: missingValue,
  model_not_found: unknownModel,
  multi_company_mismatch: deniedRecords,
  not_null_violation: missingValue,
  record_locked_state: lockedRecord,
  unique_violation: valueTaken,
  unknown_field: unknownField,
  user_error_business_rule: lockedRecord,
};

/** What a connection could tell of the failure; undefined where nothing that can be asked would say more. Pure. */
export function inquiryFor(explanation: Explanation, text: string, given: Given = {}): Inquiry | undefined {
  return inquiries[explanation.code]?.(subjectOf(explanation, text, given), explanation);
}
