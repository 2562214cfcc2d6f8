/** Every model with a behaviour of its own; the others of a version do what all models do. */
import type { Behaviour } from "../orm/model.js";
import { attachment } from "./attachments.js";
import { baseModels } from "./base.js";
import { moduleModel } from "./modules.js";
import { partner, partnerCategory } from "./partners.js";
import { category, product, template, uom } from "./products.js";
import { saleOrder, saleOrderLine } from "./sales.js";

export const behaviours: readonly Behaviour[] = [
  ...baseModels,
  attachment,
  moduleModel,
  partner,
  partnerCategory,
  template,
  product,
  category,
  uom,
  saleOrder,
  saleOrderLine,
];
