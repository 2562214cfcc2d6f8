/**
 * For tests: one model in memory that knows just what paging and batches ask, and loses replies on demand. A
 * record whose `name` contains "bad" is refused, as a constraint would.
 */
import { type Clock, type OdooCaller, OdoorwayError } from "@odoorway/core";

type Row = { id: number; name: string; ref: string; write_date: string };

/** What happens to a call: its reply is lost before or after its work, or it meets another writer. */
export type Mishap = "lost before" | "lost after" | "conflict" | undefined;

export class MemoryOdoo implements OdooCaller {
  readonly rows = new Map<number, Row>();
  readonly externalIds = new Map<string, number>();
  readonly calls: { readonly method: string; readonly count: number }[] = [];
  /** Decides the fate of each call that writes. */
  mishap: (method: string, count: number) => Mishap = () => undefined;
  #lastId = 0;

  add(name: string, write_date = "2026-01-01 00:00:00"): number {
    const id = ++this.#lastId;
    this.rows.set(id, { id, name, ref: "", write_date });
    return id;
  }

  async call(_model: string, method: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> = {}) {
    const [first, second] = args;
    switch (method) {
      case "search":
        return this.#search(first as unknown[][], kwargs).map(({ id }) => id);
      case "search_read":
        return this.#search(first as unknown[][], kwargs).map((row) => ({ ...row }));
      case "create":
        return this.#write(method, first as Partial<Row>[], () =>
          (first as Partial<Row>[]).map((row) => this.#create(row)),
        );
      case "write":
        return this.#write(method, first as number[], () => this.#update(first as number[], second as Partial<Row>));
      case "unlink":
        return this.#write(method, first as number[], () => this.#delete(first as number[]));
      case "load":
        return this.#write(method, second as string[][], () => this.#load(second as string[][]));
      default:
        throw new OdoorwayError("method_not_found", { evidence: { method } });
    }
  }

  #search(domain: unknown[][], { order = "id", limit = 1e9 }: { order?: string; limit?: number }): Row[] {
    const matching = [...this.rows.values()].filter((row) =>
      domain.every((leaf) => matches(row[leaf[0] as keyof Row], leaf[1], leaf[2])),
    );
    const terms = order.split(",").map((term) => term.trim().split(" "));
    matching.sort((a, b) => {
      for (const [field, direction] of terms) {
        const [one, other] = [a[field as keyof Row], b[field as keyof Row]];
        if (one !== other) return (one < other ? -1 : 1) * (direction === "desc" ? -1 : 1);
      }
      return 0;
    });
    return matching.slice(0, limit);
  }

  #write(method: string, items: readonly unknown[], work: () => unknown): unknown {
    this.calls.push({ method, count: items.length });
    const fate = this.mishap(method, items.length);
    if (fate === "conflict") throw new OdoorwayError("serialization_failure");
    if (fate === "lost before") throw new OdoorwayError("connection_lost");
    const before = { rows: structuredClone([...this.rows]), externalIds: [...this.externalIds] };
    try {
      const answer = work();
      if (fate !== "lost after") return answer;
    } catch (error) {
      this.rows.clear();
      this.externalIds.clear();
      for (const [id, row] of before.rows) this.rows.set(id, row);
      for (const [xid, id] of before.externalIds) this.externalIds.set(xid, id);
      throw error;
    }
    throw new OdoorwayError("connection_lost");
  }

  #create({ name = "", ref = "" }: Partial<Row>): number {
    refuseBad(name);
    const id = this.add(name);
    this.rows.set(id, { id, name, ref, write_date: "2026-01-01 00:00:00" });
    return id;
  }

  #update(ids: readonly number[], values: Partial<Row>): true {
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row === undefined) throw new OdoorwayError("missing_record", { evidence: { model: "m", id } });
      refuseBad(values.name ?? "");
      this.rows.set(id, { ...row, ...values });
    }
    return true;
  }

  #delete(ids: readonly number[]): true {
    for (const id of ids) {
      refuseBad(this.rows.get(id)?.name ?? "");
      if (!this.rows.delete(id)) throw new OdoorwayError("missing_record", { evidence: { model: "m", id } });
    }
    return true;
  }

  /** Columns: id (external), name. */
  #load(rows: readonly string[][]) {
    const messages = rows.flatMap(([, name = ""], at) =>
      name.includes("bad") ? [{ type: "error", message: "bad", record: at, rows: { from: at, to: at } }] : [],
    );
    if (messages.length > 0) return { ids: false, messages };
    const ids = rows.map(([xid = "", name = ""]) => {
      const known = this.externalIds.get(xid);
      if (known !== undefined) return this.#update([known], { name }) && known;
      const id = this.#create({ name });
      if (xid !== "") this.externalIds.set(xid, id);
      return id;
    });
    return { ids, messages: [] };
  }
}

/** Time that passes only by sleeping. */
export function leapingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}

function refuseBad(name: string): void {
  if (name.includes("bad")) throw new OdoorwayError("python_constraint", { evidence: { detail: "bad" } });
}

function matches(value: string | number, operator: unknown, operand: unknown): boolean {
  const other = operand as string | number;
  if (operator === "=") return operand === false ? value === "" : value === other;
  if (operator === "in") return (operand as unknown[]).includes(value);
  if (operator === ">") return value > other;
  if (operator === ">=") return value >= other;
  if (operator === "<") return value < other;
  throw new Error(`the operator ${String(operator)} is not known here`);
}
