/** ir.module.module: named by its label. Nothing can be installed. */
import type { Behaviour } from "../orm/model.js";

export const moduleModel: Behaviour = {
  model: "ir.module.module",
  recName: "shortdesc",
  namesSearched: ["name", "shortdesc", "summary"],
  sql: [{ message: "The name of the module must be unique!", unique: ["name"] }],
};
