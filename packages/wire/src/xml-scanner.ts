/**
 * The little of XML 1.0 that XML-RPC needs, read in a single pass without building a tree: tags, text,
 * the five named entities, character references, CDATA, comments and processing instructions. A document
 * type is refused, so that no entity can expand and nothing outside can be fetched.
 */
import { WireError } from "./errors.js";
import { maxLength } from "./limits.js";

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const nameSlots = 251;

/** Of `<?xml version='1.0' encoding='utf-8' standalone='yes'?>` and as much white space, in UTF-16 units. */
const longestDeclaration = 200;

const bang = 0x21;
const slash = 0x2f;
const lessThan = 0x3c;
const greaterThan = 0x3e;
const question = 0x3f;

export class XmlScanner {
  readonly #source: string;
  #at: number;
  /** Whether the tag that was read last was `<name/>`. */
  #empty = false;
  /** Where the next `&` and carriage return stand, from `#at` on: text before them is taken as it is. */
  #ampersand = -1;
  #carriageReturn = -1;
  /** Names of members that were read, since the records of an answer repeat them. */
  readonly #names: string[] = new Array<string>(nameSlots).fill("");

  constructor(source: string) {
    if (source.length > maxLength) throw new WireError("the message is too long", maxLength);
    this.#source = source;
    this.#at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.#checkEncoding();
  }

  /** Where reading stands. */
  get offset(): number {
    return this.#at;
  }

  /** Whether the tag that was read last closed itself. */
  get empty(): boolean {
    return this.#empty;
  }

  fail(detail: string, offset = this.#at): never {
    throw new WireError(detail, offset);
  }

  /** The next tag: `name`, or `/name` when it closes. Only white space, comments and instructions may precede. */
  tag(): string {
    this.#space();
    if (this.#source.charCodeAt(this.#at) !== lessThan)
      this.fail(this.#at < this.#source.length ? "text where a tag must be" : "the message ends too early");
    return this.#readTag();
  }

  /** Whether this markup, `<name>` or `</name>`, is next; if so, reading goes on behind it. */
  take(markup: string): boolean {
    const source = this.#source;
    let at = this.#at;
    let code = source.charCodeAt(at);
    while (code === 0x0a || code === 0x20 || code === 0x0d || code === 0x09) code = source.charCodeAt(++at);
    if (!source.startsWith(markup, at)) return false;
    this.#at = at + markup.length;
    this.#empty = false;
    return true;
  }

  /** Reads the next tag, which must be this one: `<name>` or `</name>`. */
  expect(markup: string): void {
    if (this.take(markup)) return;
    const offset = this.#at;
    const found = this.tag();
    if (found !== markup.slice(1, -1)) this.fail(`<${printable(found)}> where ${markup} must be`, offset);
  }

  /** The character data up to the next tag, decoded; empty when a tag comes at once. */
  text(): string {
    const source = this.#source;
    let text = "";
    for (;;) {
      const end = source.indexOf("<", this.#at);
      if (end < 0) this.fail("the message ends too early", source.length);
      const next = source.charCodeAt(end + 1);
      if (end > this.#at) {
        const piece = this.#decode(this.#at, end);
        text = text === "" ? piece : text + piece;
      }
      this.#at = end;
      if (next !== bang && next !== question) return text;
      text += this.#aside(true);
    }
  }

  /** As `text`, for a text that comes again and again. */
  name(): string {
    const source = this.#source;
    const start = this.#at;
    let at = start;
    let hash = 0;
    let code = source.charCodeAt(at);
    for (; isNameCharacter(code); code = source.charCodeAt(++at)) hash = (hash * 31 + code) & 0xffffff;
    if (at === start || code !== lessThan || source.charCodeAt(at + 1) !== slash) return this.text();
    this.#at = at;
    const slot = hash % nameSlots;
    const known = this.#names[slot];
    if (known !== undefined && known.length === at - start && source.startsWith(known, start)) return known;
    const name = source.slice(start, at);
    this.#names[slot] = name;
    return name;
  }

  /** Only white space, comments and instructions may follow the root element. */
  end(): void {
    this.#space();
    if (this.#at < this.#source.length) this.fail("something follows the end of the message");
  }

  /** A message that says to be written in another encoding may have been read wrongly. */
  #checkEncoding(): void {
    if (!this.#source.startsWith("<?xml", this.#at)) return;
    const declaration = this.#source.slice(this.#at, this.#at + longestDeclaration).split("?>", 1)[0] ?? "";
    const encoding = /\bencoding\s*=\s*["']([^"']*)/.exec(declaration)?.[1] ?? "utf-8";
    if (!/^(?:utf-?8|us-ascii|ascii)$/i.test(encoding)) this.fail("an encoding that is not UTF-8 is declared");
  }

  #space(): void {
    const source = this.#source;
    for (;;) {
      let code = source.charCodeAt(this.#at);
      while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = source.charCodeAt(++this.#at);
      if (code !== lessThan) return;
      const next = source.charCodeAt(this.#at + 1);
      if (next !== bang && next !== question) return;
      this.#aside(false);
    }
  }

  /** Steps over a comment or an instruction at `<!` or `<?`; gives the text of a CDATA section where text may be. */
  #aside(inText: boolean): string {
    const source = this.#source;
    if (source.startsWith("<!--", this.#at)) this.#skipTo("-->", this.#at + 4);
    else if (source.startsWith("<?", this.#at)) this.#skipTo("?>", this.#at + 2);
    else if (inText && source.startsWith("<![CDATA[", this.#at)) {
      const start = this.#at + 9;
      this.#skipTo("]]>", start);
      return lines(source.slice(start, this.#at - 3));
    } else this.fail("a document type or another declaration is not allowed");
    return "";
  }

  #skipTo(terminator: string, from: number): void {
    const end = this.#source.indexOf(terminator, from);
    if (end < 0) this.fail(`there is no ${terminator}`);
    this.#at = end + terminator.length;
  }

  #readTag(): string {
    const source = this.#source;
    const start = this.#at + 1;
    let at = start;
    if (source.charCodeAt(at) === slash) at++;
    const nameStart = at;
    while (isNameCharacter(source.charCodeAt(at))) at++;
    if (at === nameStart) this.fail("a tag without a name");
    const name = source.slice(start, at);
    if (source.charCodeAt(at) !== greaterThan) at = this.#attributes(at);
    else this.#empty = false;
    if (this.#empty && name.charCodeAt(0) === slash) this.fail("a tag that closes twice");
    this.#at = at + 1;
    return name;
  }

  /** Steps over attributes, which mean nothing in XML-RPC; gives the offset of the closing `>`. */
  #attributes(from: number): number {
    const source = this.#source;
    let at = from;
    let quote = 0;
    for (; at < source.length; at++) {
      const code = source.charCodeAt(at);
      if (quote !== 0) {
        if (code === quote) quote = 0;
      } else if (code === 0x22 || code === 0x27) quote = code;
      else if (code === lessThan) break;
      else if (code === greaterThan) {
        this.#empty = source.charCodeAt(at - 1) === slash;
        return at;
      }
    }
    return this.fail("a tag that does not end", from);
  }

  #decode(from: number, to: number): string {
    const source = this.#source;
    if (this.#ampersand < from) this.#ampersand = positionOf("&", source, from);
    if (this.#carriageReturn < from) this.#carriageReturn = positionOf("\r", source, from);
    const raw = this.#carriageReturn < to ? lines(source.slice(from, to)) : source.slice(from, to);
    if (this.#ampersand >= to) return raw;
    let text = "";
    let at = 0;
    for (;;) {
      const ampersand = raw.indexOf("&", at);
      if (ampersand < 0) return text + raw.slice(at);
      const end = raw.indexOf(";", ampersand);
      if (end < 0 || end - ampersand > 12) this.fail("an & that begins no entity", from + ampersand);
      text += raw.slice(at, ampersand) + this.#entity(raw.slice(ampersand + 1, end), from + ampersand);
      at = end + 1;
    }
  }

  #entity(name: string, offset: number): string {
    if (Object.hasOwn(entities, name)) return entities[name] ?? "";
    const match = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
    if (match === null) this.fail("an unknown entity", offset);
    const code = match[1] === undefined ? Number.parseInt(match[2] ?? "", 10) : Number.parseInt(match[1], 16);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      this.fail("a reference to no character", offset);
    return String.fromCodePoint(code);
  }
}

/** Behind the end when there is none. */
function positionOf(character: string, source: string, from: number): number {
  const at = source.indexOf(character, from);
  return at < 0 ? source.length : at;
}

/** Line ends become a line feed (XML 1.0, section 2.11). */
function lines(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function isNameCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || // a-z
    (code >= 0x41 && code <= 0x5a) || // A-Z
    (code >= 0x30 && code <= 0x3a) || // 0-9 :
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e
  );
}

function printable(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}...` : name;
}
