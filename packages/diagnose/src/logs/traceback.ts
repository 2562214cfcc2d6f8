/** What a traceback tells beside its exception: where it broke, and which method a client had called. */

export interface Traced {
  /** The last frame: module file, function; without the folder it is installed in. */
  readonly at?: string;
  /** Method that the RPC called: the first frame inside the model (12.0 to 19.0). */
  readonly method?: string;
}

interface Frame {
  readonly file: string;
  readonly name: string;
}

const frameLine = /^\s*File "([^"]{1,500})", line \d+, in (\S+)/gm;
/** Frames between the door and the model's own method: dispatch, decorators, and what multiplies a create. */
const inBetween = /^(?:call_kw(?:_multi|_model|_model_create)?|_call_kw\w*|_model_create_(?:single|multi)|retrying)$/;

export function tracedIn(text: string): Traced {
  const start = text.lastIndexOf("Traceback (most recent call last)");
  if (start < 0) return {};
  const frames = framesIn(text.slice(start));
  const last = frames.at(-1);
  // A cause and its consequence name the same call; the longest way in is that of the consequence.
  const door = frames.findLastIndex(
    ({ file, name }) => /\bcall_kw/.test(name) && /api\.py$|service\/model\.py$/.test(file),
  );
  const called = door < 0 ? undefined : frames.slice(door + 1).find(isOfModel);
  return {
    ...(last === undefined ? {} : { at: `${shortened(last.file)} in ${last.name}` }),
    ...(called === undefined ? {} : { method: called.name }),
  };
}

function framesIn(text: string): Frame[] {
  return [...text.matchAll(frameLine)].map(([, file = "", name = ""]) => ({ file, name }));
}

function isOfModel({ file, name }: Frame): boolean {
  return !file.startsWith("<decorator") && !inBetween.test(name);
}

/** `addons/sale/models/sale_order.py`: the folder of an installation is nobody's business. */
function shortened(file: string): string {
  const parts = file.replaceAll("\\", "/").split("/");
  const known = parts.findLastIndex((part) => part === "addons" || part === "odoo" || part.endsWith("-packages"));
  return parts
    .slice(known < 0 ? -2 : known + (parts[known] === "addons" ? 0 : 1))
    .slice(-5)
    .join("/");
}
