import { OdoorwayError, toProblem } from "@odoorway/core";
import { expect, it } from "vitest";
import { explain, GatewayProblem } from "./explain.js";

it("tells who lacks a token how a command is given one, not which header a request needs", () => {
  const said = explain(new GatewayProblem(toProblem(new OdoorwayError("unauthorized"))));
  expect(said).toContain("ODOORWAY_TOKEN");
  expect(said).not.toContain("Bearer");
});

it("leaves other fixes as the gateway gives them", () => {
  const problem = toProblem(new OdoorwayError("hook_not_found", { evidence: { name: "x", nearest: "shop" } }));
  expect(explain(new GatewayProblem(problem))).toContain(problem.fix);
});
