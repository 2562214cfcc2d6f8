/** The health of the connection, step by step: what `odoorway doctor` prints, of the Odoo that this gateway has. */
import { report } from "../doctor/doctor.js";
import type { Target } from "../doctor/types.js";
import { json, noBody, type Route } from "../http/route.js";

export function doctorRoutes(target: Target): Route[] {
  return [
    {
      method: "GET",
      path: "/v1/doctor",
      operation: "examineConnection",
      summary: "The connection to Odoo examined, step by step, with the fix for what fails",
      tag: "service",
      scope: "admin",
      parameters: {
        models: { description: "Models whose access is examined, separated by commas.", schema: { type: "string" } },
        route: { description: "A custom controller to examine, as in POST /api/order.", schema: { type: "string" } },
      },
      body: noBody,
      produces: json,
      answers: { 200: "The report; its member state is that of the worst step: ok, warning or failure." },
      handle: async ({ query }) => {
        const models = (query.parameters.get("models") ?? "").split(",").filter((name) => name !== "");
        const route = query.parameters.get("route");
        const options = { ...(models.length === 0 ? {} : { models }), ...(route === undefined ? {} : { route }) };
        return { status: 200, headers: { "cache-control": "no-store" }, body: { json: await report(target, options) } };
      },
    },
  ];
}
