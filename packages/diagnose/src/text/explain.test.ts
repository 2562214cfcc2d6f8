import { catalogue } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { texts, unknownTexts } from "../../test-support/texts.js";
import { explainText } from "./explain.js";

describe("explainText", () => {
  it.each(texts)("$code: $what", ({ text, code, evidence = {} }) => {
    const explanation = explainText(text);
    expect({ code: explanation.code, evidence: explanation.evidence }).toMatchObject({ code, evidence });
    expect(explanation.confidence).toBeGreaterThan(0);
    expect(explanation.cause).not.toContain("?");
    expect(explanation.title).toBe(catalogue[code].title);
  });

  it.each(texts)("$code: $what, quoted in a mail or wrapped in JSON", ({ text, code }) => {
    expect(explainText(text.replace(/^/gm, "> ")).code).toBe(code);
    expect(explainText(`Hello, we get this since Monday:\n\n${text}\n\nAny idea?`).code).toBe(code);
  });

  it.each(unknownTexts)("says that nothing was recognised in %j", (text) => {
    const { code, confidence, title, cause, fix } = explainText(text);
    expect({ code, confidence }).toEqual({ code: "not_recognised", confidence: 0 });
    for (const words of [title, cause, fix]) expect(words).not.toBe("");
  });

  it("is less sure of words than of Odoo's own shape", () => {
    const bare = explainText("U moet minstens één dag van de week selecteren om door te gaan.");
    const named = explainText("odoo.exceptions.UserError: Please define a price list for this customer.");
    expect(bare.confidence).toBeLessThan(0.5);
    expect(named.confidence).toBeGreaterThan(0.8);
  });

  it("finds the failure at the end of a million lines, in their middle, and after noise", () => {
    const frames = '  File "/odoo/models.py", line 1, in f\n'.repeat(200_000);
    const last = "ValueError: Invalid field 'emial' on model 'res.partner'";
    const traceback = `Traceback (most recent call last):\n${frames}${last}`;
    expect(explainText(traceback).code).toBe("invalid_field_name");
    const lines = "noise that means nothing\n".repeat(100_000);
    expect(explainText(`${lines}${traceback.slice(0, 200)}\n${last}\n\n${lines}`).code).toBe("invalid_field_name");
    expect(explainText(`${lines.repeat(2)}${last}`).code).toBe("invalid_field_name");
  });

  it("answers binary, deep and hostile input", () => {
    for (const text of [
      String.fromCharCode(...Array.from({ length: 5000 }, (_, at) => at % 256)),
      "[".repeat(1_000_000),
      `{"error":${'{"data":'.repeat(10_000)}`,
      "\u001b]0;owned\u0007\u001b[2J".repeat(1000),
      "\ud800".repeat(1000),
      "Traceback (most recent call last):\n".repeat(50_000),
    ])
      expect(explainText(text).title).not.toBe("");
  });

  it("never throws, and leaves no template unfilled", () => {
    const pieces = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...texts.map(({ text }) => text)));
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 5 }), (parts) => {
        const { cause, fix, confidence } = explainText(parts.join("\n"));
        expect(`${cause}${fix}`).not.toMatch(/\{\w+\}|\[\[/);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});
