/** Shows how an import gets on: a bar that is drawn over on a terminal, a line now and then elsewhere. */
import type { ImportStatus } from "@odoorway/imports";
import { Presets, SingleBar } from "cli-progress";
import { bytes, count, duration } from "../numbers.js";
import type { Terminal } from "../terminal.js";

export interface Progress {
  /** While the file is sent: bytes of so many. */
  uploading(sent: number, size: number): void;
  /** While rows are worked on. */
  running(status: ImportStatus): void;
  /** A word beside the bar. */
  note(text: string): void;
  stop(): void;
}

export const silentProgress: Progress = { uploading() {}, running() {}, note() {}, stop() {} };

/** Milliseconds between two plain lines. */
const lineEveryMs = 2000;

export function createProgress(terminal: Terminal, now: () => number): Progress {
  return terminal.screen.isTTY === true ? barProgress(terminal) : lineProgress(terminal, now);
}

/** What does not fit the width is cut off, so that on a narrow terminal the numbers come before the looks. */
function barProgress(terminal: Terminal): Progress {
  let bar: SingleBar | undefined;
  let phase = "";
  let note = "";
  const narrow = (terminal.screen.columns || 80) < 110;
  const draw = (name: string, format: string, total: number, value: number, payload: object) => {
    if (phase !== name) {
      bar?.stop();
      phase = name;
      bar = new SingleBar(
        { format, stream: terminal.screen, hideCursor: true, barsize: narrow ? 8 : 26, linewrap: false, etaBuffer: 1 },
        Presets.shades_classic,
      );
      bar.start(total, value, payload);
    }
    bar?.setTotal(total);
    bar?.update(value, payload);
  };
  return {
    uploading: (sent, size) =>
      draw("upload", "Sending   {bar} {percentage}%  {done} of {whole}", Math.max(size, 1), sent, {
        done: bytes(sent),
        whole: bytes(size),
      }),
    running: (status) => {
      const { read, unprocessed, failed } = status.counts;
      draw(
        "rows",
        `${narrow ? "" : "Importing "}{bar} {percentage}%  {done} of {whole} rows  {rate}/s  {left}  {failed} failed{at}{note}`,
        1,
        status.progress,
        {
          done: count(read - unprocessed),
          whole: count(read),
          rate: count(Math.round(status.rate)),
          left: left(status),
          failed: count(failed),
          at: atWork(status),
          note,
        },
      );
    },
    note: (text) => {
      note = text === "" ? "" : `  ${text}`;
      bar?.update({ note });
    },
    stop: () => bar?.stop(),
  };
}

function lineProgress(terminal: Terminal, now: () => number): Progress {
  let last = Number.NEGATIVE_INFINITY;
  const seldom = (text: () => string) => {
    if (now() - last < lineEveryMs) return;
    last = now();
    terminal.say(text());
  };
  return {
    uploading: (sent, size) => {
      if (sent < size) seldom(() => `sending: ${bytes(sent)} of ${bytes(size)}`);
    },
    running: (status) =>
      seldom(() => {
        const { read, unprocessed, failed } = status.counts;
        const rate = `${count(Math.round(status.rate))}/s`;
        return `${status.state}: ${count(read - unprocessed)} of ${count(read)} rows, ${rate}, ${left(status)}, ${count(failed)} failed${atWork(status)}`;
      }),
    note: (text) => {
      if (text !== "") terminal.say(text);
    },
    stop: () => {},
  };
}

/** The model being sent, since no row is done before the records that it needs are. */
function atWork({ state, records }: ImportStatus): string {
  if (state !== "running") return "";
  const model = Object.entries(records).find(([, one]) => one.unprocessed > 0);
  if (!model) return "";
  const [name, { created, updated, unchanged, failed, unprocessed }] = model;
  const done = created + updated + unchanged + failed;
  return `  (${name}: ${count(done)} of ${count(done + unprocessed)})`;
}

function left({ state, eta_seconds: eta }: ImportStatus): string {
  if (state === "done" || state === "failed" || state === "cancelled") return state;
  return eta === null ? "time left unknown" : `${duration(eta)} left`;
}
