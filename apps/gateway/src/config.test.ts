import { OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.js";

const connection = { ODOO_URL: "https://odoo.test", ODOO_DB: "shop", ODOO_LOGIN: "api", ODOO_API_KEY: "s3cret-key" };

function refusal(env: Record<string, string>, yaml?: string): OdoorwayError {
  try {
    loadConfig(env, yaml, () => {
      throw new Error("ENOENT /run/secrets/x");
    });
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("loadConfig", () => {
  it("has defaults for everything, and is frozen", () => {
    const config = loadConfig({ PATH: "/bin" });
    expect(config).toMatchObject({ odoo: undefined, host: "127.0.0.1", port: 8080, data: "./.odoorway" });
    expect(config.limits).toEqual({ json: 10_485_760, upload: 2_147_483_648, idle: 60_000 });
    expect(config.imports).toEqual({
      workers: 2,
      leaseMs: 15_000,
      retentionMs: 2_592_000_000,
      batchRows: 1000,
      targetMs: 5000,
    });
    expect(Object.isFrozen(config.limits)).toBe(true);
  });

  it("puts the environment over the file", () => {
    const yaml = "port: 9000\nodoo:\n  timeout_seconds: 5\n  url: https://other.test\nactions:\n  x.y: [do_it]\n";
    const config = loadConfig({ ...connection, ODOORWAY_PORT: "9100" }, yaml);
    expect(config.port).toBe(9100);
    expect(config.odoo).toMatchObject({ url: "https://odoo.test", database: "shop", timeout: 5000, concurrency: 8 });
    expect(config.actions).toEqual({ "x.y": ["do_it"] });
    expect(config.odoo).not.toHaveProperty("rate");
    expect(loadConfig({ ...connection, ODOO_RATE: "0.5" }).odoo).toMatchObject({ rate: 0.5 });
    expect(refusal({ ...connection, ODOO_RATE: "0" }).why).toContain("ODOO_RATE");
  });

  it("takes what imports may do, and the node's name", () => {
    const yaml = "node: a\nimports: {workers: 4, lease_seconds: 30, retention_days: 0, batch_rows: 200}\n";
    const config = loadConfig({ ODOORWAY_IMPORT_WORKERS: "8", ODOORWAY_NODE: "shop-1" }, yaml);
    expect([config.node, config.imports]).toEqual([
      "shop-1",
      { workers: 8, leaseMs: 30_000, retentionMs: 0, batchRows: 200, targetMs: 5000 },
    ]);
    for (const workers of ["0", "65", "1.5"])
      expect(refusal({ ODOORWAY_IMPORT_WORKERS: workers }).why).toContain("ODOORWAY_IMPORT_WORKERS");
    for (const node of ["a b", "-a", "x".repeat(65)])
      expect(refusal({ ODOORWAY_NODE: node }).why).toContain("ODOORWAY_NODE");
    expect(refusal({}, "imports: {lease_seconds: 1}").why).toContain("imports.lease_seconds");
    expect(refusal({}, "imports: {retention_days: -1}").why).toContain("imports.retention_days");
    expect(refusal({}, "imports: {batch_row: 5}").evidence.nearest).toBe("batch_rows");
  });

  it("reads secrets from files", () => {
    const { ODOO_API_KEY: _key, ...rest } = connection;
    const config = loadConfig({ ...rest, ODOO_API_KEY_FILE: "/run/secrets/key" }, undefined, () => "from-file\n");
    expect(config.odoo?.apiKey).toBe("from-file");
    expect(refusal({ ...rest, ODOO_API_KEY_FILE: "/x" }).why).toContain("ODOO_API_KEY_FILE");
    expect(refusal({ ...connection, ODOO_API_KEY_FILE: "/x" }).why).toContain("both set");
  });

  it("names the nearest known name to an unknown one", () => {
    expect(refusal({ ODOORWAY_PROT: "1" }).evidence.nearest).toBe("ODOORWAY_PORT");
    expect(refusal({ ODOO_DATABASE: "x" }).why).toContain("ODOO_DATABASE");
    expect(refusal({ ODOORWAY_PORT_FILE: "x" }).why).toContain("ODOORWAY_PORT_FILE");
    expect(refusal({}, "prot: 1").evidence.nearest).toBe("port");
    expect(refusal({}, "odoo:\n  databse: x").evidence.nearest).toBe("database");
    expect(refusal({}, "limits:\n  json_mb: 1").evidence.nearest).toBe("json_mib");
  });

  it("refuses half a connection and says what it lacks", () => {
    expect(refusal({ ODOO_URL: "https://odoo.test", ODOO_LOGIN: "api" }).why).toContain("ODOO_DB, ODOO_API_KEY");
  });

  it("refuses what is not valid, without telling secrets", () => {
    expect(refusal({ ODOORWAY_PORT: "80a" }).why).toContain("ODOORWAY_PORT");
    expect(refusal({ ODOORWAY_PORT: "70000" }).why).toContain("ODOORWAY_PORT");
    expect(refusal({ ...connection, ODOO_URL: "ftp://x" }).why).toContain("ODOO_URL");
    expect(refusal({ ODOORWAY_ADMIN_TOKEN: "short" }).message).not.toContain("short token");
    expect(refusal({ DATABASE_URL: "mysql://user:s3cret@x" }).message).not.toContain("s3cret");
    expect(refusal({}, "a: [").why).toContain("line 1");
    expect(refusal({}, "- a").code).toBe("configuration_error");
  });
});
