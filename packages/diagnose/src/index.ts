/** Any failure of Odoo's, or of the way to it, to a diagnosis of the catalogue. Pure. */

export { diagnose, diagnoseText } from "./diagnose.js";
export { inquiryFor } from "./further/further.js";
export type { Answer, Finding, Question } from "./further/inquiry.js";
export type { Given } from "./further/subject.js";
export { type LogOptions, LogReport } from "./logs/report.js";
export type { FailureGroup, LogSummary } from "./logs/types.js";
export { type Explanation, explainText } from "./text/explain.js";
export { mask } from "./text/mask.js";
export { toError } from "./to-error.js";
export type { CallFacts, Diagnosis, LoadMessage, OdooFailure } from "./types.js";
