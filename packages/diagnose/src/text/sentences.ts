/**
 * A text that no exception, status or known phrase names, and that reads as a message for people: what Odoo's
 * business rules say, in whichever language. It is told with little confidence, and never for technical noise.
 */

const states: Readonly<Record<string, RegExp>> = {
  negation:
    /\b(?:can ?not|can't|may not|must not|not (?:allowed|possible)|impossible|unable|nicht|kein\w*|ne (?:\S+ ){0,3}pas|impossible|no (?:se )?(?:puede|pueden|es posible)|não|niet|geen|non (?:è|si|puoi)|impossibile)\b|不能|无法|不可/i,
  state:
    /\b(?:posted|validated|locked|confirmed|done|cancell?ed|gebucht\w*|gesperrt\w*|bestätigt\w*|erledigt\w*|storniert\w*|comptabilis\S+|verrouill\S+|confirm[ée]\S*|valid[ée]\S*|contabilizad\w+|publicad\w+|bloquead\w+|confirmad\w+|validad\w+|lançad\w+|geboekt\w*|vergrendeld\w*|bevestigd\w*|registrat\w+|bloccat\w+|confermat\w+)\b|已过账|已锁定|已确认|已完成|已取消/i,
};

/** "You cannot validate this if nothing is done" names a state as what is missing. */
const condition = /\b(?:if|unless|nor|until|before|wenn|sofern|bevor|si|avant|antes|prima|als|voordat)\b/i;

/** Whether the words say that the state of a record forbids it. */
export function speaksOfState(text: string): boolean {
  return Object.values(states).every((words) => words.test(text)) && !condition.test(text);
}

/** Whether the text is sentences of a language and nothing of a program: no path, frame, tag, brace or call. */
export function readsAsMessage(text: string): boolean {
  const short = text.trim();
  if (short.length < 12 || short.length > 2_000) return false;
  if (/[{}<>;=]|\bat \w+\.\w+\(|\bFile "|\w+\(\)|::|->|(?:^|\s)(?:\w:)?[/\\]\w+[/\\]|\b0x[0-9a-f]+/.test(short))
    return false;
  const words = short.match(/\p{L}{2,}/gu)?.length ?? 0;
  const han = short.match(/\p{Script=Han}/gu)?.length ?? 0;
  const letters = short.match(/\p{L}/gu)?.length ?? 0;
  return (words >= 4 || han >= 6) && letters / short.length > 0.55;
}
