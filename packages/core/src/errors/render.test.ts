import { describe, expect, it } from "vitest";
import { fieldProblem, OdoorwayError } from "./odoorway-error.js";
import { toProblem } from "./problem.js";
import { renderTemplate } from "./render.js";

describe("renderTemplate", () => {
  it("fills names and joins lists", () => {
    expect(renderTemplate("{model} knows {known}", { model: "res.partner", known: ["a", "b"] })).toBe(
      "res.partner knows a, b",
    );
  });

  it("drops a bracketed part whose evidence is missing or empty", () => {
    expect(renderTemplate("Unknown.[[ Did you mean {nearest}?]]", {})).toBe("Unknown.");
    expect(renderTemplate("Unknown.[[ Did you mean {nearest}?]]", { nearest: "" })).toBe("Unknown.");
    expect(renderTemplate("Unknown.[[ Did you mean {nearest}?]]", { nearest: "name" })).toBe(
      "Unknown. Did you mean name?",
    );
  });

  it("keeps double brackets that hold no name, such as a domain", () => {
    expect(renderTemplate('Send [["name", "=", "Azure"]].', {})).toBe('Send [["name", "=", "Azure"]].');
  });

  it("never expands what the evidence holds", () => {
    expect(renderTemplate("Got {received}", { received: "{secret}", secret: "x" })).toBe("Got {secret}");
    expect(renderTemplate("[[Got {received}]]", { received: "$& [[{secret}]]" })).toBe("Got $& [[{secret}]]");
  });
});

describe("OdoorwayError", () => {
  const problem = fieldProblem("/nmae", "unknown_field", { model: "res.partner", field: "nmae", nearest: "name" });

  it("becomes problem+json with cause, fix and every error", () => {
    const error = new OdoorwayError("validation_failed", {
      evidence: { model: "res.partner", count: 1 },
      errors: [problem],
    });
    expect(toProblem(error, { instance: "/v1/records/res.partner", requestId: "r1" })).toEqual({
      type: "/errors/validation_failed",
      title: "The values are not valid for res.partner",
      status: 422,
      detail: "1 value(s) cannot be written; each is listed in errors.",
      instance: "/v1/records/res.partner",
      code: "validation_failed",
      cause: "1 value(s) cannot be written; each is listed in errors.",
      fix: "Correct what each entry of errors names, and send the request again.",
      retryable: false,
      happened: "no",
      request_id: "r1",
      errors: [
        {
          pointer: "/nmae",
          code: "unknown_field",
          title: "Unknown field",
          cause: "res.partner has no field nmae.",
          fix: "Did you mean name? GET /v1/models/res.partner lists the fields.",
          nearest: "name",
        },
      ],
    });
  });

  it("lets a particular failure differ from what its code says in general", () => {
    const error = new OdoorwayError("connection_refused", {
      evidence: { url: "http://odoo" },
      retryable: false,
      happened: "unknown",
      status: 502,
    });
    expect([error.retryable, error.happened, error.status]).toEqual([false, "unknown", 502]);
  });

  it("keeps what was thrown below out of the problem", () => {
    const error = new OdoorwayError("internal_error", { cause: new Error("/etc/secret") });
    expect(JSON.stringify(toProblem(error))).not.toContain("secret");
    expect(error.below).toBeInstanceOf(Error);
  });
});
