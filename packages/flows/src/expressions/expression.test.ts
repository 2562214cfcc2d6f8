/** Expressions: what they see, what they may cost, and what is said when one fails. */
import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closedFunctions, type Finding, jsonataFunctions } from "./analyse.js";
import { compileExpression, type Expression, isFinding, Meter } from "./expression.js";
import { flowFunctions } from "./functions.js";
import { refusalOfPattern } from "./regex.js";

const at = { flow: "f", place: "record r, field x" };
const names = (...list: string[]) => ({ names: new Set(list), settings: new Set(["confirm"]) });

function compiled(text: string, ...bound: string[]): Expression {
  const made = compileExpression(text, names("settings", ...bound), at);
  if (isFinding(made)) throw new Error(made.detail);
  return made;
}

function finding(text: string, ...bound: string[]): Finding {
  const made = compileExpression(text, names("settings", ...bound), at);
  if (!isFinding(made)) throw new Error("nothing is wrong");
  return made;
}

const evaluate = (text: string, input: unknown = {}, given: Record<string, unknown> = {}) =>
  compiled(text, ...Object.keys(given)).evaluate(input, given, new Meter(Date.parse("2026-01-02T03:04:05Z")));

async function failure(text: string, input: unknown = {}): Promise<OdoorwayError> {
  const error: unknown = await evaluate(text, input).catch((thrown: unknown) => thrown);
  if (error instanceof OdoorwayError) return error;
  throw new Error(`no failure but ${JSON.stringify(error)}`);
}

describe("names and functions", () => {
  test("every function of JSONata that is let in is there, every closed one is refused", async () => {
    for (const name of jsonataFunctions) expect(await evaluate(`$exists($${name})`), name).toBe(true);
    for (const name of Object.keys(closedFunctions)) expect(finding(`$${name}()`).detail).toContain(`$${name}`);
  });

  test("unknown names and settings are found before any payload, with the nearest", () => {
    expect(finding("$trimm(a)")).toMatchObject({
      detail: "Nothing is called $trimm here",
      nearest: "$trim",
      position: 6,
    });
    expect(finding("$line[0]", "lines")).toMatchObject({ nearest: "$lines" });
    expect(finding("$settings.confrim")).toMatchObject({ detail: "There is no setting confrim", nearest: "confirm" });
    expect(finding("a +").detail).toMatch(/^The expression cannot be read: /);
    expect(finding(`${"(".repeat(3000)}1`).detail).toMatch(/^The expression cannot be read: /);
  });

  test("names that an expression binds itself are known", async () => {
    expect(await evaluate("($x := 1; $f := function($y) { $x + $y }; $f(2))")).toBe(3);
    expect(await evaluate("items@$i#$n.{ 'i': $i.a, 'n': $n }", { items: [{ a: 5 }] })).toEqual({ i: 5, n: 0 });
  });

  test("now and millis are those of the clock that was given", async () => {
    expect(await evaluate("$now()")).toBe("2026-01-02T03:04:05.000Z");
    expect(await evaluate("$now('[Y]-[M01]')")).toBe("2026-01");
    expect(await evaluate("$millis()")).toBe(1767323045000);
  });
});

describe("own functions", () => {
  test.each([
    ["$money('12.50')", 12.5],
    ["$money('-0.005', 2)", -0.01],
    ["$money(1.005, 2)", 1.01],
    ["$cents('12.345')", 1235],
    ["$total(['0.1', '0.2', 0.3])", 0.6],
    ["$total(nothing)", 0],
    ["$minor(1250, 'eur')", 12.5],
    ["$minor(1250, 'JPY')", 1250],
    ["$minor(1250, 'kwd')", 1.25],
    ["$blank(' ')", true],
    ["$blank(0)", false],
    ["$blank(nothing)", true],
    ["$stripHtml('<p>A&amp;B</p><!-- <b> --><ul><li>1 &lt; 2</li></ul> 3 < 4')", "A&B\n1 < 2\n3 < 4"],
    ["$slug('Crème  Brûlée №1!')", "creme-brulee-no1"],
    ["$hash({'b': 1, 'a': 2}) = $hash({'a': 2, 'b': 1})", true],
    ["$length($hash('x'))", 16],
  ])("%s", async (text, expected) => {
    expect(await evaluate(text)).toBe(expected);
  });

  test("give nothing for nothing, and say what they take", async () => {
    for (const name of ["money", "cents", "stripHtml", "slug", "hash"])
      expect(await evaluate(`$${name}(nothing)`)).toBeUndefined();
    const error = await failure("$money(a)", { a: "12,5" });
    expect(error.code).toBe("flow_expression_failed");
    expect(error.why).toBe(
      'The flow f, record r, field x: $money: an amount is a number or a text such as "-12.50" (character 7); it got text "12,5". The expression is $money(a)',
    );
  });

  test("sums of cents are exact", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 30 }), async (cents) => {
        const texts = cents.map(
          (one) =>
            `${one < 0 ? "-" : ""}${Math.trunc(Math.abs(one) / 100)}.${String(Math.abs(one) % 100).padStart(2, "0")}`,
        );
        expect(await evaluate("$cents($total(a))", { a: texts })).toBe(cents.reduce((sum, one) => sum + one, 0) + 0);
      }),
    );
  });

  test("never throw anything but a refusal", async () => {
    const calls = Object.keys(flowFunctions).map((name) => [name, compiled(`$${name}(a, b)`)] as const);
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), fc.json({ maxDepth: 1 }), async (a, b) => {
        for (const [name, call] of calls) {
          const input = { a: JSON.parse(a) as unknown, b: JSON.parse(b) as unknown };
          const error: unknown = await call.evaluate(input, {}, new Meter(0)).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (error !== undefined) expect(error, name).toMatchObject({ code: "flow_expression_failed" });
        }
      }),
    );
  });
});

describe("bounds", () => {
  test.each([
    ["($f := function($n) { $f($n + 1) }; $f(0))", "it takes too long"],
    ["($f := function($n) { 1 + $f($n + 1) }; $f(0))", "its calls nest too deep"],
    ["[1..10000000]", "it makes too long a list"],
    ["$pad('a', 100000000)", "it makes too long a text"],
    ["($a := $pad('a', 3000000); $replace($a, 'a', $a))", "it makes too long a text"],
    ["($d := function($s) { $d($s & $s) }; $d('ab'))", "it makes too long a text"],
    ["($b := $map([1..10], function() { $pad('a', 1000000) }); $join($b))", "it makes too long a text"],
    ["1 / 0", "it gives a number out of range"],
    ["$sum", "it gives a function, not a value"],
    ["{ '$find': 1 }", "it gives an object with the key $find"],
    ["a", "it gives an object with the key $record"],
  ])("%s", async (text, said) => {
    const error = await failure(text, { a: [{ $record: "x" }] });
    expect(error).toMatchObject({ code: "flow_expression_failed", retryable: false });
    expect(error.why).toContain(said);
  });

  test("patterns that repeat a repetition are refused; long searches are broken off", async () => {
    for (const bad of ["(a+)+", "(a|a)*", "((ab)*c)+", "(a{2,}){3}", "(.)\\1", "(?:x*)*"])
      expect(refusalOfPattern(bad), bad).toBeDefined();
    for (const fine of ["a+b*", "(ab)+", "[(a+)+]", "(a+)b", "\\(a+\\)+", "^(?:FR|BE)?\\d+$"])
      expect(refusalOfPattern(fine), fine).toBeUndefined();
    expect(finding("$contains(a, /(a+)+$/)").detail).toContain("can take forever");
    const slow = await failure("$contains(a, /\\s+\\s+\\s+x/)", { a: " ".repeat(20_000) });
    expect(slow.why).toContain("takes too long");
    expect(await evaluate("$replace(a, /<[^>]*>/, '')", { a: "<b>x</b>".repeat(1_000) })).toBe("x".repeat(1_000));
    expect(await evaluate("$match(a, /o(.)/).groups", { a: "foo bor" })).toEqual(["o", "r"]);
  });

  test("nothing of the host is in reach", async () => {
    for (const text of [
      "$.constructor",
      "__proto__",
      "$lookup($, '__proto__')",
      "$lookup($, 'constructor')",
      "$sum.implementation",
      "$.toString",
    ])
      expect(await evaluate(text, { a: 1 }), text).toBeUndefined();
    expect((await failure("$spread($sum).implementation")).why).toContain("no part of a flow");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    await evaluate("a ~> |$|{'__proto__': {'polluted': true}}|", { a: { b: 1 } }).catch(() => undefined);
    await evaluate("$merge([{'__proto__': {'polluted': true}}])").catch(() => undefined);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("what JSONata says is passed on with the place, without anything of the program", async () => {
    const error = await failure("a - 1", { a: "x" });
    expect(error.evidence).toMatchObject({ flow: "f", place: "record r, field x", position: 3, expression: "a - 1" });
    expect(error.why).not.toMatch(/node_modules|\.js|at /);
    expect((await failure("$error('No country: ' & a)", { a: "XX" })).why).toContain("No country: XX");
  });
});
