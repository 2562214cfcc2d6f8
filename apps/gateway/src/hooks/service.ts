/** Flows and hooks put together: what is read at start, what serves requests, and what works events off. */
import type { Clock, MetadataSource } from "@odoorway/core";
import type { FlowRunner } from "@odoorway/flows";
import type { Store } from "@odoorway/store";
import type { Logger } from "pino";
import type { GatewayConfig } from "../config.js";
import type { FlowRegistry } from "../flows/registry.js";
import type { Route } from "../http/route.js";
import { flowRoutes } from "../routes/flows.js";
import { hookEventRoutes } from "../routes/hook-events.js";
import { hookRoutes } from "../routes/hooks.js";
import { createHookProcessor, type HookProcessor } from "./processor.js";
import { createReceiver } from "./receive.js";
import { resolveHooks } from "./settings.js";

export interface HookServiceParts {
  readonly config: Pick<GatewayConfig, "hooks" | "hooksRetention" | "adminToken" | "limits">;
  readonly registry: FlowRegistry;
  readonly store: Store;
  readonly metadata: MetadataSource;
  readonly runner: FlowRunner;
  askOdoo(): Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** No sender waits longer for its answer, and a stranger's body that drips in shall not be held for long. */
const patience = 30_000;

export interface HookService {
  readonly routes: readonly Route[];
  readonly processor: HookProcessor;
}

/** @throws OdoorwayError configuration_error for a hook that does not fit its flow */
export function createHookService(parts: HookServiceParts): HookService {
  const { config, registry, store, metadata, runner, askOdoo, clock, random, logger } = parts;
  const hooks = resolveHooks(config.hooks, registry.flows);
  const flow = registry.get;
  let wake = () => {};
  const receiver = createReceiver({ store, flow, clock, random, wake: () => wake() });
  const processor = createHookProcessor({
    store,
    hooks,
    flow,
    runner,
    underWay: receiver.underWay,
    askOdoo,
    clock,
    random,
    observe: ({ name, facts }) => (name === "hooks.attempt" ? logger.debug(facts, name) : logger.warn(facts, name)),
    retention: config.hooksRetention,
  });
  wake = () => processor.wake();
  const { adminToken, limits } = config;
  return {
    processor,
    routes: [
      ...flowRoutes({ registry, runner, metadata }),
      ...hookRoutes({
        hooks,
        receive: receiver.receive,
        store,
        processor,
        adminToken,
        clock,
        limit: limits.json,
        patience,
      }),
      ...hookEventRoutes({ store, hooks, flow, clock, wake }),
    ],
  };
}
