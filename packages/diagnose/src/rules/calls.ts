import { givesValues, known, modelIn, type Rule } from "./rule.js";

/** Raised while the answer is written, after the transaction was committed. */
export const marshalling: Rule = ({ message }) => {
  if (/cannot marshal None/.test(message)) return { code: "marshalling_none", evidence: {}, happened: "yes" };
  const type = /cannot marshal <class '([^']+)'> objects|Object of type (\w+) is not JSON serializable/.exec(message);
  if (type !== null || /int exceeds XML-RPC limits|dictionary key must be string/.test(message))
    return { code: "marshalling_other", evidence: known({ type: type?.[1] ?? type?.[2] }), happened: "yes" };
  return undefined;
};

export const unknownModel: Rule = ({ message, exception, fullName, call }) => {
  const named =
    /^Object ([\w.]+) doesn't exist/.exec(message)?.[1] ??
    /^(?:L'objet|Objekt|El objeto|Object|L'oggetto|O objeto) ([\w.]+) (?:n'existe pas|existiert nicht|no existe|bestaat niet|non esiste|não existe)/.exec(
      message,
    )?.[1] ??
    /the model '([\w.]+)' does not exist/i.exec(message)?.[1];
  if (named !== undefined) return { code: "model_not_found", evidence: { model: named } };
  // The session routes find no route for a model that does not exist (18.0 and 19.0).
  if (fullName === "werkzeug.exceptions.NotFound" && call.model !== undefined && /URL was not found/.test(message))
    return { code: "model_not_found", evidence: { model: call.model } };
  const key = exception === "KeyError" ? message.replace(/^'|'$/g, "") : undefined;
  return key !== undefined && key !== "" && key === call.model
    ? { code: "model_not_found", evidence: { model: key } }
    : undefined;
};

export const unknownMethod: Rule = ({ message, exception, call }) => {
  const onModel = /The method '(\w+)' does not exist on the model '([\w.]+)'/.exec(message);
  if (onModel !== null)
    return { code: "method_not_found", evidence: { method: onModel[1] ?? "", model: onModel[2] ?? "" } };
  const dotted = /The method '([\w.]+)\.(\w+)' does not exist/.exec(message);
  if (dotted !== null)
    return { code: "method_not_found", evidence: { method: dotted[2] ?? "", model: dotted[1] ?? "" } };
  const attribute = exception === "AttributeError" ? /'([\w.]+)' object has no attribute '(\w+)'/.exec(message) : null;
  if (
    attribute !== null &&
    attribute[2] !== undefined &&
    attribute[2] === (call.method ?? attribute[2]) &&
    /\./.test(attribute[1] ?? "")
  )
    return { code: "method_not_found", evidence: { method: attribute[2], model: attribute[1] ?? "" } };
  // A route of JSON-2 that takes another HTTP method (19.0).
  if (/^Did you mean POST \//.test(message))
    return { code: "http_404_endpoint", evidence: { url: call.url ?? "(it)" } };
  const service = /^Method not found: (\w+)/.exec(message)?.[1];
  return service === undefined ? undefined : { code: "method_not_found", evidence: { method: service } };
};

export const unknownField: Rule = (facts) => {
  const { message } = facts;
  const leaf = /Invalid field ([a-z]\w*(?:\.\w+)*)\.(\w+) in (?:leaf|condition)/.exec(message);
  if (leaf !== null) return { code: "invalid_field_name", evidence: { model: leaf[1] ?? "", field: leaf[2] ?? "" } };
  const quoted = /Invalid field '([\w.]+)'(?: (?:on|in)(?: model)? '([\w.]+)')?/.exec(message);
  if (quoted !== null)
    return {
      code: "invalid_field_name",
      evidence: { field: quoted[1] ?? "", ...known({ model: quoted[2] ?? facts.call.model }) },
    };
  const unknown = /Unknown field ["']?(\w+)["']?|Field ["'](\w+)["'] does not exist/i.exec(message);
  if (unknown === null) return undefined;
  return {
    code: "invalid_field_name",
    evidence: { field: unknown[1] ?? unknown[2] ?? "", ...known({ model: modelIn(facts) }) },
  };
};

const searches =
  /^(search|search_count|search_read|search_fetch|name_search|read_group|formatted_read_group|web_search_read)$/;

export const wrongDomain: Rule = (facts) => {
  const { message, exception, call } = facts;
  if (
    /^Invalid (?:leaf|operator|domain)|Domain\(\) invalid|Domains to normalize|is not a valid domain|^Malformed domain/i.test(
      message,
    )
  )
    return { code: "invalid_domain", evidence: known({ detail: facts.shown }) };
  // 18 stumbles over a domain that is a flat list of texts while it takes the first for a condition.
  if (exception === "IndexError" && message === "string index out of range" && searches.test(call.method ?? ""))
    return { code: "invalid_domain", evidence: { detail: "a condition is not a list of three" } };
  return undefined;
};

export const wrongArguments: Rule = (facts) => {
  const { message, exception } = facts;
  const singleton = /^Expected singleton: ([\s\S]+)/.exec(message)?.[1];
  if (singleton !== undefined)
    return {
      code: "singleton_expected",
      evidence: { received: singletonOf(singleton), ...known({ method: facts.call.method }) },
    };
  const isSignature =
    (exception === "TypeError" || exception === "UnprocessableEntity" || exception === "") &&
    /(?:cannot call [\w.]+ with ids|missing \d+ required|takes (?:from |exactly |at least |at most )?\d+|unexpected keyword argument|multiple values for|missing a required argument|too many positional)/.test(
      message,
    );
  const order = /^Invalid "order" specified/.test(message);
  // A body that is not JSON (JSON-2); an offset or limit below zero.
  const unread = exception === "BadRequest" && /could not parse the body/.test(message);
  const count = /^InvalidRowCountIn/.test(exception);
  // A body that is not XML (XML-RPC).
  const unparsed = exception === "ExpatError";
  if (isSignature || order || unread || unparsed || count)
    return { code: "bad_arguments", evidence: { detail: facts.shown } };
  // Odoo takes a command of a relation apart without looking at its length: [6, 0] (18.0 and 19.0).
  if (exception === "IndexError" && /^(?:list|tuple) index out of range$/.test(message) && givesValues(facts))
    return {
      code: "x2many_command_syntax",
      evidence: {
        field: "(not named by Odoo)",
        model: facts.call.model ?? "the model",
        received: "a command with too few elements",
        expected: "[[6, 0, [1, 2]]]",
      },
    };
  return undefined;
};

/** `res.partner(1, 2, 3)`, cut to a count when there are many. */
function singletonOf(text: string): string {
  const model = /^([\w.]+)/.exec(text)?.[1] ?? "several records";
  const ids = text.match(/\d+/g)?.length ?? 0;
  return ids === 0 ? `no record of ${model}` : `${ids} records of ${model}`;
}
