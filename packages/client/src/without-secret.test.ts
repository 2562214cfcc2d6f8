import { describe, expect, it } from "vitest";
import { withoutSecret } from "./without-secret.js";

const secret = "0123456789abcdef";

describe("withoutSecret", () => {
  it("puts the secret out wherever it stands, and leaves all else", () => {
    const failure = {
      code: 200,
      message: `key ${secret}`,
      data: { debug: null, arguments: [secret, 7, [`${secret}!`]] },
    };
    expect(withoutSecret(failure, secret)).toEqual({
      code: 200,
      message: "key (secret)",
      data: { debug: null, arguments: ["(secret)", 7, ["(secret)!"]] },
    });
  });

  it("leaves words alone that happen to be a short password", () => {
    expect(withoutSecret("ask the admin", "admin")).toBe("ask the admin");
    expect(withoutSecret("anything", "")).toBe("anything");
  });
});
