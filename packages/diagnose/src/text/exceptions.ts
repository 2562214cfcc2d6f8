/**
 * The exceptions that a text names, in its order, and the one that matters: the last, unless that is the noise
 * of a cache that looked in vain, or of a program that passed on what another said.
 */

export interface Named {
  /** With its module, as it stands: `odoo.exceptions.AccessError`. */
  readonly name: string;
  readonly message: string;
}

const line =
  /^(?:[>*|E]?\s{0,12})((?:[A-Za-z_]\w*\.)*(?:[A-Z]\w*(?:Error|Exception|Warning|Denied|Violation|Failure|Detected|NotAvailable|Range|Representation|Disconnected|NotFound|BadRequest|Forbidden|Unauthorized|Refused)|except_orm|Fault|Exception|except_osv))(?:\s*:\s?|\s*$|\s*\n)(.*)$/;
/** What ends a message: another traceback, a frame, the log's next line. */
const ending =
  /^(?:\s*File "|Traceback \(most recent|During handling of|The above exception|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\s+at [\w.$<>]+\(|\s*-- End of)/;

/** Messages are cut at 4,000 characters, the list at 50. */
export function exceptionsIn(text: string): Named[] {
  const lines = text.split("\n");
  const found: Named[] = [];
  for (let at = 0; at < lines.length && found.length < 50; at += 1) {
    const current = lines[at] ?? "";
    if (current.length > 8_000) continue;
    const match = line.exec(current);
    if (match === null) continue;
    const message = [match[2] ?? ""];
    while (
      at + 1 < lines.length &&
      message.length < 40 &&
      !ending.test(lines[at + 1] ?? "") &&
      !line.test(lines[at + 1] ?? "")
    ) {
      at += 1;
      message.push(lines[at] ?? "");
    }
    found.push({ name: match[1] ?? "", message: unwrapped(message.join("\n").trim()).slice(0, 4_000) });
  }
  return found;
}

/** The one to explain: `undefined` where the text names none. */
export function decisive(exceptions: readonly Named[]): Named | undefined {
  const telling = exceptions.filter((one) => !isNoise(one));
  return telling.at(-1) ?? exceptions.at(-1);
}

/** A look into a cache that failed, or an exception without a word beside others. */
function isNoise({ name, message }: Named): boolean {
  if (/(?:^|\.)KeyError$/.test(name)) return /^\(?'?[\w.]*'?, ?<|^\(|^<|^\d+$|^$/.test(message);
  return /(?:^|\.)(?:Exception|Error)$/.test(name) && message === "";
}

/** `(u'Access Denied', u'text')`, as 6.1 to 9.0 wrote exceptions for users: title and text as lines. */
function unwrapped(message: string): string {
  const tuple = /^\(\s*u?(['"])([\s\S]*?)\1\s*,\s*(?:u?(['"])([\s\S]*?)\3|None)\s*,?\s*\)?/.exec(message);
  if (tuple === null) return message;
  return [tuple[2], tuple[4]]
    .filter((part) => part !== undefined && part !== "")
    .join("\n")
    .replaceAll("\\n", "\n");
}
