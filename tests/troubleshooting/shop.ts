/** A module with controllers as shops have them built, each with one thing about it that goes wrong. */
import { abort, raise, redirect, response, route, type SandboxModule } from "@odoorway/sandbox";

export const shop: SandboxModule = {
  name: "shop",
  routes: [
    route("/shop/bearer", { auth: "bearer", csrf: false }, ({ user }) => response({ login: user?.login })),
    route("/shop/token", { auth: "none", csrf: false, methods: ["POST"] }, ({ headers }) =>
      headers["x-shop-token"] === "right"
        ? response({ ok: true })
        : response({ error: "wrong token" }, { status: 401 }),
    ),
    route("/shop/form", { type: "http", auth: "user", methods: ["POST"] }, ({ params }) =>
      response({ got: params.name ?? null }),
    ),
    route("/shop/partner", { type: "json", auth: "user" }, ({ env, params }) => {
      const { name, country } = params;
      if (typeof name !== "string") raise("ValidationError", "The name is missing.");
      if (country !== undefined && env.search("res.country", [["id", "=", country]]).length === 0)
        abort(400, "There is no such country");
      return { id: env.create("res.partner", { name }) };
    }),
    route("/shop/secrets", { type: "http", auth: "user" }, ({ env }) =>
      response({ count: env.search("ir.config_parameter", []).length }),
    ),
    route("/shop/broken", { type: "http", auth: "none", csrf: false }, ({ params }) =>
      params.safe === "1" ? response({ ok: true }) : raise("builtins.KeyError", "'partner'"),
    ),
    /** Any status: those below 400 as an answer, the others raised. */
    route("/shop/status/<int:status>", { type: "http", auth: "none", csrf: false }, ({ params }) => {
      const status = Number(params.status);
      if (status === 301 || status === 302) return redirect("/shop/status/200", status);
      return status < 400 ? response({ status }, { status }) : abort(status);
    }),
  ],
};
