/** What may be done with an import where it stands: pause, resume, run, cancel, retry. */
import { useState } from "preact/hooks";
import { type Api, ApiError, type Import, type Order, type Problem } from "./api.js";
import { ProblemBox } from "./problem-box.js";

const words: Readonly<Record<Order, string>> = {
  pause: "Pause",
  resume: "Resume",
  run: "Run",
  retry: "Retry failed rows",
  cancel: "Cancel",
};

export function ImportActions({ api, one }: { api: Api; one: Import }) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Problem>();
  const orders = ordersFor(one);
  const act = async (order: Order) => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await api.order(one.id, order);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error.problem);
    } finally {
      setBusy(false);
    }
  };
  if (orders.length === 0 && !refusal) return null;
  return (
    <div class="actions">
      {orders.map((order) => (
        <button
          key={order}
          type="button"
          class={`outline small${order === "cancel" ? " secondary" : ""}`}
          disabled={busy}
          onClick={() => act(order)}
        >
          {words[order]}
        </button>
      ))}
      {refusal && <ProblemBox problem={refusal} />}
    </div>
  );
}

/** The gateway refuses what does not fit; what is shown is what fits. */
function ordersFor({ state, paused_by: pausedBy, dry_run: dry, not_before: notBefore, counts }: Import): Order[] {
  switch (state) {
    case "queued":
      return notBefore === null ? ["pause", "cancel"] : ["run", "pause", "cancel"];
    case "running":
      return ["pause", "cancel"];
    case "paused":
      return pausedBy === "hand" ? ["resume", "cancel"] : ["pause", "cancel"];
    case "receiving":
      return [];
    default: {
      const again = counts.failed > 0 || counts.unprocessed > 0;
      return [...(dry && state === "done" ? (["run"] as const) : []), ...(again ? (["retry"] as const) : [])];
    }
  }
}
