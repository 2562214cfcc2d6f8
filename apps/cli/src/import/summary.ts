/** What an import came to, as a table whose rows add up. */
import type { ImportStatus } from "@odoorway/imports";
import Table from "cli-table3";
import { count, duration } from "../numbers.js";

const outcomes = ["created", "updated", "unchanged", "failed"] as const;

/** Rows of the file first, of each of several, then the records in Odoo by model. */
export function summary(status: ImportStatus): string {
  const { counts } = status;
  const table = new Table({
    head: ["", ...outcomes, "not done", "sum"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  const line = (name: string, { read, unprocessed, ...done }: ImportStatus["counts"]) =>
    table.push([name, ...[...outcomes.map((one) => done[one]), unprocessed, read].map(count)]);
  const { parts = [] } = status;
  for (const part of parts) line(part.file_name ?? part.model, part.counts);
  line(parts.length > 0 ? "rows of all files" : "rows of the file", counts);
  for (const [model, records] of Object.entries(status.records)) {
    const values = [...outcomes.map((name) => records[name]), records.unprocessed];
    table.push([model, ...[...values, values.reduce((sum, value) => sum + value, 0)].map(count)]);
  }
  return `${headline(status)}\n${table.toString()}`;
}

function headline(status: ImportStatus): string {
  const took =
    status.started_at !== null && status.finished_at !== null
      ? ` in ${duration((Date.parse(status.finished_at) - Date.parse(status.started_at)) / 1000)}`
      : "";
  const rate = status.rate > 0 ? `, ${count(Math.round(status.rate))} rows a second` : "";
  return `Import ${status.id}: ${status.state}${took}${rate}`;
}
