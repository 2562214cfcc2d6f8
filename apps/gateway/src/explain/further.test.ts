/** The bounds of looking further: what is asked, how often, how long, and what is said where Odoo does not answer. */
import { type ErrorCode, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { explainText } from "@odoorway/diagnose";
import { describe, expect, it } from "vitest";
import { lookFurther } from "./further.js";

const target = { url: "http://127.0.0.1:9", database: "shop", login: "api", apiKey: "k" };
const text = `<Fault 4: "You are not allowed to create 'Order' (sale.order) records.\\n\\nNo group currently allows this operation.">`;

function caller(answer: (model: string, method: string) => unknown): OdooCaller & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    call: async (model, method) => {
      asked.push(`${model}.${method}`);
      return answer(model, method);
    },
  };
}

const refusing = (code: ErrorCode) => () => {
  throw new OdoorwayError(code);
};

describe("lookFurther", () => {
  it("says what was found, and what Odoo refuses to tell", async () => {
    const odoo = caller((model, method) => {
      if (method === "check_access_rights") return true;
      if (model === "res.users") throw new OdoorwayError("access_field_denied", { evidence: { field: "x", model } });
      return [];
    });
    const { findings, fix } = await lookFurther({ caller: odoo, target }, explainText(text), text, {});
    expect(findings.map(({ what }) => what)).toEqual([
      "With sale.order api may read, write, create, unlink.",
      expect.stringMatching(/^Not known: search_read of res\.users was not answered: .*\(access_field_denied\)\.$/),
    ]);
    expect(fix).toContain("This connection's user may create sale.order");
  });

  it.each(["connection_refused", "auth_invalid_credentials"] as const)("tries a connection once: %s", async (code) => {
    const odoo = caller(refusing(code));
    const explanation = explainText(text);
    const further = await lookFurther({ caller: odoo, target }, explanation, text, {});
    expect(odoo.asked).toHaveLength(1);
    expect(further).toMatchObject({ fix: explanation.fix, findings: [{ evidence: { why: code } }] });
  });

  it("ends in time", async () => {
    let now = 0;
    const odoo = caller(() => {
      now += 6_000;
      return [];
    });
    const { findings } = await lookFurther({ caller: odoo, target }, explainText(text), text, {}, () => now);
    expect(odoo.asked).toHaveLength(2);
    expect(findings.filter(({ evidence }) => evidence.why === "timeout")).toHaveLength(1);
  });

  it("asks nothing where a connection says no more, and no calls about a credential", async () => {
    const odoo = caller(() => []);
    for (const one of [
      "marshal None: TypeError: cannot marshal None unless allow_none is enabled",
      '<Fault 3: "Access Denied">',
    ]) {
      expect((await lookFurther({ caller: odoo, target }, explainText(one), one, {})).findings).toEqual([]);
    }
    expect(odoo.asked).toEqual([]);
  });
});
