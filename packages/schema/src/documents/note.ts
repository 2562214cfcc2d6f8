/** A target noted on the walk of a record, with the document that it is a line of. */
import type { Visit } from "../visit.js";
import { documentOfLine } from "./rules.js";
import type { Target } from "./target.js";

/** The document's metadata is asked for when it is not known. */
export function noteTarget(visit: Visit, target: Omit<Target, "document">): void {
  const line = documentOfLine(target.metadata.model);
  const document = line === undefined || target.operation === "add-line" ? undefined : visit.metadata(line.document);
  visit.targets.push(document === undefined ? target : { ...target, document });
}
