/** The arguments of a call laid out by name, and Python's complaints about those that do not fit. */
import type { Env } from "./env.js";
import { typeError } from "./exceptions.js";
import type { Method, Model, Values } from "./model.js";
import { repr } from "./python.js";

/** The names of a method's arguments in the version that is served. */
export function parametersOf(env: Env, name: string, method: Method): readonly string[] {
  const { renamed } = env.db.profile;
  return method.parameters.map((parameter) => renamed[`${name}.${parameter}`] ?? parameter);
}

/** Lays the arguments out by name, refusing as Python does. */
export function bindArguments(
  env: Env,
  model: Model,
  name: string,
  method: Method,
  positional: readonly unknown[],
  named: Values,
): Values {
  const owner = method.owner === "own" ? model.className : "BaseModel";
  const { required } = method;
  const parameters = parametersOf(env, name, method);
  if (positional.length > parameters.length) {
    const [least, most] = [required + 1, parameters.length + 1];
    const takes =
      least === most
        ? `${most} positional argument${most === 1 ? "" : "s"}`
        : `from ${least} to ${most} positional arguments`;
    throw typeError(`${owner}.${name}() takes ${takes} but ${positional.length + 1} were given`);
  }
  const bound: Values = {};
  positional.forEach((value, at) => {
    const parameter = method.parameters[at];
    if (parameter) bound[parameter] = value;
  });
  for (const [key, value] of Object.entries(named)) {
    const parameter = method.parameters[parameters.indexOf(key)];
    if (parameter === undefined && method.anyKeyword === true) {
      bound[key] = value;
      continue;
    }
    if (parameter === undefined) throw typeError(`${owner}.${name}() got an unexpected keyword argument '${key}'`);
    if (parameter in bound) throw typeError(`${owner}.${name}() got multiple values for argument '${key}'`);
    bound[parameter] = value;
  }
  const missing = parameters.filter((_name, at) => at < required && !((method.parameters[at] ?? "") in bound));
  if (missing.length > 0) {
    if (name === "create") throw typeError(env.db.profile.says.createMissing(model.className));
    const list = missing.map((parameter) => repr(parameter));
    const text =
      list.length === 1 ? list[0] : `${list.slice(0, -1).join(", ")}${list.length > 2 ? "," : ""} and ${list.at(-1)}`;
    throw typeError(
      `${owner}.${name}() missing ${missing.length} required positional argument${missing.length === 1 ? "" : "s"}: ${text}`,
    );
  }
  return bound;
}
