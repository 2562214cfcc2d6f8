/** The client with only fetch, and the same functions around it; imports nothing of Node's. */

export * from "../both.js";
export { createFetchClient, type FetchClientOptions } from "./create-fetch-client.js";
