/** What the routes over records work with; wired in the composition root. */
import type { Clock, ExternalIdSource, OdooCaller } from "@odoorway/core";
import type { Decimals } from "@odoorway/schema";
import type { GatewayMetadata } from "../metadata.js";

export interface RecordParts {
  readonly caller: OdooCaller;
  readonly metadata: GatewayMetadata;
  readonly externalIds: ExternalIdSource;
  readonly clock: Clock;
  /** A number from 0 to 1, 1 excluded. */
  random(): number;
  /** What becomes of more decimals than a field has, where a request does not say. */
  readonly decimals: Decimals;
  /** Button methods that are passed on, by model; those of `*` for every model. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
}
