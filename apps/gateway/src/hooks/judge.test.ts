import { catalogue, type ErrorCode, OdoorwayError } from "@odoorway/core";
import type { StoredEvent } from "@odoorway/store";
import { describe, expect, it } from "vitest";
import { judge, mayBeAway } from "./judge.js";

const event = (attempts = 0) => ({ id: "evt_1", attempts }) as StoredEvent;
const failure = (code: ErrorCode, more = {}) => ({
  error: new OdoorwayError(code, more),
  records: [{ name: "customer", model: "res.partner", id: 7, outcome: "created" as const }],
  warnings: ["no tax of 12 %"],
});
const steady = () => 1;

describe("what follows from an attempt", () => {
  it("is done when the flow came through, with what it made", () => {
    const settled = judge(event(), { outcome: "created", id: 7, records: [], warnings: ["w"] }, steady);
    expect(settled).toEqual({
      id: "evt_1",
      to: "done",
      outcome: JSON.stringify({ outcome: "created", id: 7, records: [], warnings: ["w"] }),
    });
  });

  it("is dead when the same would fail again, with the diagnosis and what was made before", () => {
    const settled = judge(event(), failure("unknown_field", { evidence: { field: "emial" } }), steady);
    if (settled.to !== "dead") throw new Error(settled.to);
    expect(JSON.parse(settled.diagnosis)).toMatchObject({ code: "unknown_field", fix: expect.any(String) });
    expect(JSON.parse(settled.outcome ?? "")).toMatchObject({ outcome: "failed", records: [{ id: 7 }] });
  });

  it("is another try, later each time, when it may pass; dead at last", () => {
    const waits = Array.from({ length: 24 }, (_none, attempts) => {
      const settled = judge(event(attempts), failure("flow_record_missing"), steady);
      return settled.to === "again" ? settled.inMs : 0;
    });
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(waits.at(-1)).toBe(900_000);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000).toBeCloseTo(4, 0);
    const last = judge(event(24), failure("flow_record_missing"), steady);
    expect(last).toMatchObject({ to: "dead", diagnosis: expect.stringContaining("hook_event_worn_out") });
    expect(judge(event(), failure("rate_limited", { retryAfter: 77 }), steady)).toMatchObject({ inMs: 77_000 });
    expect(judge(event(), failure("flow_record_missing"), () => 0)).toMatchObject({ inMs: 1_000 });
  });

  it("repeats calls of unknown end: flows write by external ids", () => {
    expect(judge(event(), failure("timeout"), steady).to).toBe("again");
    expect(judge(event(), failure("connection_lost"), steady).to).toBe("again");
    expect(judge(event(), failure("response_too_large"), steady).to).toBe("dead");
  });
});

it("suspects Odoo to be away of exactly what may mean that", () => {
  const suspects = (Object.keys(catalogue) as ErrorCode[]).filter((code) => mayBeAway(new OdoorwayError(code)));
  expect(suspects).toEqual(
    expect.arrayContaining(["connection_refused", "circuit_open", "auth_invalid_credentials", "timeout"]),
  );
  for (const code of ["unknown_field", "python_constraint", "flow_expression_failed", "internal_error"] as const)
    expect(suspects).not.toContain(code);
});
