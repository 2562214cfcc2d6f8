/** The log: JSON lines on standard error, without secrets. */
import { type Logger, pino } from "pino";

/** Builds the log. Headers are never logged; what may hold a secret is cut out by name all the same. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ["authorization", "*.authorization", "headers", "*.headers", "apiKey", "*.apiKey", "token", "*.token"],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
