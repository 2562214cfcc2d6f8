/** odoorway logs: an Odoo server log, from a file or standard input, to its failures, each explained. */
import { type FailureGroup, LogReport } from "@odoorway/diagnose";
import { CommandError } from "../explain.js";
import { linesOf } from "../logs/lines.js";
import { failureText, summaryText } from "../logs/summary.js";
import type { Terminal } from "../terminal.js";

export interface LogsOptions {
  readonly follow?: boolean;
  readonly json?: boolean;
  /** Seconds from which a request is slow. */
  readonly slow: number;
  /** Groups that are shown with cause and fix. */
  readonly top: number;
}

/** @returns the exit code: 0 no failure, 1 failures were found, 2 the log could not be read */
export async function readLogs(terminal: Terminal, file: string | undefined, options: LogsOptions): Promise<number> {
  const { follow = false, json = false, slow, top } = options;
  const fromInput = file === undefined || file === "-";
  if (follow && fromInput)
    throw new CommandError("Nothing to follow", "-f follows a file, and none was named.", "Name the file.");
  const tell = (group: FailureGroup) => terminal.out(json ? JSON.stringify(group) : failureText(group));
  const report = new LogReport({ slow }, follow ? tell : undefined);
  for await (const line of linesOf(terminal, fromInput ? undefined : file, follow)) {
    if (line === null) report.settle();
    else report.push(line);
  }
  const summary = report.summary();
  if (summary.entries === 0) {
    throw new CommandError(
      "This is no log of an Odoo server",
      summary.lines === 0
        ? "It is empty."
        : "None of its lines begins as Odoo's do: 2026-11-21 02:10:07,436 18265 ERROR shop odoo.http: ...",
      "Name the file of --logfile, or what journalctl or docker logs print of Odoo. A single error: odoorway explain.",
    );
  }
  if (!follow || !json) terminal.out(json ? JSON.stringify(summary, null, 2) : summaryText(summary, top));
  return summary.failures.length > 0 ? 1 : 0;
}
