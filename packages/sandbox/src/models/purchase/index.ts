/** The models of purchase that have a behaviour of their own. */
import type { Behaviour } from "../../orm/model.js";
import { purchaseLine } from "./lines.js";
import { purchaseOrder } from "./orders.js";
import { vendorOffer } from "./vendors.js";

export const purchaseModels: readonly Behaviour[] = [purchaseOrder, purchaseLine, vendorOffer];
