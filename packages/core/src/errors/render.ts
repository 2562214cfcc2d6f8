/** Fills the catalogue's templates with evidence. */

/** Named facts about a failure. Values are shown to people: no secrets, paths or SQL. */
export type Evidence = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Renders a template: `{name}` becomes the evidence of that name, and a part in double square
 * brackets is dropped when one of its names is missing. A name missing outside of brackets becomes
 * "?", which a test of the catalogue's users catches.
 */
export function renderTemplate(template: string, evidence: Evidence): string {
  const resolved = template.replace(
    /\[\[((?:[^\]]|\](?!\]))*\{[^}]*\}(?:[^\]]|\](?!\]))*)\]\]/g,
    (_whole, part: string) =>
      namesIn(part).every((name) => evidence[name] !== undefined && evidence[name] !== "") ? part : "",
  );
  return fill(resolved, evidence).trim();
}

function namesIn(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
}

function fill(template: string, evidence: Evidence): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = evidence[name];
    if (value === undefined) return "?";
    return typeof value === "object" ? value.join(", ") : String(value);
  });
}
