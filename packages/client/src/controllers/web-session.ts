/**
 * A session of Odoo's web client for the routes of controllers: its cookies, its user, and the CSRF token that
 * its forms carry.
 *
 * States of the login: none -> logging in (shared by all who wait) -> in -> expired (the server said so) -> none.
 * A refused credential is final, since every further attempt counts towards Odoo's lock-out of the address.
 * The token belongs to the session: it is fetched from a page when a route first wants one, and forgotten with
 * the session, or when a route refuses it (it lives for two days at most).
 */
import { OdoorwayError } from "@odoorway/core";
import type { Cookies } from "../cookies.js";
import { session } from "../transports/session.js";
import type { Access, Message, Send } from "../transports/transport.js";

/** Pages with the token: the login form, and the web client for who is sent on from there. */
const tokenPages = ["/web/login", "/web"];

export class WebSession {
  readonly #access: Access;
  readonly #send: Send;
  readonly cookies: Cookies;
  #number = 0;
  #login: Promise<void> | undefined;
  #token: Promise<string> | undefined;

  constructor(access: Access, send: Send, cookies: Cookies) {
    this.#access = access;
    this.#send = send;
    this.cookies = cookies;
  }

  /** Logs in unless that is done. Resolves with the number of the login, for `expire`. */
  async enter(): Promise<number> {
    const number = this.#number;
    if (this.#login === undefined) {
      const login = this.#logIn();
      this.#login = login;
      login.catch((error: unknown) => {
        const refused = error instanceof OdoorwayError && error.code === "auth_invalid_credentials";
        if (!refused && this.#login === login) this.#login = undefined;
      });
    }
    await this.#login;
    return number;
  }

  /** Forgets the login of that number, unless somebody has renewed it meanwhile. */
  expire(number: number): void {
    if (this.#number !== number) return;
    this.#number += 1;
    this.#login = undefined;
    this.#token = undefined;
  }

  /** The token of the session's forms, asked once for all who wait. Rejects with `csrf` where no page has one. */
  token(): Promise<string> {
    if (this.#token === undefined) {
      const token = this.#fetchToken();
      this.#token = token;
      token.catch(() => this.forgetToken(token));
    }
    return this.#token;
  }

  /** Forgets the token; only that one, where it is given. */
  forgetToken(token?: Promise<string>): void {
    if (token === undefined || this.#token === token) this.#token = undefined;
  }

  async #logIn(): Promise<void> {
    const { database, login } = this.#access;
    const uid = await session(this.#access, this.cookies).authenticate(this.#send);
    if (uid === false || uid === null)
      throw new OdoorwayError("auth_invalid_credentials", { evidence: { database, login } });
  }

  async #fetchToken(): Promise<string> {
    for (const path of tokenPages) {
      const page = await this.#send({
        transport: "controller",
        facts: { method: path, url: this.#access.url, database: this.#access.database },
        reads: true,
        message: () => this.#page(path),
      });
      const token = /csrf_token["']?\s*(?:value=|:)\s*["']([\w.-]{8,200})["']/.exec(String(page))?.[1];
      if (token !== undefined) return token;
    }
    throw new OdoorwayError("csrf");
  }

  #page(path: string): Message {
    const { age } = this.cookies;
    return {
      verb: "GET",
      path,
      headers: this.cookies.header(),
      body: undefined,
      raw: true,
      read: ({ bytes, cookies }) => {
        this.cookies.keep(cookies, age);
        return { value: new TextDecoder().decode(bytes) };
      },
    };
  }
}
