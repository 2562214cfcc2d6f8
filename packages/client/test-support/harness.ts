/** For tests: servers and clients that are closed after each test, and failures that never show the key. */
import { OdoorwayError } from "@odoorway/core";
import { afterEach, expect } from "vitest";
import { type ClientOptions, createClient, type OdooClient } from "../src/index.js";
import { type FakeOdoo, fakeOdoo } from "./fake-odoo.js";

export const secret = "k3y-that-must-not-leak";
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

export function keep<T extends { close(): Promise<void> }>(one: T): T {
  open.unshift(one);
  return one;
}

export function clientFor(url: string, options: Partial<ClientOptions> = {}): OdooClient {
  return keep(createClient({ url, database: "shop", login: "api", apiKey: secret, timeout: 5_000, ...options }));
}

export async function serve(...replies: Parameters<typeof fakeOdoo>): Promise<FakeOdoo> {
  return keep(await fakeOdoo(...replies));
}

/** The error that the call ends with, which must never show the key. */
export async function failure(promise: Promise<unknown>): Promise<OdoorwayError> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(OdoorwayError);
    const { below: _below, ...shown } = error as OdoorwayError;
    expect(JSON.stringify(shown) + String(error)).not.toContain(secret);
    return error as OdoorwayError;
  }
  throw new Error("nothing failed");
}

export const objectCalls = (server: FakeOdoo) => server.calls.filter((call) => call.service === "object");
