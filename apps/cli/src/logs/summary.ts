/** The summary of a log in words: a table of what failed, then cause and fix of the most frequent. */
import { catalogue, renderTemplate } from "@odoorway/core";
import type { FailureGroup, LogSummary } from "@odoorway/diagnose";
import Table from "cli-table3";
import { harmless } from "../harmless.js";
import { count } from "../numbers.js";

/** Kinds of failures in the table, unless more are to be explained. */
const shortTable = 30;

/** @param top kinds of failures that are explained */
export function summaryText(summary: LogSummary, top: number): string {
  const { failures, slow_requests: slow, slow_count: slowCount } = summary;
  const parts = [headline(summary)];
  if (failures.length > 0)
    parts.push(table(failures.slice(0, Math.max(top, shortTable))), ...failures.slice(0, top).map(explained));
  if (failures.length > top) parts.push(`--top ${failures.length} explains all kinds of failures, --json prints them.`);
  if (summary.failures_beyond !== undefined)
    parts.push(`${count(summary.failures_beyond)} failures of further kinds were only counted.`);
  if (slow.length > 0) parts.push(`Slow requests: ${count(slowCount)}, the slowest first\n${slowTable(slow)}`);
  return parts.join("\n\n");
}

function headline({ lines, entries, requests, first, last, failures }: LogSummary): string {
  const failed = failures.reduce((sum, group) => sum + group.count, 0);
  return (
    `${count(lines)} lines, ${count(entries)} entries, ${count(requests)} requests from ${first} to ${last}\n` +
    (failed === 0 ? "No failure." : `${count(failed)} failures of ${count(failures.length)} kinds`)
  );
}

/** One failure as it happens, for a log that is followed. */
export function failureText(group: FailureGroup): string {
  return `${group.last} ${explained(group)}`;
}

function table(failures: readonly FailureGroup[]): string {
  const rows = new Table({
    head: ["count", "code", "call", "first", "last", "request"],
    colAligns: ["right", "left", "left", "left", "left", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const group of failures)
    rows.push([
      count(group.count),
      group.code,
      harmless(callOf(group)),
      group.first.slice(0, 19),
      group.last.slice(0, 19),
      harmless(mostFrequent(group.requests)),
    ]);
  return rows.toString();
}

function explained(group: FailureGroup): string {
  const { code, evidence } = group;
  const entry = catalogue[code];
  const users = Object.keys(group.users);
  const lines = [
    `${count(group.count)} x ${entry.title} (${code}), line ${group.line}`,
    ...said(group),
    `  Cause: ${renderTemplate(entry.cause, evidence)}`,
    `  Fix:   ${renderTemplate(entry.fix, evidence)}`,
    ...(group.at === null ? [] : [`  At:    ${group.at}`]),
    ...(users.length === 0 ? [] : [`  Users: ${users.slice(0, 5).join(", ")}`]),
    ...(Object.keys(group.requests).length === 0 ? [] : [`  Asked: ${frequencies(group.requests)}`]),
  ];
  return harmless(lines.join("\n"));
}

function said({ message, exception }: FailureGroup): string[] {
  const first = message.split("\n").find((line) => line.trim() !== "") ?? "";
  if (first === "" && exception === null) return [];
  return [
    `  Odoo:  ${[exception, first]
      .filter((part) => part !== null && part !== "")
      .join(": ")
      .slice(0, 200)}`,
  ];
}

function callOf({ model, method }: FailureGroup): string {
  return [model, method].filter((part) => part !== null).join(".");
}

function mostFrequent(counts: Readonly<Record<string, number>>): string {
  return Object.keys(counts)[0] ?? "";
}

function frequencies(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .slice(0, 5)
    .map(([name, times]) => (times === 1 ? name : `${name} (${count(times)})`))
    .join(", ");
}

function slowTable(slow: LogSummary["slow_requests"]): string {
  const rows = new Table({
    head: ["seconds", "time", "request", "status", "queries"],
    colAligns: ["right", "left", "left", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { seconds, time, request, status, queries } of slow)
    rows.push([
      seconds.toFixed(1),
      time.slice(0, 19),
      harmless(request),
      String(status),
      queries === null ? "" : count(queries),
    ]);
  return rows.toString();
}
