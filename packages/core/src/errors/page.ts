/** The documentation page of an error, in Markdown: what docs/reference/errors holds and the gateway shows as HTML. */
import { catalogue, type ErrorCode } from "./catalogue.js";
import type { CatalogueEntry, Happened } from "./entry.js";
import { exampleEvidence } from "./examples.js";
import { OdoorwayError } from "./odoorway-error.js";
import { toProblem } from "./problem.js";

const happenings: Readonly<Record<Happened, string>> = {
  no: "no: nothing changed in Odoo",
  yes: "yes: it was done all the same",
  unknown: "unknown: look before you repeat it",
};

const families: Readonly<Record<CatalogueEntry["family"], string>> = {
  request: "the request itself",
  auth: "the credential",
  validation: "the values, before Odoo saw them",
  odoo: "Odoo's answer",
  transport: "the way to Odoo",
  import: "an import's file or rows",
  internal: "a defect of Odoorway",
};

/** What a page says beside the catalogue's sentences. */
export function errorFacts(code: ErrorCode): readonly (readonly [name: string, value: string])[] {
  const { family, status, retryable, happened }: CatalogueEntry = catalogue[code];
  return [
    ["About", families[family]],
    ["Status of the gateway", String(status)],
    ["The same call again", retryable ? "may succeed later" : "fails the same way until it is mended"],
    ["Did it happen", happenings[happened]],
  ];
}

/** An error of this code as the gateway answers it. */
export function exampleProblem(code: ErrorCode): Readonly<Record<string, unknown>> {
  const problem = toProblem(new OdoorwayError(code, { evidence: exampleEvidence(code) }), { requestId: "req-1" });
  return { ...problem };
}

/** Markdown, with the catalogue's sentences filled with an example. */
export function errorPage(code: ErrorCode): string {
  const error = new OdoorwayError(code, { evidence: exampleEvidence(code) });
  const facts = errorFacts(code).map(([name, value]) => `| ${name} | ${value} |`);
  return [
    `# ${code}`,
    `${error.title}.`,
    `| | |\n|---|---|\n${facts.join("\n")}`,
    `**Cause**, for example: ${error.why}`,
    `**Fix**: ${error.fix}`,
    `\`\`\`json\n${JSON.stringify(exampleProblem(code), null, 2)}\n\`\`\``,
  ].join("\n\n");
}

/** The list of all errors, in Markdown, by what they are about. */
export function errorIndex(): string {
  const sections = (Object.keys(families) as CatalogueEntry["family"][]).map((family) => {
    const rows = (Object.entries(catalogue) as [ErrorCode, CatalogueEntry][])
      .filter(([, entry]) => entry.family === family)
      .map(([code, { status, title }]) => `| [${code}](${code}.md) | ${status} | ${title} |`);
    return `## ${families[family].replace(/^./, (first) => first.toUpperCase())}\n\n| code | status | title |\n|---|---|---|\n${rows.join("\n")}`;
  });
  return [
    "# Errors",
    "Every error of Odoorway, written by `npm run docs` from the catalogue (`packages/core/src/errors`). A code is stable: it is never reused and never changes its meaning; one that is given up keeps its page, which says so. The gateway shows the same at `/errors/{code}`.",
    ...sections,
  ].join("\n\n");
}
