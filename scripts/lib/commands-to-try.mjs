/** The three commands that `npm start` suggests: each works as it stands, in any folder. */
import { join } from "node:path";
import { root } from "./workspace.mjs";

/** @returns {{title: string, command: string}[]} */
export function commandsToTry(url, token) {
  const post = (values) =>
    `curl -i ${quoted(`${url}/v1/records/res.partner`)} -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(values))}`;
  const sample = join(root, "examples", "data", "online-retail-sample.csv");
  const cli = join(root, "apps", "cli", "bin", "odoorway.mjs");
  return [
    {
      title: "Create a partner (201, and a Location to read it back from):",
      command: post({ name: "Azure Interior", email: "info@azure.example", is_company: true }),
    },
    {
      title: "Try a bad one (422: both errors at once, each with its cause and fix):",
      command: post({ name: "Azure Interior", emial: "info@azure.example", type: "head office" }),
    },
    {
      title: "Import 2,048 lines of a real shop (rows that a rule refuses are kept with their reason):",
      command: `node ${quoted(cli)} import ${quoted(sample)} --mapping online-retail --gateway ${quoted(url)} --token ${token}`,
    },
  ];
}

/** A text as one word of a POSIX shell. */
function quoted(text) {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
