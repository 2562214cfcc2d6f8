/** Inquiries against an Odoo of a few answers: what they ask, what they find, and that nothing answered harms them. */
import type { ErrorCode } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { texts } from "../../test-support/texts.js";
import { explainText } from "../text/explain.js";
import { inquiryFor } from "./further.js";
import type { Answer, Outcome, Question } from "./inquiry.js";
import type { Given } from "./subject.js";

const refused = (code: ErrorCode): Answer => ({ refused: code });
const value = (given: unknown): Answer => ({ value: given });

/** Answers by `model.method`; what is not named is refused. */
type Odoo = Readonly<Record<string, (question: Question) => Answer>>;

function ask(text: string, odoo: Odoo, given: Given = {}) {
  const call = { ...(given.model && { model: given.model }), ...(given.method && { method: given.method }) };
  const explanation = explainText(text, call);
  const questions: Question[] = [];
  const inquiry = inquiryFor(explanation, text, given);
  let step = inquiry?.next();
  while (step !== undefined && step.done !== true) {
    const question = step.value;
    questions.push(question);
    const answer = odoo[`${question.model}.${question.method}`];
    step = inquiry?.next(answer === undefined ? refused("access_model_denied") : answer(question));
  }
  const outcome: Outcome = step?.value ?? { findings: [] };
  const said = outcome.findings.map(({ what }) => what).join("\n");
  return { code: explanation.code, questions, said, fix: outcome.fix, evidence: outcome.findings[0]?.evidence };
}

const fields = (all: Readonly<Record<string, object>>) => () => value(all);
/** Records by id; search_read gives those of them that the domain's ids name. */
const records = (all: readonly Record<string, unknown>[]) => (question: Question) => {
  const [[condition]] = question.args as [[[string, string, unknown]?]];
  const ids = condition?.[0] === "id" && Array.isArray(condition[2]) ? condition[2] : undefined;
  return value(ids === undefined ? all : all.filter(({ id }) => ids.includes(id)));
};
const names =
  (...models: string[]) =>
  () =>
    value(models.map((model) => ({ model, display_name: model })));

const country = {
  "res.partner.fields_get": fields({ country_id: { string: "Country", type: "many2one", relation: "res.country" } }),
  "res.country.search_read": records([{ id: 75, display_name: "France" }]),
  "res.country.read": () => value([]),
  "ir.model.get_available_models": names("res.partner", "res.country", "res.users", "crm.tag", "sale.order"),
};
const detail = (ids: string) =>
  `psycopg2.errors.ForeignKeyViolation: insert or update on table "res_partner" violates foreign key constraint "res_partner_country_id_fkey"\nDETAIL:  Key (country_id)=(${ids}) is not present in table "res_country".`;
const python = (call: string, message: string) =>
  `Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    models.execute_kw(db, uid, key, ${call})\nxmlrpc.client.Fault: <Fault 2: ${JSON.stringify(message)}>`;
const foreign =
  "The operation cannot be completed: Another model is using the record you are trying to delete.\n\nThe troublemaker is: 'Contact' (res.partner)\nThanks to the following constraint: 'Country' (country_id)\nHow about archiving the record instead?";

describe("a broken link", () => {
  it("finds the id that does not exist, from PostgreSQL's detail", () => {
    const { code, evidence, fix } = ask(detail("999"), country);
    expect(code).toBe("foreign_key_violation");
    expect(evidence).toMatchObject({ field: "country_id", relation: "res.country", missing: [999] });
    expect(fix).toBe("Send an id that res.country has for country_id: 999 is none.");
  });

  it("finds it among those that the call shows, or that are given", () => {
    const shown = python("'res.partner', 'create', [{'name': 'x', 'country_id': 999}]", foreign);
    expect(ask(shown, country).evidence).toMatchObject({ missing: [999] });
    const given = { field: "country_id", ids: [75, 998] };
    expect(ask(`<Fault 2: ${JSON.stringify(foreign)}>`, country, given).evidence).toMatchObject({
      missing: [998],
      present: [{ id: 75, display_name: "France" }],
    });
  });

  it("tells a hidden record from a missing one", () => {
    const hiding = { ...country, "res.country.read": () => refused("access_record_rule") };
    const { evidence, said } = ask(detail("999"), hiding);
    expect(evidence).toMatchObject({ missing: [], hidden: [999] });
    expect(said).toContain("a record rule hides res.country 999");
  });

  it("says which records refer to one that is to be deleted", () => {
    const odoo = { "res.partner.search_read": records([{ id: 7, display_name: "Azure" }]) };
    const { said, fix, questions } = ask(python("'res.country', 'unlink', [[75]]", foreign), odoo);
    expect(questions[0]?.args).toEqual([[["country_id", "in", [75]]]]);
    expect(said).toContain("Azure (7)");
    expect(fix).toContain("Archive it");
  });

  it("says what the text lacks", () => {
    const { said, fix } = ask(`<Fault 2: ${JSON.stringify(foreign)}>`, country);
    expect(said).toContain("takes ids of res.country");
    expect(fix).toContain("--id");
  });
});

describe("a value that is taken", () => {
  const unique =
    'psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "res_users_login_key"\nDETAIL:  Key (login)=(api) already exists.';
  const odoo = {
    ...country,
    "res.users.fields_get": fields({ login: { string: "Login", type: "char" }, active: { type: "boolean" } }),
    "res.users.search_read": records([{ id: 6, display_name: "Api", active: false }]),
    "crm.tag.fields_get": fields({ name: { string: "Tag Name", type: "char" }, color: { type: "integer" } }),
    "crm.tag.search_read": records([{ id: 3, display_name: "VIP" }]),
  };

  it("is held by a record, archived ones too", () => {
    const { said, fix, questions } = ask(unique, odoo);
    expect(said).toBe("login = api is held by Api (6, archived).");
    expect(fix).toBe("Unarchive res.users 6 and update it, or send another value for login.");
    expect(questions.at(-1)).toMatchObject({
      args: [[["login", "=", "api"]]],
      kwargs: { context: { active_test: false } },
    });
  });

  it("is read from the call, by the field that Odoo's message speaks of", () => {
    const said = "The operation cannot be completed: Tag name already exists!";
    const text = python("'crm.tag', 'create', [{'name': 'VIP', 'color': 2}]", said);
    expect(ask(text, odoo).said).toBe("name = VIP is held by VIP (3).");
  });

  it("is looked for by every column of its constraint, translated ones by their text", () => {
    const two = unique
      .replace("(login)=(api)", '(name, color)=({"en_US": "VIP"}, 2)')
      .replace("res_users_login_key", "crm_tag_u");
    expect(ask(two, odoo).questions.at(-1)?.args).toEqual([
      [
        ["name", "=", "VIP"],
        ["color", "=", 2],
      ],
    ]);
  });

  it("may be held by nobody whom the user sees", () => {
    expect(ask(unique, { ...odoo, "res.users.search_read": () => value([]) }).said).toContain("hidden from the user");
  });
});

describe("a required value", () => {
  const text =
    "<Fault 2: \"Missing required value for the field 'Name' (name).\\nModel: 'Product' (product.template)\">";
  const odoo = {
    "product.template.fields_get": fields({
      name: { string: "Name", type: "char", required: true },
      code: { string: "Code", type: "char", required: true },
      type: { string: "Type", type: "selection", required: true },
      total: { type: "float", required: true, depends: ["name"] },
      variants: { type: "one2many", required: true },
    }),
    "product.template.default_get": ({ args }: Question) =>
      args.length === 1 ? refused("bad_arguments") : value({ type: "consu" }),
  };

  it("is told with all others that have no default, also where default_get takes ids first", () => {
    const { evidence, fix, questions } = ask(text, odoo);
    expect(evidence).toEqual({ model: "product.template", fields: ["name", "code"] });
    expect(fix).toBe("Send values for name (Name), code (Code).");
    expect(questions.at(-1)?.args).toEqual([[], ["name", "code", "type"]]);
  });
});

describe("rights", () => {
  const denied = `<Fault 4: "You are not allowed to create 'Order' (sale.order) records.\\n\\nNo group currently allows this operation.">`;
  const me = records([{ id: 6, display_name: "Api", company_id: [1, "Shop"], company_ids: [1, 2], share: false }]);
  const odoo = {
    "res.users.search_read": me,
    "res.company.search_read": records([
      { id: 1, display_name: "Shop" },
      { id: 2, display_name: "Shop FR" },
    ]),
    "sale.order.check_access_rights": ({ args }: Question) => value(args[0] === "read"),
  };

  it("are listed for the model, with the user, its companies and the groups that may", () => {
    const access = {
      "ir.model.access.search_read": () => value([{ group_id: [4, "Sales / User"] }, { group_id: false }]),
    };
    const { said, fix } = ask(denied, { ...odoo, ...access }, { login: "api" });
    expect(said).toContain("api (6), in Shop, Shop FR");
    expect(said).toContain("may read, and may not write, create, unlink");
    expect(fix).toBe("Give api one of these groups: Sales / User.");
    expect(ask(denied, odoo, { login: "api" }).said).toContain("only an administrator can read");
  });

  it("of records: which are hidden", () => {
    const rule = `<Fault 4: "Uh-oh! Looks like you have stumbled upon some top-secret records.\\n\\nSorry, Api (id=6) doesn't have 'read' access to:\\n- Sales Order (sale.order)">`;
    const hiding = {
      ...odoo,
      "sale.order.search_read": records([{ id: 1, display_name: "S1" }]),
      "sale.order.read": () => refused("access_record_rule"),
    };
    const { code, said, fix } = ask(rule, hiding, { login: "api", ids: [1, 2] });
    expect(code).toBe("access_record_rule");
    expect(said).toContain("2 exists and a record rule hides it; 1 can be read");
    expect(fix).toContain("Shop FR");
  });
});

describe("a state", () => {
  const locked = "odoo.exceptions.UserError: You cannot cancel a locked order. Please unlock it first.";
  const states = { state: { type: "selection", selection: [["sale", "Sales Order"]] }, locked: { type: "boolean" } };
  const of = (model: string, seen: object, record: object) => ({
    [`${model}.fields_get`]: fields(seen as Record<string, object>),
    [`${model}.search_read`]: () => value([{ id: 12, display_name: "S00012", ...record }]),
  });

  it("is told with what unlocks it, as the version has it", () => {
    const about = { model: "sale.order", ids: [12] };
    const odoo = of("sale.order", states, { state: "sale", locked: true });
    expect(ask(locked, odoo, about)).toMatchObject({
      said: "sale.order S00012 (12) is locked (state sale, Sales Order).",
      fix: expect.stringMatching(/^Call action_unlock/),
    });
    const open = of("sale.order", states, { state: "sale", locked: false });
    expect(ask(locked, open, about).fix).toMatch(/^Call action_cancel/);
    const purchase = { model: "purchase.order", ids: [12] };
    const old = of("purchase.order", { state: states.state }, { state: "done" });
    expect(ask(locked, old, purchase).fix).toMatch(/^Call button_unlock/);
    const posted = of("account.move", { state: states.state }, { state: "posted" });
    expect(ask(locked, posted, { model: "account.move", ids: [12] }).fix).toMatch(/credit note.*button_draft/);
    const lost = of("crm.lead", { active: {} }, { active: false });
    expect(ask(locked, lost, { model: "crm.lead", ids: [12] }).fix).toMatch(/action_unarchive/);
  });

  it("is looked up by a document's name, and for a line by its document", () => {
    const odoo = of("sale.order", states, { state: "sale", locked: true });
    const named = ask(`${locked} (S00012)`, odoo);
    expect(named.questions.at(-1)?.args).toEqual([[["name", "=", "S00012"]]]);
    const line = { ...odoo, "sale.order.line.search_read": () => value([{ id: 5, order_id: [12, "S00012"] }]) };
    const found = ask(locked, line, { model: "sale.order.line", ids: [5] });
    expect(found.questions.at(-1)?.args).toEqual([[["id", "in", [12]]]]);
    expect(found.said).toContain("is locked");
  });

  it("of a draft explains no business rule", () => {
    const text = "odoo.exceptions.UserError: Please define a price list.";
    const odoo = of("sale.order", states, { state: "draft", locked: false });
    expect(ask(text, odoo, { model: "sale.order", ids: [12] })).toMatchObject({ fix: undefined });
    expect(ask(text, odoo, { model: "sale.order" }).questions).toEqual([]);
  });
});

describe("a missing record", () => {
  const text = '<Fault 2: "Record does not exist or has been deleted.\\n(Record: res.country(75, 999), User: 6)">';

  it("is gone, there, or hidden", () => {
    const odoo = { ...country, "res.country.search_read": records([{ id: 75, display_name: "France" }]) };
    const { said, fix } = ask(text, odoo);
    expect(said).toContain("France (75) of res.country is there");
    expect(said).toContain("has no record 999; the last that this user sees is 75");
    expect(fix).toContain("999");
    const hidden = { ...odoo, "res.country.read": () => refused("access_record_rule") };
    expect(ask(text, hidden).said).toContain("999 exists, and a record rule hides it");
  });
});

describe("names", () => {
  const models = { "ir.model.get_available_models": names("res.partner", "account.move", "res.users") };

  it("of models: nearest, renamed, of a module that is missing, or without a right", () => {
    const missing = { ...models };
    const gone = (model: string) => ({ ...missing, [`${model}.fields_get`]: () => refused("model_not_found") });
    expect(ask("Object res.partners doesn't exist", gone("res.partners")).fix).toBe("Use res.partner.");
    expect(ask("Object account.invoice doesn't exist", gone("account.invoice")).said).toContain("gone since Odoo 13.0");
    expect(ask("Object mrp.bom doesn't exist", gone("mrp.bom")).fix).toContain("Manufacturing (mrp)");
    const kept = { ...missing, "ir.rule.fields_get": () => value({}) };
    expect(ask("Object ir.rule doesn't exist", kept).said).toContain("this user may not read it");
    expect(ask("Object res.users doesn't exist", models).said).toContain("another database or user");
  });

  it("of fields: by name, by label, by version", () => {
    const all = {
      "res.partner.fields_get": fields({
        email: { string: "Email" },
        vat: { string: "Tax ID" },
        name: { string: "Name" },
      }),
      "res.users.fields_get": fields({ group_ids: { string: "Groups" } }),
    };
    const unknown = (name: string, model = "res.partner") => ask(`Invalid field '${name}' on model '${model}'`, all);
    expect(unknown("emial").fix).toBe("Use email in place of emial.");
    expect(unknown("tax_id").fix).toBe("Use vat in place of tax_id.");
    expect(unknown("groups_id", "res.users").said).toContain("took its place is group_ids");
    expect(unknown("name").said).toContain("has the field name here");
    expect(unknown("zzzzzzzz").said).toContain("None of the 3 fields");
  });

  it("of keys: the list with labels, and the one whose label was sent", () => {
    const selection = [
      ["contact", "Contact"],
      ["invoice", "Invoice Address"],
    ];
    const odoo = { "res.partner.fields_get": fields({ type: { string: "Type", selection } }) };
    const { said, fix } = ask("ValueError: Wrong value for res.partner.type: 'Invoice Address'", odoo);
    expect(said).toContain("contact (Contact), invoice (Invoice Address)");
    expect(fix).toBe("Send invoice for type.");
  });

  it("of methods: what took their place", () => {
    const text = "AttributeError: The method 'name_get' does not exist on the model 'res.partner'";
    expect(ask(text, {}).fix).toContain("display_name");
    const other = "AttributeError: The method 'frobnicate' does not exist on the model 'res.partner'";
    expect(ask(other, { "res.partner.fields_get": () => value({}) }).said).toContain("another module that adds it");
  });
});

describe("an Odoo that is not what it should be", () => {
  it("harms no inquiry, whatever it answers, and is asked little", () => {
    const answer = fc.oneof(
      fc.constantFrom<Answer>(refused("timeout"), refused("access_record_rule"), refused("missing_record")),
      fc.anything().map(value),
      fc
        .array(fc.dictionary(fc.constantFrom("id", "display_name", "model", "state", "__proto__"), fc.anything()))
        .map(value),
      fc
        .dictionary(
          fc.constantFrom("name", "country_id", "state"),
          fc.constantFrom<unknown>(null, 3, {}, { selection: [[1]] }),
        )
        .map(value),
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(answer, { minLength: 1 }), ({ text }, answers) => {
        const given = { model: "res.partner", field: "country_id", ids: [1, 2, 3, 4, 5, 6], login: "api" };
        const inquiry = inquiryFor(explainText(text), text, given);
        let step = inquiry?.next();
        let asked = 0;
        for (; step !== undefined && step.done !== true; asked += 1)
          step = inquiry?.next(answers[asked % answers.length] ?? refused("timeout"));
        expect(asked).toBeLessThanOrEqual(12);
        for (const { what } of step?.value.findings ?? []) expect(what).not.toMatch(/undefined|\[object/);
      }),
      { numRuns: 300 },
    );
  });
});
