/** The odoorway command as bin/odoorway.mjs loads it. */
export { main } from "./main.js";
