/** Accounting as the list of models shows it. */
import type { Behaviour } from "../../orm/model.js";
import { account, journal, methodLine, tax } from "./chart.js";
import { moveLine } from "./lines.js";
import { move } from "./moves.js";
import { payment } from "./payments.js";
import { register } from "./register.js";
import { reversal } from "./reversal.js";
import { advancePayment } from "./sale-invoicing.js";

export { lineInvoicing, orderInvoicing } from "./sale-invoicing.js";

export const accountModels: readonly Behaviour[] = [
  account,
  journal,
  methodLine,
  tax,
  move,
  moveLine,
  payment,
  register,
  reversal,
  advancePayment,
];
