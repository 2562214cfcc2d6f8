/** Direct evaluation gives what JSONata's own evaluator gives: results, refusals and where they are met. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFlow } from "../../parse.js";
import { compileFlow } from "../../plan/compile-flow.js";
import { compileExpression, type Engine, isFinding, Meter } from "../expression.js";

const names = { list: [1, 2, 3], text: "a-b-c", nothing: undefined, object: { a: { b: [{ c: 1 }, { c: 2 }] } } };
const scope = { names: new Set(Object.keys(names)), settings: new Set<string>() };

/** What becomes of the expression: its value, or what is said of it. */
async function outcome(text: string, input: unknown, engine: Engine) {
  const made = compileExpression(text, scope, { flow: "f", place: "p" }, engine);
  if (isFinding(made)) return { finding: made.detail };
  // JSONata adds to empty lists of what it is given; see the group in braces.
  return made.evaluate(structuredClone(input), names, new Meter(0)).then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!(error instanceof OdoorwayError)) throw error;
      const { detail, position, received } = error.evidence;
      return { detail, position, received };
    },
  );
}

async function compare(text: string, input: unknown): Promise<boolean> {
  const engine = { direct: true };
  const direct = await outcome(text, input, engine);
  expect(direct, text).toEqual(await outcome(text, input, { direct: false }));
  return engine.direct;
}

/**
 * Failures are not compared: JSONata evaluates the items of a list at once, so that any of several failures may be the
 * first, and of a function within itself it tells the position of either call.
 */
async function compareValues(text: string, input: unknown): Promise<void> {
  const direct = await outcome(text, input, { direct: true });
  const jsonata = await outcome(text, input, { direct: false });
  const told = (one: object) => ("value" in one ? one : "failed");
  expect(told(direct), text).toEqual(told(jsonata));
}

const input = {
  a: 1,
  b: "text",
  c: null,
  d: [{ e: 1, f: "x" }, { e: 2, f: "y" }, { e: [3, 4] }],
  g: { h: { i: [[1, 2], [3]] } },
  j: [],
  k: [[]],
  l: [7],
  m: { n: [{ o: [1, 2] }, { o: 3 }, {}] },
  "p q": true,
};

const values = [
  ...[
    "a",
    "b",
    "c",
    "d",
    "d.e",
    "d.f",
    "g.h.i",
    "j",
    "k",
    "l",
    "m.n.o",
    "m.n",
    "`p q`",
    "zzz",
    "a.zzz",
    "$",
    "$$.a",
    "$$",
  ],
  ...[
    "d[0]",
    "d[-1].e",
    "d[e=1]",
    "d[e>1].f",
    "d[[0..1]].f",
    "d.e[0]",
    "(d.e)[0]",
    "m.n.o[1]",
    "l[]",
    "d.f[]",
    "d[0].f[]",
    "a[]",
  ],
  ...[
    "$list",
    "$list[$>1]",
    "$text",
    "$nothing",
    "$object.a.b.c",
    "$object.a.b[c=2]",
    "d.$object.a",
    "d.(e)",
    "d.[e, f]",
    "[d.e]",
  ],
  ...[
    "1",
    "-a",
    "-b",
    "''",
    "'x'",
    "true",
    "null",
    "[]",
    "[1, [2, 3]]",
    "[d, a]",
    "{}",
    "{'x': a}",
    "{b: a, 'y': d.e}",
    "d{f: e}",
    "d.{f: e}",
  ],
  ...[
    "(1; 2)",
    "($x := 2; $x + a)",
    "a ? b",
    "j ? 1 : 2",
    "zzz ? 1 : 2",
    "[1..3]",
    "[3..1]",
    "[1..a]",
    "$.a",
    "d.$.e",
    "$list.($ + 1)",
  ],
];

const calls = [
  ...[
    "$sum(d.e)",
    "$count(d)",
    "$string(d)",
    "$string(c)",
    "$uppercase(b)",
    "$uppercase(a)",
    "d.f.$uppercase()",
    "$join(d.f, ', ')",
    "$join(d)",
  ],
  ...[
    "$map($list, function($v) { $v * 2 })",
    "$map($list, function($v, $i, $a) { $v + $i + $count($a) })",
    "$map(zzz, $string)",
    "$map($list, $string)",
  ],
  ...[
    "$filter($list, function($v) { $v > 1 })",
    "$filter(d, function($v) { $v.f })",
    "$reduce($list, function($p, $v) { $p + $v })",
    "$reduce($list, $sum)",
  ],
  ...[
    "$reduce($list, function($p, $v, $i, $l) { $p & $v & $i & $count($l) }, 'z')",
    "$reduce([], function($p, $v) { $p }, 1)",
    "$reduce(1, function($p) { 1 })",
  ],
  ...[
    "$each(g, function($v, $k) { $k })",
    "$each(d, function($v) { $v })",
    "$sift($, function($v, $k) { $k = 'a' })",
    "$sift($, function($v) { false })",
  ],
  ...[
    "$single($list, function($v) { $v = 2 })",
    "$single($list, function($v) { $v > 1 })",
    "$single($list, function($v) { $v > 9 })",
    "$single(l)",
  ],
  ...[
    "$sort([3, 1, 2])",
    "$sort(['b', 'a'])",
    "$sort([1, 'a'])",
    "$sort($list, function($l, $r) { $l < $r })",
    "$sort(d, function($l, $r) { $l.f < $r.f })",
  ],
  ...[
    "$split($text, '-')",
    "$split($text, /-/)",
    "$split($text, /-/, 1)",
    "$split($text, '-', -1)",
    "$split('', ' ')",
    "$split(zzz, ' ')",
    "$split(b, '')",
  ],
  ...[
    "$match($text, /([a-c])(-)?/)",
    "$match($text, /x/)",
    "$match($text, /-/, 1)",
    "$match($text, /(?:)/)",
    "$contains(b, 'e')",
    "$contains(b, /X/i)",
    "$contains(a, 'x')",
  ],
  ...[
    "$replace($text, '-', '+')",
    "$replace($text, /(.)-(.)/, '$2$1$$$0')",
    "$replace($text, '-', '+', 1)",
    "$replace($text, '', 'x')",
    "$replace(b, /t/, function($m) { $m.start & '' })",
  ],
  ...[
    "$replace(b, /t/, function($m) { 1 })",
    "$replace(b, /(t)(e)?/, '$1$2$3$12x$')",
    "$replace(zzz, 'a', 'b')",
    "$pad(b, 10)",
    "$pad(b, -6, '#')",
  ],
  ...[
    "$lookup(d, 'e')",
    "$lookup($, 'a')",
    "$append(d.e, a)",
    "$append(zzz, a)",
    "$merge(d)",
    "$merge([{'a': 1}, {'a': 2, 'b': 3}])",
    "$keys(d)",
    "$spread(d)",
    "$distinct([1, 1, 2])",
  ],
  ...[
    "$exists(zzz)",
    "$exists($string)",
    "$type(d)",
    "$type(zzz)",
    "$type(c)",
    "$type($string)",
    "$boolean(j)",
    "$not(zzz)",
    "$number('12')",
    "$number('x')",
    "$number(b)",
  ],
  ...[
    "$substring(b, 1, 2)",
    "$substring(b)",
    "$substringBefore($text, '-')",
    "$trim('  x  ')",
    "$round(1.25, 1)",
    "$max(d)",
    "$abs(-1)",
    "$zip([1, 2], ['a', 'b'])",
    "$reverse($list)",
  ],
  ...[
    "$error('no')",
    "$assert(false, 'no')",
    "$assert(true, 'no')",
    "$nothing()",
    "b.$length()",
    "$length()",
    "$money('1.5') + 1",
    "$money(b)",
    "$hash(d)",
    "$now()",
    "$millis()",
  ],
  ...[
    "($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))",
    "($f := function($n, $a) { $n = 0 ? $a : $f($n - 1, $a + $n) }; $f(2000, 0))",
  ],
  ...[
    "($f := function($x) { function($y) { $x & $y } }; $f('a')('b'))",
    "function($x)<n:n> { $x + 1 }(1)",
    "function($x)<n:n> { $x + 1 }('a')",
    "function($x) { $zzz := $x }(1)",
  ],
  ...[
    "($x := 1; ($x := 2); $x)",
    "(a > 0 and b.zzz = 1) or c = null",
    "a and -b",
    "-b or a",
    "a + b",
    "b + a",
    "a < b",
    "a < c",
    "c < a",
    "zzz < a",
    "a in $list",
    "b in 'text'",
  ],
  ...[
    "d = d",
    "d[0] = {'f': 'x', 'e': 1}",
    "a != zzz",
    "zzz != zzz",
    "c = null",
    "a & b & c & d & zzz",
    "a / 0",
    "1 / 0 > 1",
    "a % 2",
    "[1..100001]",
    "{1: 2}",
    "{'_jsonata_lambda': true}",
  ],
  ...[
    "d{f: e, f: e}",
    "$list{$string($): $}",
    "$string(a)[0]",
    "$split(b, '')[1]",
    "b[0]",
    "a[1]",
    "a[0].zzz",
    "zzz[true]",
    "j[true]",
    "j.x",
  ],
];

describe("one by one", () => {
  test("values, functions and refusals", async () => {
    for (const text of [...values, ...calls]) expect(await compare(text, input), text).toBe(true);
  });

  test("of inputs that are lists, and no object at all", async () => {
    for (const given of [[1, 2], [{ a: 1 }, { a: [2] }], [], [[]], "text", 0, null, true])
      for (const text of values) await compare(text, given);
  });

  test("what direct evaluation lacks is JSONata's", async () => {
    for (const text of [
      "d^(e)",
      "d@$x.{ 'x': $x.f }",
      "d#$i.$i",
      "*",
      "**",
      "a ~> $string",
      "a()",
      "d.%.a",
      "$map(l, $sum(?))",
      "$ ~> |d|{'e': 0}|",
    ])
      expect(await compare(text, input), text).toBe(false);
  });
});

describe("any", () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  const { expression } = fc.letrec((tie) => {
    const inner = tie("expression") as fc.Arbitrary<string>;
    const leaf = fc.constantFrom(...values);
    const sign = fc.constantFrom("+", "-", "*", "&", "=", "!=", "<", ">=", "and", "or", "in");
    return {
      expression: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        leaf,
        fc.constantFrom(...calls.filter((text) => !text.includes("10000"))),
        fc.tuple(inner, sign, inner).map(([l, o, r]) => `(${l}) ${o} (${r})`),
        fc.tuple(inner, inner).map(([l, r]) => `(${l}).(${r})`),
        fc.tuple(inner, inner).map(([l, r]) => `(${l})[${r}]`),
        fc.tuple(inner, inner).map(([l, r]) => `[${l}, ${r}]`),
        fc.tuple(inner, inner, inner).map(([c, t, e]) => `(${c}) ? (${t}) : (${e})`),
        fc.tuple(inner, inner).map(([l, r]) => `(${l}){$string($): ${r}}`),
        fc.tuple(inner, inner).map(([l, r]) => `$map(${l}, function($v, $i) { $v & (${r}) })`),
        fc.tuple(inner, inner).map(([l, r]) => `($y := (${l}); $append($y, (${r})))`),
        inner.map((one) => `$string(${one})`),
        inner.map((one) => `$count((${one})[])`),
      ),
    };
  });

  test("expression gives the same", async () => {
    await fc.assert(
      fc.asyncProperty(expression as fc.Arbitrary<string>, fc.oneof(fc.constant(input), json), async (text, given) => {
        await compareValues(text, given);
      }),
      { numRuns: 400 },
    );
  });
});

describe("presets", () => {
  const folder = fileURLToPath(new URL("../../../presets/", import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));

  test.each(files)("%s plans the same of every payload", { timeout: 60_000 }, async (file) => {
    const flow = parseFlow(readFileSync(`${folder}${file}`, "utf8"), file);
    const direct = compileFlow(flow);
    // A sort makes JSONata evaluate the whole flow.
    const elsewhere = compileFlow({ ...flow, let: { ...flow.let, elsewhere: "[]^($)" } });
    const payloads = readdirSync(`${folder}payloads`)
      .filter((name) => name === flow.name)
      .flatMap((name) => readdirSync(`${folder}payloads/${name}`).map((one) => `${folder}payloads/${name}/${one}`))
      .map((path) => JSON.parse(readFileSync(path, "utf8")) as unknown);
    const examples = flow.examples.flatMap((example) => ("input" in example ? [example.input] : []));
    for (const payload of [...payloads, ...examples, {}, [], null]) {
      const said = (error: unknown) => String(error);
      expect(await direct.plan(payload).catch(said)).toEqual(await elsewhere.plan(payload).catch(said));
    }
  });
});
