/**
 * How hooks are set up below `hooks:` in odoorway.yaml, and what comes of it once the flows are known. A secret
 * stands there itself, in variables, or in a file; where it came from is forgotten and it is never told.
 */
import { nearest, OdoorwayError } from "@odoorway/core";
import { isSecretOf, type Provider, providers } from "@odoorway/flows/signatures";
import { z } from "zod";
import type { Flows } from "../flows/registry.js";

/** As odoorway.yaml nests it, by the hook's name. */
export const hookSettings = z.record(
  z.string().regex(/^[a-z0-9]+([_-][a-z0-9]+)*$/, "the name of a hook is of small letters, digits and dashes"),
  z.strictObject({
    flow: z.string().min(1),
    provider: z.enum([...providers, "none"]).optional(),
    secrets: z.array(z.string().min(1)).min(1).optional(),
    secrets_env: z.array(z.string().min(1)).min(1).optional(),
    secret_file: z.string().min(1).optional(),
    tolerance_seconds: z.number().min(1).max(86_400).default(300),
    topics: z.array(z.string().min(1)).min(1).optional(),
    allow_unsigned: z.boolean().default(false),
    same_body_is_new: z.boolean().default(false),
  }),
);

/** A hook of the configuration, with its secrets read. */
export interface HookSettings {
  readonly flow: string;
  readonly provider: Provider | "none" | undefined;
  readonly secrets: readonly string[];
  readonly toleranceSeconds: number;
  readonly topics: readonly string[] | undefined;
  readonly allowUnsigned: boolean;
  readonly sameBodyIsNew: boolean;
}

/** A hook that can be served. */
export interface Hook {
  readonly name: string;
  readonly flow: string;
  readonly provider: Provider | "none";
  readonly secrets: readonly string[];
  readonly toleranceSeconds: number;
  /** Empty: all. */
  readonly topics: readonly string[];
  /** Whether anybody who knows the address may send. */
  readonly allowUnsigned: boolean;
  /** Where the sender signs the body alone: whether one that came before is an event of its own under another id. */
  readonly sameBodyIsNew: boolean;
}

/** The names of variables that hold hooks' secrets, of settings that were not checked yet. */
export function secretVariables(given: unknown): string[] {
  if (typeof given !== "object" || given === null) return [];
  return Object.values(given).flatMap((hook: unknown) => {
    const names = typeof hook === "object" && hook !== null && "secrets_env" in hook ? hook.secrets_env : undefined;
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  });
}

/**
 * Reads the secrets, the newest first: as listed, then of the variables, then the file's lines.
 * @throws OdoorwayError configuration_error, never with a secret in it
 */
export function readHooks(
  given: z.infer<typeof hookSettings>,
  env: Readonly<Record<string, string | undefined>>,
  readSecret: (path: string) => string,
): Readonly<Record<string, HookSettings>> {
  return Object.fromEntries(
    Object.entries(given).map(([name, hook]) => {
      const secrets = [
        ...(hook.secrets ?? []),
        ...(hook.secrets_env ?? []).map((variable) => fromVariable(name, variable, env)),
        ...(hook.secret_file === undefined ? [] : fromFile(name, hook.secret_file, readSecret)),
      ];
      return [
        name,
        {
          flow: hook.flow,
          provider: hook.provider,
          secrets,
          toleranceSeconds: hook.tolerance_seconds,
          topics: hook.topics,
          allowUnsigned: hook.allow_unsigned,
          sameBodyIsNew: hook.same_body_is_new,
        },
      ];
    }),
  );
}

/**
 * The hooks with what their flows say of provider and topics, where the configuration says nothing.
 * @throws OdoorwayError configuration_error
 */
export function resolveHooks(given: Readonly<Record<string, HookSettings>>, flows: Flows): ReadonlyMap<string, Hook> {
  return new Map(Object.entries(given).map(([name, settings]) => [name, resolveHook(name, settings, flows)]));
}

function resolveHook(name: string, settings: HookSettings, flows: Flows): Hook {
  const flow = flows.get(settings.flow);
  if (flow === undefined)
    throw wrong(`hooks.${name}.flow: there is no flow ${settings.flow}.`, {
      nearest: nearest(settings.flow, [...flows.keys()]),
      expected: `Known: ${[...flows.keys()].join(", ")}.`,
    });
  const said = settings.provider ?? flow.source.provider;
  const provider = [...providers, "none" as const].find((known) => known === said);
  if (provider === undefined)
    throw wrong(
      said === undefined
        ? `hooks.${name}.provider is missing, and the flow ${flow.name} names none.`
        : `The flow ${flow.name} names the provider ${said}, whose signatures are not known.`,
      { expected: `Set hooks.${name}.provider to ${providers.join(", ")}, or none.` },
    );
  const { secrets, toleranceSeconds, allowUnsigned, sameBodyIsNew } = settings;
  if (provider === "none") {
    if (secrets.length > 0)
      throw wrong(`hooks.${name} has a secret, but its provider is none.`, { expected: "Name who signs by provider." });
  } else {
    if (allowUnsigned)
      throw wrong(`hooks.${name}.allow_unsigned goes with provider: none alone.`, { expected: "Remove one of them." });
    if (secrets.length === 0)
      throw wrong(`hooks.${name} has no secret to check the signatures of ${provider} with.`, {
        expected: `Set hooks.${name}.secrets_env: [NAME], secret_file or secrets.`,
      });
    if (!secrets.every((secret) => isSecretOf(provider, secret)))
      throw wrong(`A secret of hooks.${name} is none of ${provider}.`, {
        expected: "Standard Webhooks secrets are base64, mostly with whsec_ before it. Copy it whole.",
      });
  }
  const topics = settings.topics ?? flow.source.topics ?? [];
  return { name, flow: flow.name, provider, secrets, toleranceSeconds, topics, allowUnsigned, sameBodyIsNew };
}

function fromVariable(hook: string, variable: string, env: Readonly<Record<string, string | undefined>>): string {
  const secret = env[variable]?.trim();
  if (secret) return secret;
  throw wrong(`The variable ${variable}, which hooks.${hook}.secrets_env names, is not set.`, {
    expected: `Set ${variable}.`,
  });
}

function fromFile(hook: string, path: string, readSecret: (path: string) => string): string[] {
  let text: string;
  try {
    text = readSecret(path);
  } catch (error) {
    throw wrong(
      `The file of hooks.${hook}.secret_file cannot be read.`,
      { expected: "Check that it exists and that this user may read it." },
      error,
    );
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const secrets = lines.filter((line) => line !== "");
  if (secrets.length > 0) return secrets;
  throw wrong(`The file of hooks.${hook}.secret_file is empty.`, {
    expected: "Write one secret a line, the newest first.",
  });
}

function wrong(
  detail: string,
  more: { expected?: string; nearest?: string | undefined },
  cause?: unknown,
): OdoorwayError {
  return new OdoorwayError("configuration_error", { evidence: { detail, ...more }, cause });
}
