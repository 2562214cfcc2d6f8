/** The page of what Odoo takes in silence, from the notes of what two real servers did. */
import { nameOf, type WrongCase } from "./table.js";

/** What each version did. */
export interface Said {
  readonly 18?: string;
  readonly 19?: string;
}

export function silencePage(cases: readonly WrongCase[], said: Readonly<Record<string, Said>>): string {
  const rows = cases.map((one) => ({ one, said: said[nameOf(one)] ?? {} }));
  const taken = rows.filter(({ said }) => isTaken(said[18]) || isTaken(said[19]));
  const refused = rows.filter((row) => !taken.includes(row));
  return `${head(rows.length, taken.length)}
## Taken in silence

${table(taken)}

## Refused by Odoo too

Most of these name no field, some say something else than what is wrong, and of several mistakes Odoo tells the first.

${table(refused)}
`;
}

function head(all: number, taken: number): string {
  return `# What Odoo takes in silence

Of ${all} wrong inputs Odoo 18 or 19 takes ${taken} without a word: the program that sent them believes that all is
well, and what is stored is something else. Odoorway refuses every one of them before it reaches Odoo, with all
mistakes of a request at once, each at its JSON pointer with its code (\`/errors/{code}\`).

Each line was sent to unmodified Odoo 18.0 and 19.0 servers, over JSON-RPC, by an administrator: \`create\` for POST
and PUT, \`write\` for PATCH, \`search_read\` or \`read\` for GET, \`unlink\` for DELETE, the method itself for ACTION. The
same inputs are sent to the gateway by the tests, which compare its answers and this page with the table that both
are made of (\`tests/validation\`). \`@partner\` and the like stand for ids of records made for it, \`@gone\` for the id of
a record that was deleted.
`;
}

function table(rows: readonly { readonly one: WrongCase; readonly said: Said }[]): string {
  const lines = rows.map(({ one, said }) => {
    const body = one.body === undefined ? "" : ` \`${cell(cut(JSON.stringify(one.body)))}\``;
    return `| ${cell(one.says)}: ${cell(request(one))}${body} | ${both(said)} | ${one.refused.map(answer).join("<br>")} |`;
  });
  return ["| Input | What Odoo does | What Odoorway answers |", "|---|---|---|", ...lines].join("\n");
}

const request = ({ request }: WrongCase) => `\`${decodeURI(request)}\``;

function both(said: Said): string {
  if (said[18] === said[19]) return cell(said[18] ?? "");
  return [18, 19]
    .flatMap((version) => {
      const words = said[version as 18 | 19];
      return words === undefined ? [] : [`${version}: ${cell(words)}`];
    })
    .join("<br>");
}

/** The code, at its pointer where it has one. */
function answer(refusal: string): string {
  const [place = ""] = refusal.split(": ");
  const at = place.lastIndexOf(" ");
  return at <= 0 ? `\`${place.trim()}\`` : `\`${place.slice(at + 1)}\` at \`${cell(place.slice(0, at))}\``;
}

const isTaken = (words: string | undefined) => words?.startsWith("taken") === true;
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
const cut = (text: string) => (text.length > 140 ? `${text.slice(0, 139)}…` : text);
