import { describe, expect, it } from "vitest";
import { allowedMethods } from "./route-paths.js";

const routes = [
  { method: "GET", path: "/v1/records/{model}" },
  { method: "POST", path: "/v1/records/{model}" },
  { method: "GET", path: "/openapi.json" },
  { method: "GET", path: "/console/*" },
] as const;

describe("allowedMethods", () => {
  it("lists what an address takes, HEAD with GET", () => {
    expect(allowedMethods(routes, "/v1/records/res.partner")).toEqual(["GET", "HEAD", "POST", "OPTIONS"]);
    expect(allowedMethods(routes, "/console/assets/a.js")).toEqual(["GET", "HEAD", "OPTIONS"]);
  });

  it("knows nothing of other addresses", () => {
    expect(allowedMethods(routes, "/v1/records/")).toEqual([]);
    expect(allowedMethods(routes, "/v1/records/a/b")).toEqual([]);
    expect(allowedMethods(routes, "/openapiXjson")).toEqual([]);
  });
});
