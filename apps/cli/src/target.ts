/** Which Odoo a command examines or asks: what the options say, over the environment, over odoorway.yaml. */
import type { Target } from "@odoorway/gateway";
import { readConfiguration } from "./configuration.js";
import { CommandError } from "./explain.js";
import type { Terminal } from "./terminal.js";

export interface TargetOptions {
  readonly url?: string;
  readonly database?: string;
  readonly login?: string;
  readonly config?: string;
}

/**
 * @param command what to give the connection to, for the words of the error
 * @throws CommandError where no Odoo is named, or by no address
 */
export function targetOf(terminal: Terminal, options: TargetOptions, command: "doctor" | "explain --connect"): Target {
  const { env } = terminal;
  const url = options.url ?? env.ODOO_URL;
  const odoo = url === undefined ? readConfiguration(terminal, options.config).odoo : undefined;
  const address = url ?? odoo?.url;
  if (address === undefined)
    throw new CommandError(
      command === "doctor" ? "There is no connection to examine" : "There is no connection to ask",
      "Neither --url, ODOO_URL nor odoorway.yaml names an Odoo.",
      `odoorway ${command} --url https://shop.example --database shop --login api, with the key in ODOO_API_KEY.`,
    );
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== "")
    throw new CommandError(
      "The address of Odoo is not valid",
      "It must begin with http:// or https:// and hold no login.",
      "Give one like https://shop.example by --url or ODOO_URL.",
    );
  return {
    url: `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, ""),
    database: options.database ?? env.ODOO_DB ?? odoo?.database ?? "",
    login: options.login ?? env.ODOO_LOGIN ?? odoo?.login ?? "",
    apiKey: env.ODOO_API_KEY ?? odoo?.apiKey ?? "",
  };
}
