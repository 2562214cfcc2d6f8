/** Pasted texts as people have them, written for the tests in the forms that clients and servers print. */
import type { PastedText } from "./pasted.js";
import { textsOfCalls } from "./texts-of-calls.js";
import { textsOfTheWay } from "./texts-of-the-way.js";

export const texts: readonly PastedText[] = [...textsOfTheWay, ...textsOfCalls];

/** Texts that say nothing of a failure. */
export const unknownTexts: readonly string[] = [
  "",
  "   \n",
  "ok",
  "0",
  "{}",
  "[1, 2, 3]",
  "<html></html>",
  "SELECT 1;",
  "function f() { return 1; }",
  "a1b2c3 ".repeat(50),
];
