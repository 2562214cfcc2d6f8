/**
 * The tables and trials of validation, one after the other before each Odoo: two sandboxes, and a real one where
 * CONFORMANCE_ODOO_URL names it. Each Odoo, its gateway and its shelf are opened once for all of them, which is most of the time.
 */
import { afterAll, beforeAll, describe } from "vitest";
import { withstandsAnyJson } from "./suites/hostile.js";
import { givesRecordsBack } from "./suites/read-modify-write.js";
import { takesRightInputs } from "./suites/right.js";
import { refusesWrongInputs } from "./suites/wrong.js";
import { realTargets, sandboxes, type World } from "./world.js";

describe.each([...sandboxes, ...realTargets])("$name", (target) => {
  let world: World;
  beforeAll(async () => {
    world = await target.open();
  }, 300_000);
  afterAll(() => world.close(), 300_000);
  const opened = () => world;

  // What is refused changes nothing, what is given back neither: those that change records come last.
  if (!target.isReal) describe("wrong inputs are refused", () => refusesWrongInputs(target, opened));
  if (!target.isReal) describe("any JSON", () => withstandsAnyJson(opened));
  describe("records that were read", () => givesRecordsBack(target, opened));
  describe("right inputs are taken", () => takesRightInputs(target, opened));
});
