/** Imports over HTTP: the engine is the imports package; here a request becomes its input and a status an answer. */
import type { ImportStatus, Imports } from "@odoorway/imports";
import { type BodyRules, json, noBody, type Route } from "../http/route.js";
import { fileTypes } from "./imports/formats.js";
import { list, listParameters, readId, rows, rowsParameters, rowsTypes, watch } from "./imports/read.js";
import { accepted, fileParameters, receive, uploadParameters, uploadTypes } from "./imports/receive.js";
import { retry } from "./imports/retry.js";

export interface ImportRouteParts {
  readonly imports: Imports;
  /** Aborts when the gateway stops, so that live feeds end. */
  readonly stopping: AbortSignal;
}

const file: BodyRules = { kind: "upload", types: uploadTypes, encoded: true };
const editedRows: BodyRules = { kind: "upload", types: fileTypes, encoded: true, optional: true };

export function importRoutes({ imports, stopping }: ImportRouteParts): Route[] {
  const shared = { tag: "imports", scope: "imports", body: noBody, produces: json } as const;
  /** A word that changes where an import stands. */
  const order = (
    word: string,
    operation: string,
    summary: string,
    act: (id: string) => Promise<ImportStatus>,
  ): Route => ({
    ...shared,
    method: "POST",
    path: `/v1/imports/{id}/${word}`,
    operation,
    summary,
    answers: { 200: "The import as it stands now." },
    handle: async ({ params }) => ({ status: 200, body: { json: await act(readId(params.id)) } }),
  });
  return [
    {
      ...shared,
      method: "POST",
      path: "/v1/imports",
      operation: "createImport",
      summary: "Take a file in, or those of a form as one import; it is worked on once every row is durable",
      parameters: uploadParameters,
      body: file,
      answers: { 202: "The import, with its Location." },
      handle: (request) => receive(imports, request),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports",
      operation: "listImports",
      summary: "The imports, newest first",
      parameters: listParameters,
      answers: { 200: "A page of imports, and the cursor of the next." },
      handle: (request) => list(imports, request.query),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports/{id}",
      operation: "getImport",
      summary: "Counts, progress, rate and time left of an import",
      answers: {
        200: "The import, of several files with its parts; created + updated + unchanged + failed + unprocessed = read.",
      },
      handle: async ({ params }) => ({ status: 200, body: { json: await imports.get(readId(params.id)) } }),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports/{id}/events",
      operation: "watchImport",
      summary: "The import's status now and after every change, until it is over; goes on from Last-Event-ID",
      produces: ["text/event-stream"],
      answers: { 200: "Events named status, with the import as data.", 204: "It is over, and all of it was told." },
      handle: (request) => watch(imports, stopping, request),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports/{id}/rows",
      operation: "getImportRows",
      summary: "The rows with their line, columns and diagnosis; acceptable again as input",
      parameters: rowsParameters,
      produces: Object.values(rowsTypes),
      choice: { parameter: "format", types: rowsTypes },
      answers: { 200: "The rows in the order of the file." },
      handle: (request) => rows(imports, request),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/imports/{id}/retry",
      operation: "retryImport",
      summary: "Send the rows that failed again, as they are or as the body has them",
      parameters: fileParameters,
      body: editedRows,
      answers: { 202: "The import, at work again." },
      handle: (request) => retry(imports, request),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/imports/{id}/run",
      operation: "runImport",
      summary: "Do for real what a dry run checked, or start at once what waits for its time",
      answers: { 202: "The import, at work." },
      handle: async ({ params }) => accepted(await imports.run(readId(params.id))),
    },
    order("pause", "pauseImport", "Pause after the batch under way, until it is resumed", (id) => imports.pause(id)),
    order("resume", "resumeImport", "Go on with a paused import", (id) => imports.resume(id)),
    order("cancel", "cancelImport", "Stop after the batch under way; what was not sent stays unprocessed", (id) =>
      imports.cancel(id),
    ),
    {
      ...shared,
      method: "DELETE",
      path: "/v1/imports/{id}",
      operation: "deleteImport",
      summary: "Forget a finished import and its rows; nothing changes in Odoo",
      answers: { 204: "The import is forgotten." },
      handle: async ({ params }) => {
        await imports.remove(readId(params.id));
        return { status: 204 };
      },
    },
  ];
}
