/** How arguments are read, and options that several commands share. */
import { type Command, InvalidArgumentError } from "commander";

export function connected(command: Command): Command {
  return command
    .option(
      "--gateway <url>",
      "address of the gateway (ODOORWAY_URL, default http://127.0.0.1 at ODOORWAY_PORT or 8080)",
    )
    .option("--token <token>", "token for it (ODOORWAY_TOKEN)");
}

export function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError("Send a number from 0 to 65535.");
  return Number(text);
}

export function seconds(text: string): number {
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text)) throw new InvalidArgumentError("Send a number of seconds, as 2.5.");
  return Number(text);
}

export function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("Send a whole number.");
  return Number(text);
}

export function ids(text: string, before: readonly number[]): number[] {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Send the id of a record, as 42.");
  return [...before, Number(text)];
}

export function collect(one: string, before: readonly string[]): string[] {
  return [...before, one];
}
