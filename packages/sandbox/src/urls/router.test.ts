/** Paths as werkzeug reads them. */
import { describe, expect, it } from "vitest";
import { createRouter } from "./router.js";

const find = createRouter([
  { path: "/files/<path:rest>" },
  { path: "/files/<int:id>" },
  { path: "/files/<string:name>", methods: ["GET"] },
  { path: "/files/index", methods: ["POST"] },
  { path: "/image/<int:width>x<int:height>.<any(png, jpg):kind>" },
  { path: "/" },
]);
const at = (path: string, method = "GET") => {
  const found = find(path, method);
  return found && ("route" in found ? [found.route.path, found.args] : found.allow);
};

describe("the router", () => {
  it("takes the more exact path, converted", () => {
    expect(at("/files/7")).toEqual(["/files/<int:id>", { id: 7 }]);
    expect(at("/files/a%20b/")).toEqual(["/files/<string:name>", { name: "a b" }]);
    expect(at("/files/a/b")).toEqual(["/files/<path:rest>", { rest: "a/b" }]);
    expect(at("/image/3x4.jpg")).toEqual([
      "/image/<int:width>x<int:height>.<any(png, jpg):kind>",
      { width: 3, height: 4, kind: "jpg" },
    ]);
    expect(at("/")).toEqual(["/", {}]);
  });
  it("looks on for a method, and knows the others", () => {
    expect(at("/files/index", "POST")).toEqual(["/files/index", {}]);
    expect(at("/files/index")).toEqual(["/files/<string:name>", { name: "index" }]);
    const strict = createRouter([{ path: "/a", methods: ["GET"] }]);
    expect(strict("/a", "HEAD")).toMatchObject({ args: {} });
    expect(strict("/a", "PUT")).toEqual({ allow: ["GET", "HEAD", "OPTIONS"] });
  });
  it("finds nothing in what is no path", () => {
    for (const path of ["/image/x4.jpg", "/image/3x4.gif", "/filesX", "/files/%zz", ""])
      expect(at(path)).toBeUndefined();
  });
});
