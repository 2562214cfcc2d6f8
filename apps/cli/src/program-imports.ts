/** The commands about imports, and their options: what each does is in its own file, loaded when it runs. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { connected } from "./arguments.js";
import { readTime } from "./import/time.js";
import type { Terminal } from "./terminal.js";

const statuses = ["successful", "created", "updated", "unchanged", "failed", "unprocessed"];

/** @param finish is told the exit code of the command that ran */
export function addImportCommands(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  connected(program.command("import"))
    .description("send CSV, Excel, NDJSON or JSON files through the import engine and follow them to their end")
    .argument(
      "<files...>",
      "files to import, compressed or not; of several each is called by its model (res.partner.csv) or says it (FILE=MODEL:KEY)",
    )
    .option("--mapping <name|file>", "a mapping that the gateway knows, or a file (.yaml, .yml, .json)")
    .option("--model <model>", "without a mapping: the columns are fields of this model")
    .option("--key <column>", "with --model: the column that tells rows apart")
    .addOption(new Option("--format <format>", "format of the file").choices(["csv", "ndjson", "json", "xlsx"]))
    .option("--delimiter <character>", "between the cells of a CSV file; tab for a tabulator (default: found)")
    .option("--encoding <name>", "of a text file, as windows-1252 (default: UTF-8; UTF-16 is found)")
    .option("--sheet <name>", "of a workbook (default: the first that is shown)")
    .option("--dry-run", "check everything and write nothing")
    .addOption(
      new Option(
        "--on-existing <what>",
        "records that are in Odoo already: write what the file changed, write all that differs, leave, or fail",
      )
        .choices(["update-changed", "update", "skip", "fail"])
        .default("update-changed"),
    )
    .addOption(new Option("--priority <priority>", "beside other imports").choices(["high", "normal", "low"]))
    .option(
      "--at <time>",
      "send nothing before: 22:30, +2h, or 2026-01-31T22:00:00Z; the gateway then does it alone",
      at,
    )
    .option(
      "--result <file>",
      "where failed rows go, with their diagnosis (default: FILE.failed.csv, of JSON FILE.failed.ndjson)",
    )
    .option("--result-successful <file>", "where rows go that are in Odoo, with their ids")
    .option("--result-unprocessed <file>", "where rows go that were not done")
    .option(
      "--results <folder>",
      "folder for all three, as FILE.successful.csv, FILE.failed.csv, FILE.unprocessed.csv; of JSON as .ndjson",
    )
    .option("--json", "print the import's final status as JSON")
    .option("--quiet", "print nothing but errors and what --json prints")
    .addHelpText(
      "after",
      "\nResults are CSV, or NDJSON when their file ends so." +
        "\nExit code: 0 every row is in Odoo (or the import waits for --at), 1 some rows failed, 2 refused or not finished.",
    )
    .action(async (files, options) => {
      const { importFiles } = await import("./commands/import.js");
      finish(await importFiles(terminal, files, options));
    });

  const imports = program.command("imports").description("look after the imports that a gateway holds");
  connected(imports.command("list"))
    .description("list imports, newest first")
    .option("--limit <number>", "at most so many", count, 20)
    .option("--json", "print them as JSON")
    .action(async (options) => {
      const { listImports } = await import("./commands/imports.js");
      finish(await listImports(terminal, options));
    });
  connected(imports.command("show"))
    .description("sum an import up")
    .argument("<id>", "id of the import")
    .option("--follow", "follow it to its end, with a progress bar")
    .option("--json", "print its status as JSON")
    .action(async (id, options) => {
      const { showImport } = await import("./commands/imports.js");
      finish(await showImport(terminal, id, options));
    });
  const orders = {
    pause: "stop after the batch under way, until it is resumed",
    resume: "go on with a paused import",
    run: "do for real what a dry run checked, or start at once what waits for its time",
    cancel: "stop for good after the batch under way; what was not sent stays unprocessed",
    delete: "forget a finished import and its rows; nothing changes in Odoo",
  } as const;
  for (const [order, description] of Object.entries(orders))
    connected(imports.command(order))
      .description(description)
      .argument("<id>", "id of the import")
      .option("--json", "print its status as JSON")
      .action(async (id, options) => {
        const { orderImport } = await import("./commands/imports.js");
        finish(await orderImport(terminal, order as keyof typeof orders, id, options));
      });
  connected(imports.command("retry"))
    .description("send what failed again, as it is or as a file has it")
    .argument("<id>", "id of the import")
    .argument("[file]", "the file of failed rows, mended: the rows of its lines take the place of those that failed")
    .option("--json", "print its status as JSON")
    .action(async (id, file, options) => {
      const { retryImport } = await import("./commands/imports.js");
      finish(await retryImport(terminal, id, file, options));
    });
  connected(imports.command("rows"))
    .description("print the rows of an import, with what became of them")
    .argument("<id>", "id of the import")
    .addOption(new Option("--status <status>", "only such rows; successful are those in Odoo").choices(statuses))
    .addOption(new Option("--format <format>", "of the rows").choices(["csv", "ndjson"]).default("csv"))
    .option("--out <file>", "file to write (default: standard output)")
    .action(async (id, options) => {
      const { printRows } = await import("./commands/imports.js");
      finish(await printRows(terminal, id, options));
    });
}

function count(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > 200)
    throw new InvalidArgumentError("Send a whole number from 1 to 200.");
  return Number(text);
}

function at(text: string): string {
  const time = readTime(text, new Date());
  if (time === undefined) throw new InvalidArgumentError("Send a time such as 22:30, +2h or 2026-01-31T22:00:00Z.");
  return time.toISOString();
}
