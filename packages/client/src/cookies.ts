/** Cookies as one server and one path need them (RFC 6265, section 5.2): the newest value of each name. */

export class Cookies {
  readonly #values = new Map<string, string>();

  get size(): number {
    return this.#values.size;
  }

  clear(): void {
    this.#values.clear();
  }

  /** The header that hands them back; none while there are none. */
  header(): { readonly cookie?: string } {
    if (this.#values.size === 0) return {};
    return { cookie: [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ") };
  }

  /** Takes the values of Set-Cookie. An empty value or Max-Age=0 deletes. */
  keep(set: readonly string[]): void {
    for (const line of set) {
      const [, name, value] = /^\s*([^=;\s]+)\s*=\s*([^;]*?)\s*(?:;|$)/.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      if (value === "" || /;\s*max-age\s*=\s*(?:0|-\d+)\s*(?:;|$)/i.test(line)) this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }
}
