/**
 * The commands and options, in one place; what each does is in its own file, which is loaded only when its
 * command runs: a gateway that runs for months holds nothing of the sandbox, and `--help` waits for neither.
 */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { collect, connected, ids, port, seconds, whole } from "./arguments.js";
import { addFlowCommands } from "./program-flows.js";
import { addImportCommands } from "./program-imports.js";
import type { Terminal } from "./terminal.js";

/** @param finish is told the exit code of the command that ran */
export function createProgram(terminal: Terminal, finish: (code: number) => void): Command {
  const program = new Command("odoorway");
  program
    .description("The front door to Odoo: validates, batches, retries without doubling, and explains every failure.")
    .version(version(), "-v, --version")
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
    })
    .showHelpAfterError("(odoorway --help lists the commands, odoorway COMMAND --help their options)")
    .exitOverride();

  program
    .command("start")
    .description("run the gateway; without ODOO_URL it brings a sandbox Odoo of its own")
    .option("--port <number>", "port to listen on (ODOORWAY_PORT, default 8080)", port)
    .option("--config <file>", "configuration file (default: odoorway.yaml, if there is one)")
    .action(async (options) => {
      const { runStart } = await import("./commands/start.js");
      finish(await runStart(terminal, options));
    });

  program
    .command("sandbox")
    .description("run a sandbox Odoo: it answers as a real one does; its records end with it unless --state keeps them")
    .option("--port <number>", "port to listen on; 0 takes a free one", port, 8069)
    .addOption(new Option("--odoo <version>", "the Odoo to be like").choices(["18", "19"]).default("18"))
    .option("--seed <file>", "JSON file with database, users and keys")
    .option(
      "--state <file>",
      "keep the records in this file: read at the start, written every few seconds and at the end",
    )
    .option("--order-api", "serve POST /api/order too, the example of a controller", false)
    .action(async (options) => {
      const { runSandbox } = await import("./commands/sandbox.js");
      finish(await runSandbox(terminal, options));
    });

  addImportCommands(program, terminal, finish);

  program
    .command("types")
    .description("write the models of the connected Odoo (ODOO_URL ...) as TypeScript, for the client")
    .option("--out <file>", "file to write; without it the types go to standard output")
    .option(
      "--model <model>",
      "only this model; may be given several times (default: all that the user may read)",
      collect,
      [],
    )
    .option("--check", "write nothing; exit with 1 when the file is out of date")
    .option("--force", "write over a file that this command did not write")
    .option("--config <file>", "configuration file (default: odoorway.yaml, if there is one)")
    .addHelpText("after", "\nExit code: 0 written or up to date, 1 out of date (--check), 2 refused.")
    .action(async (options) => {
      const { writeTypes } = await import("./commands/types.js");
      finish(await writeTypes(terminal, options));
    });

  program
    .command("doctor")
    .description("examine the connection to Odoo step by step, with the fix for what fails; it only reads")
    .option("--url <url>", "address of Odoo (ODOO_URL)")
    .option("--database <name>", "its database (ODOO_DB)")
    .option("--login <login>", "the user (ODOO_LOGIN); the key comes from ODOO_API_KEY")
    .option("--model <model>", "a model whose access is examined; may be given several times", collect, [])
    .option("--timeout <seconds>", "for one probe", seconds, 15)
    .option("--route <route>", 'a custom controller to examine, as "POST /api/order"')
    .option("--config <file>", "configuration file (default: odoorway.yaml, if there is one)")
    .option("--json", "print the report as JSON")
    .addHelpText("after", "\nExit code: 0 sound, 1 warnings, 2 a failure.")
    .action(async (options) => {
      const { examineConnection } = await import("./commands/doctor.js");
      finish(await examineConnection(terminal, options));
    });

  program
    .command("explain")
    .description(
      "say what an error text means, what caused it and what to do: a fault, traceback, HTTP answer, page or log",
    )
    .argument("[file]", "file with the text; standard input where left out or -")
    .option("--model <model>", "the model that was called, where the text does not say it")
    .option("--method <method>", "the method that was called")
    .option("--field <field>", "the field that it is about")
    .option("--id <id>", "a record that the call was about; may be given several times", ids, [])
    .option("--connect", "ask the connected Odoo too; it only reads")
    .option("--url <url>", "with --connect: address of Odoo (ODOO_URL)")
    .option("--database <name>", "its database (ODOO_DB)")
    .option("--login <login>", "the user (ODOO_LOGIN); the key comes from ODOO_API_KEY")
    .option("--config <file>", "configuration file (default: odoorway.yaml, if there is one)")
    .option("--json", "print the explanation as JSON")
    .addHelpText("after", "\nExit code: 0 explained, 1 not recognised, 2 the text could not be read.")
    .action(async (file, options) => {
      const { explainInput } = await import("./commands/explain.js");
      finish(await explainInput(terminal, file, options));
    });

  program
    .command("logs")
    .description("read an Odoo server log: its failures grouped, the request that triggered each, cause and fix")
    .argument("[file]", "log file, gzip too; standard input where left out or -")
    .option("-f, --follow", "go on as the file grows, and tell each failure as it happens, until Ctrl-C")
    .option("--slow <seconds>", "requests that took at least so long are listed", seconds, 5)
    .option("--top <number>", "kinds of failures to explain", whole, 10)
    .option("--json", "print the summary as JSON; with -f one object a line and failure")
    .addHelpText("after", "\nExit code: 0 no failure in the log, 1 failures, 2 it could not be read.")
    .action(async (file, options) => {
      const { readLogs } = await import("./commands/logs.js");
      finish(await readLogs(terminal, file, options));
    });

  addFlowCommands(program, terminal, finish);

  const token = program.command("token").description("manage the tokens that callers of the gateway use");
  connected(token.command("create"))
    .description("make a token; it is shown this once")
    .option("--name <name>", "what the token is for", "cli")
    .option("--scope <scope>", "what it may do; may be given several times (default: everything)", collect, [])
    .option("--json", "print it as JSON")
    .action(async (options) => {
      const { createTokenCommand } = await import("./commands/token.js");
      finish(await createTokenCommand(terminal, options));
    });
  connected(token.command("list"))
    .description("list the living tokens, without their secrets")
    .option("--json", "print them as JSON")
    .action(async (options) => {
      const { listTokensCommand } = await import("./commands/token.js");
      finish(await listTokensCommand(terminal, options));
    });
  connected(token.command("revoke"))
    .description("refuse a token from now on")
    .argument("<id>", "id of the token, as token list shows it")
    .action(async (id, options) => {
      const { revokeTokenCommand } = await import("./commands/token.js");
      finish(await revokeTokenCommand(terminal, id, options));
    });
  return program;
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
