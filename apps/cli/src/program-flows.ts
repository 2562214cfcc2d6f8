/** The commands about flows and hooks; see program.ts. */
import { type Command, Option } from "commander";
import { connected, whole } from "./arguments.js";
import type { Terminal } from "./terminal.js";

export function addFlowCommands(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const flow = program
    .command("flow")
    .description("write, test and run flows: mappings from foreign payloads to records");
  flow
    .command("new")
    .description("write a flow to start from, with a word on every part")
    .argument("<name>", "its name, as shop-order; the file is NAME.yaml in flows_folder, else in this folder")
    .option("--from <preset>", "a copy of this preset, with its payloads")
    .option("--config <file>", "configuration file (default: odoorway.yaml, if there is one)")
    .action(async (name, options) => {
      const { newFlow } = await import("./commands/flow-new.js");
      finish(await newFlow(terminal, name, options));
    });
  flow
    .command("test")
    .description("run the examples of flows: each payload's plan against the plan that is expected; nothing is written")
    .argument("[flows...]", "files, folders or names (default: all of flows_folder, else the presets)")
    .option("--connect", "also ask the connected Odoo whether it has every model, field and method")
    .option("--config <file>", "configuration file (default: odoorway.yaml, if there is one)")
    .option("--json", "print what was found as JSON")
    .addHelpText("after", "\nExit code: 0 all is as expected, 1 something is not, 2 the command was refused.")
    .action(async (flows, options) => {
      const { testFlows } = await import("./commands/flow-test.js");
      finish(await testFlows(terminal, flows, options));
    });
  connected(flow.command("run"))
    .description("carry a flow out on one payload; the same payload again changes nothing")
    .argument("<name>", "a flow that the gateway knows")
    .argument("<file>", "JSON file with the payload; - is standard input")
    .option("--dry-run", "write nothing; print what would be made")
    .option("--json", "print the outcome as JSON")
    .action(async (name, file, options) => {
      const { runFlow } = await import("./commands/flow-run.js");
      finish(await runFlow(terminal, name, file, options));
    });

  const hooks = program.command("hooks").description("look after what webhooks brought: list, show, replay, discard");
  connected(hooks.command("list"))
    .description("events that hooks received, newest first")
    .option("--hook <name>", "only of this hook")
    .addOption(new Option("--state <state>", "only in this state").choices(["waiting", "done", "dead", "discarded"]))
    .option("--limit <number>", "at most so many (200 at most)", whole, 50)
    .option("--json", "print them as JSON")
    .action(async (options) => {
      const { listHookEvents } = await import("./commands/hooks.js");
      finish(await listHookEvents(terminal, options));
    });
  connected(hooks.command("show"))
    .description("an event with its payload, what became of it in Odoo, and why it failed")
    .argument("<id>", "id of the event, as hooks list shows it")
    .option("--json", "print it as one line of JSON")
    .action(async (id, options) => {
      const { showHookEvent } = await import("./commands/hooks.js");
      finish(await showHookEvent(terminal, id, options));
    });
  connected(hooks.command("replay"))
    .description("work an event off again, or every dead one")
    .argument("[id]", "id of the event")
    .option("--payload <file>", "JSON file that takes the place of the payload")
    .option("--all-dead", "every dead event, the oldest first")
    .option("--hook <name>", "with --all-dead: only of this hook")
    .action(async (id, options) => {
      const { replayHookEvents } = await import("./commands/hooks.js");
      finish(await replayHookEvents(terminal, id, options));
    });
  connected(hooks.command("discard"))
    .description("give an event up; nothing changes in Odoo")
    .argument("<id>", "id of the event")
    .action(async (id, options) => {
      const { discardHookEvent } = await import("./commands/hooks.js");
      finish(await discardHookEvent(terminal, id, options));
    });
}
