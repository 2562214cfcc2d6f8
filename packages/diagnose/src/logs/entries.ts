/** Lines to entries: a line of the log with the traceback or text that follows it, of bounded size. */
import { bare, type LogLine, parseLine } from "./line.js";

export interface LogEntry extends LogLine {
  /** Number of its first line, from 1. */
  readonly line: number;
  /** The message and every line after it; of a text above 24,000 characters its beginning and its end. */
  readonly text: string;
}

/** Characters kept of an entry's beginning and of its end: the exception that matters stands last. */
const headSize = 4_000;
const tailSize = 20_000;
/** Characters kept of one line: a query of a million values says no more than its first thousands. */
const lineSize = 8_000;

/** Gathers lines to entries. Push each line; an entry is complete when the next begins, or at the end. */
export class EntryReader {
  #first: (LogLine & { readonly line: number }) | undefined;
  #head = "";
  #tail: string[] = [];
  #tailLength = 0;
  #number = 0;

  /** Lines read so far. */
  get lines(): number {
    return this.#number;
  }

  /** Takes the next line; answers the entry that it completes, if any. */
  push(raw: string): LogEntry | undefined {
    this.#number += 1;
    const line = bare(raw.length > lineSize ? raw.slice(0, lineSize) : raw);
    const parsed = parseLine(line);
    if (parsed === undefined) {
      if (this.#first !== undefined) this.#append(line);
      return undefined;
    }
    const done = this.end();
    this.#first = { ...parsed, line: this.#number };
    this.#head = parsed.message;
    return done;
  }

  /** The last entry; the reader is empty after it. */
  end(): LogEntry | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    const text = this.#tail.length === 0 ? this.#head : `${this.#head}\n${this.#tail.join("\n")}`;
    this.#first = undefined;
    this.#head = "";
    this.#tail = [];
    this.#tailLength = 0;
    return { ...first, text };
  }

  #append(line: string): void {
    if (this.#tail.length === 0 && this.#head.length < headSize) {
      this.#head += `\n${line}`;
      return;
    }
    this.#tail.push(line);
    this.#tailLength += line.length + 1;
    // Half is dropped at once, so that a traceback of a million lines costs a constant per line.
    if (this.#tailLength < 2 * tailSize) return;
    while (this.#tailLength > tailSize) this.#tailLength -= (this.#tail.shift() ?? "").length + 1;
  }
}
