/** Every model with a behaviour of its own; the others of a version do what all models do. */
import type { Behaviour } from "../orm/model.js";
import { accountModels, lineInvoicing, orderInvoicing } from "./account/index.js";
import { apiKey } from "./api-keys.js";
import { attachment } from "./attachments.js";
import { baseModels } from "./base.js";
import { withCompanyChecks } from "./company-checks.js";
import { lead } from "./crm/leads.js";
import { campaign, team } from "./crm/teams.js";
import { mailModels, withThreads } from "./mail/index.js";
import { moduleModel } from "./modules.js";
import { partner, partnerCategory } from "./partners.js";
import { withPortalRules } from "./portal.js";
import { category, product, template, uom } from "./products.js";
import { purchaseModels } from "./purchase/index.js";
import { saleOrder, saleOrderLine } from "./sales.js";
import { settingModels } from "./settings.js";
import { stockModels } from "./stock/index.js";

const models: readonly Behaviour[] = [
  ...baseModels,
  apiKey,
  attachment,
  moduleModel,
  partner,
  partnerCategory,
  template,
  product,
  category,
  uom,
  showing(saleOrder, orderInvoicing),
  showing(saleOrderLine, lineInvoicing),
  ...accountModels,
  ...stockModels,
  ...purchaseModels,
  lead,
  team,
  campaign,
  ...mailModels,
  ...settingModels,
];

export const behaviours: readonly Behaviour[] = withCompanyChecks(withPortalRules(withThreads(models)));

/** A behaviour with the values that another room computes for it. */
function showing(behaviour: Behaviour, computes: Behaviour["computes"]): Behaviour {
  return { ...behaviour, computes: { ...behaviour.computes, ...computes } };
}
