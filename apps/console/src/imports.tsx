/** The imports, newest first, with how far each is. */
import { useCallback, useState } from "preact/hooks";
import type { Api, Import } from "./api.js";
import { FailedRows } from "./failed-rows.js";
import { ImportActions } from "./import-actions.js";
import { ProblemBox } from "./problem-box.js";
import { usePolling } from "./use-polling.js";

const outcomes = ["created", "updated", "unchanged", "failed"] as const;

export function Imports({ api }: { api: Api }) {
  const ask = useCallback((signal: AbortSignal) => api.imports(signal), [api]);
  const { value: imports, problem } = usePolling(ask, 1000);
  return (
    <section aria-labelledby="imports-title">
      <h2 id="imports-title">Imports</h2>
      {problem && <ProblemBox problem={problem} />}
      {imports === undefined && !problem && <p aria-busy="true">Loading …</p>}
      {imports?.length === 0 && (
        <p class="quiet">
          No imports yet. <code>odoorway import FILE --mapping NAME</code> starts one.
        </p>
      )}
      {imports?.map((one) => (
        <ImportCard key={one.id} api={api} one={one} />
      ))}
    </section>
  );
}

function ImportCard({ api, one }: { api: Api; one: Import }) {
  const [open, setOpen] = useState(false);
  const { counts } = one;
  const name = one.file_name ?? one.mapping ?? one.model;
  const detailsId = `failed-${one.id}`;
  return (
    <article aria-label={`Import of ${name}`}>
      <div class="card-head">
        <div>
          <strong>{name}</strong> <span class={`state ${one.state}`}>{one.state}</span>
          {one.dry_run && <span class="state dry"> dry run</span>}
          <div class="quiet">
            {one.mapping ?? one.model} ·{" "}
            <time dateTime={one.created_at}>{new Date(one.created_at).toLocaleString()}</time>
            {waiting(one)}
          </div>
        </div>
        <div class="pace">{pace(one)}</div>
      </div>
      <progress value={one.progress} max={1} aria-label={`Part of ${name} done`} />
      <dl class="counts">
        <Count name="rows read" value={counts.read} />
        {outcomes.map((outcome) => (
          <Count key={outcome} name={outcome} value={counts[outcome]} bad={outcome === "failed" && counts.failed > 0} />
        ))}
        <Count name="not done" value={counts.unprocessed} />
      </dl>
      <Parts parts={one.parts ?? []} />
      <Records records={one.records} />
      {one.last_error && <ProblemBox problem={one.last_error} />}
      <ImportActions api={api} one={one} />
      {counts.failed > 0 && (
        <button
          type="button"
          class="outline small"
          aria-expanded={open}
          aria-controls={detailsId}
          onClick={() => setOpen(!open)}
        >
          {open ? "Hide" : "Show"} failed rows
        </button>
      )}
      {open && (
        <div id={detailsId}>
          {(one.parts ?? [one])
            .filter((part) => part.counts.failed > 0)
            .map((part) => (
              <FailedRows key={part.id} api={api} one={part} />
            ))}
        </div>
      )}
    </article>
  );
}

/** The files of one import, in the order of their turns. */
function Parts({ parts }: { parts: readonly Import[] }) {
  if (parts.length === 0) return null;
  return (
    <ol class="quiet">
      {parts.map(({ id, file_name: name, model, state, counts }) => (
        <li key={id}>
          {name ?? model}: {state}, {(counts.read - counts.unprocessed).toLocaleString()} of{" "}
          {counts.read.toLocaleString()} rows, {counts.failed.toLocaleString()} failed
        </li>
      ))}
    </ol>
  );
}

function Count({ name, value, bad = false }: { name: string; value: number; bad?: boolean }) {
  return (
    <div class={bad ? "bad" : ""}>
      <dt>{name}</dt>
      <dd>{value.toLocaleString()}</dd>
    </div>
  );
}

function Records({ records }: { records: Import["records"] }) {
  const models = Object.entries(records);
  if (models.length === 0) return null;
  return (
    <p class="records quiet">
      {models.map(([model, counts]) => (
        <span key={model}>
          <code>{model}</code>{" "}
          {outcomes
            .filter((outcome) => counts[outcome] > 0)
            .map((outcome) => `${counts[outcome].toLocaleString()} ${outcome}`)
            .join(", ") || "none yet"}
        </span>
      ))}
    </p>
  );
}

/** Why nothing happens, when that is meant. */
function waiting({ state, paused_by: pausedBy, not_before: notBefore }: Import): string {
  if (state === "queued" && notBefore !== null) return ` · waits until ${new Date(notBefore).toLocaleString()}`;
  if (state !== "paused") return "";
  if (pausedBy === "hand") return " · until it is resumed";
  return pausedBy === "store" ? " · until the store is back" : " · until Odoo is back";
}

function pace({ state, rate, eta_seconds: eta }: Import): string {
  if (state !== "running") return rate > 0 ? `${Math.round(rate).toLocaleString()} rows/s` : "";
  const left = eta === null ? "" : `, ${eta < 90 ? `${Math.round(eta)} s` : `${Math.round(eta / 60)} min`} left`;
  return `${Math.round(rate).toLocaleString()} rows/s${left}`;
}
