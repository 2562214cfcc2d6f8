#!/usr/bin/env node
/** The odoorway command. Loads what `npm run build` made; src/main.ts is where it begins. */
import { existsSync } from "node:fs";

const built = new URL("../dist/index.js", import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  await main(process);
} else {
  console.error(
    "The odoorway command is not built yet.\nFix: run `npm run build` (or `npm start`) in the project's folder.",
  );
  process.exitCode = 2;
}
