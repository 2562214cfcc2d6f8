/**
 * Cookies as one server and one path need them (RFC 6265, section 5.2): the newest value of each name. With a new
 * login a new age begins: what a request of an earlier one still brings, the cookie of an empty session in place of
 * the expired one, must not replace the cookie of the login.
 */

export class Cookies {
  readonly #values = new Map<string, string>();

  #age = 0;

  /** How often they were cleared: to be noted when a request is made, and given to `keep` with its answer. */
  get age(): number {
    return this.#age;
  }

  get size(): number {
    return this.#values.size;
  }

  clear(): void {
    this.#age += 1;
    this.#values.clear();
  }

  /** The header that hands them back; none while there are none. */
  header(): { readonly cookie?: string } {
    if (this.#values.size === 0) return {};
    return { cookie: [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ") };
  }

  /** Takes the values of Set-Cookie, unless the request is of an earlier age. An empty value or Max-Age=0 deletes. */
  keep(set: readonly string[], age: number): void {
    if (age !== this.#age) return;
    for (const line of set) {
      const [, name, value] = /^\s*([^=;\s]+)\s*=\s*([^;]*?)\s*(?:;|$)/.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      if (value === "" || /;\s*max-age\s*=\s*(?:0|-\d+)\s*(?:;|$)/i.test(line)) this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }
}
