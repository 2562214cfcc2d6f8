/** The models of the inventory that have a behaviour of their own. */
import type { Behaviour } from "../../orm/model.js";
import { location, pickingType, warehouse } from "./locations.js";
import { lot } from "./lots.js";
import { moveLine } from "./move-lines.js";
import { move } from "./moves.js";
import { picking } from "./picking.js";
import { quant } from "./quants.js";
import { reordering } from "./reordering.js";
import { backorderConfirmation, returnPicking, returnPickingLine } from "./wizards.js";

export const stockModels: readonly Behaviour[] = [
  location,
  warehouse,
  pickingType,
  picking,
  move,
  moveLine,
  quant,
  reordering,
  lot,
  backorderConfirmation,
  returnPicking,
  returnPickingLine,
];
