/**
 * An example of a module with a controller, such as shops have built for them: POST /api/order of type json, for
 * a user with a session, makes a quotation from `{partner, lines: [{product, quantity, price?}]}`.
 */
import { abort, type ControllerEnv, raise, route, type SandboxModule } from "../urls/controllers.js";

/** A product by its id or its reference. */
function productOf(env: ControllerEnv, product: unknown, at: number): number {
  const domain = typeof product === "number" ? [["id", "=", product]] : [["default_code", "=", product]];
  const [found] =
    typeof product === "number" || typeof product === "string"
      ? env.search("product.product", domain, { limit: 1 })
      : [];
  return found ?? raise("ValidationError", `Line ${at + 1}: there is no product ${JSON.stringify(product ?? null)}.`);
}

function lineOf(env: ControllerEnv, line: unknown, at: number): unknown {
  if (typeof line !== "object" || line === null) raise("ValidationError", `Line ${at + 1} is no object.`);
  const { product, quantity = 1, price } = line as Record<string, unknown>;
  if (typeof quantity !== "number" || quantity <= 0)
    raise("ValidationError", `Line ${at + 1}: the quantity must be a number above 0.`);
  if (price !== undefined && typeof price !== "number")
    raise("ValidationError", `Line ${at + 1}: the price must be a number.`);
  const values = { product_id: productOf(env, product, at), product_uom_qty: quantity };
  return [0, 0, price === undefined ? values : { ...values, price_unit: price }];
}

export const orderApi: SandboxModule = {
  name: "order_api",
  routes: [
    route("/api/order", { type: "json", auth: "user", methods: ["POST"] }, ({ env, params }) => {
      const { partner, lines } = params;
      if (typeof partner !== "number") raise("UserError", "An order needs a partner: its id.");
      if (env.search("res.partner", [["id", "=", partner]]).length === 0) abort(404);
      if (!Array.isArray(lines) || lines.length === 0) raise("UserError", "An order needs at least one line.");
      const values = { partner_id: partner, order_line: lines.map((line, at) => lineOf(env, line, at)) };
      const id = env.create("sale.order", values);
      const [order] = env.read("sale.order", [id], ["name", "state", "amount_total"]);
      return order;
    }),
  ],
};
