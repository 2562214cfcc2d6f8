import { describe, expect, it } from "vitest";
import { onlyOptions } from "./bad-argument.js";
import { createMany } from "./batches/create-many.js";
import { iterate } from "./paging/iterate.js";

const never = { call: () => Promise.reject(new Error("nothing may be sent")) };

describe("an option that is unknown", () => {
  it("is refused with the nearest known one before anything is sent", async () => {
    // @ts-expect-error: the types refuse it too
    await expect(iterate(never, "res.partner", { pagesize: 10 }).next()).rejects.toMatchObject({
      code: "bad_arguments",
      happened: "no",
      message: expect.stringContaining("pageSize"),
    });
    // @ts-expect-error: the types refuse it too
    expect(() => createMany(never, "res.partner", [], { concurency: 2 })).toThrow("did you mean concurrency?");
  });

  it("is told beside all that are known where none is near", () => {
    expect(() => onlyOptions({ zzz: 1 }, ["limit", "order"])).toThrow("only limit, order");
    expect(() => onlyOptions({ limit: 1 }, ["limit", "order"])).not.toThrow();
  });
});
