/** What failed of one import: line, cause, fix, and the rows as a file to mend and send again. */
import { useCallback, useState } from "preact/hooks";
import { type Api, ApiError, type FailedRow, type Import, type Problem } from "./api.js";
import { ProblemBox } from "./problem-box.js";
import { usePolling } from "./use-polling.js";

/** Rows shown here; the file has all. */
const shown = 100;

export function FailedRows({ api, one }: { api: Api; one: Import }) {
  const [refusal, setRefusal] = useState<Problem>();
  const failed = one.counts.failed;
  const ask = useCallback((signal: AbortSignal) => api.failedRows(one.id, shown, signal), [api, one.id, failed]);
  const { value: rows, problem } = usePolling(ask, 60_000);
  const download = async (format: "csv" | "ndjson") => {
    try {
      const address = URL.createObjectURL(await api.download(one.id, format));
      Object.assign(document.createElement("a"), { href: address, download: `${one.id}-failed.${format}` }).click();
      // The browser reads the address after the click; taken back at once, nothing would be saved.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error.problem);
    }
  };
  return (
    <div class="failed-rows">
      <div class="downloads">
        <button type="button" class="secondary outline small" onClick={() => download("csv")}>
          Download CSV
        </button>
        <button type="button" class="secondary outline small" onClick={() => download("ndjson")}>
          Download NDJSON
        </button>
        <small class="quiet">Mend the rows and import the file: it is input again.</small>
      </div>
      {(refusal ?? problem) && <ProblemBox problem={(refusal ?? problem) as Problem} />}
      {rows === undefined && !problem && <p aria-busy="true">Loading …</p>}
      {rows && <RowTable rows={rows} />}
      {rows && failed > rows.length && (
        <p class="quiet">
          The first {rows.length} of {failed.toLocaleString()}.
        </p>
      )}
    </div>
  );
}

function RowTable({ rows }: { rows: readonly FailedRow[] }) {
  return (
    <div class="overflow-auto">
      <table>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">What is wrong</th>
            <th scope="col">How to fix it</th>
            <th scope="col">Row</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td class="number">{row.line}</td>
              <td>
                <strong>{row.diagnosis.title}</strong>
                <br />
                {row.diagnosis.cause}
              </td>
              <td>{row.diagnosis.fix}</td>
              <td class="row-data">{Object.values(row.data).map(String).join(" · ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
