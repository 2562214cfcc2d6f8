/** Stock and purchase in a version: what 18.0 and 19.0 say or do otherwise than one another. */

export interface LogisticsProfile {
  /** The unit of a purchase order's line. */
  readonly purchaseUom: "product_uom" | "product_uom_id";
  readonly purchaseTaxes: "taxes_id" | "tax_ids";
  /** The unit of a vendor's price. */
  readonly vendorUom: "product_uom" | "product_uom_id";
  /** A locked purchase order is in the state `done` (18), or has the flag `locked` (19). */
  readonly locksByState: boolean;
  /** A move takes the locations of its picking where it names none. */
  readonly moveTakesLocations: boolean;
  /** button_validate passes over what is done; 18 finds nothing reserved there. */
  readonly validatesDoneAgain: boolean;
  /** stock.lot.create is no method of the model: it takes ids first and answers the record's Python text. */
  readonly lotCreateTakesIds: boolean;
  /** The inventory tracking of a product that was moved may no longer be changed. */
  readonly keepsTracking: boolean;
  /** scheduled_date of a done transfer may no longer be changed. */
  readonly keepsSchedule: boolean;
  /** A quantity on hand may be written at the product: an inventory adjustment. */
  readonly writesOnHand: boolean;
  /** purchase orders are confirmed with lines that have no product. */
  readonly confirmsWithoutProduct: boolean;
  /** A purchase order with receipts that are done cannot be cancelled. */
  readonly keepsReceived: boolean;
  /** What button_draft and button_approve of a purchase order answer. */
  readonly purchaseButtonAnswer: unknown;
  /** A bill of which there is nothing to invoice is refused; otherwise the list of bills is shown. */
  readonly refusesEmptyBill: boolean;
  /** The reference of a vendor stands behind the name of a purchase order, and on its bill. */
  readonly namesVendorReference: boolean;
  /** Applying a count that nobody made counts nothing. */
  readonly countsUnset: boolean;
  /** Who may change settings, as a refusal names them. */
  readonly settingsGroup: string;
  /** Id of the form that asks for a backorder. */
  readonly backorderView: number;
  readonly says: {
    nothingReserved: string;
    deletesDone: string;
    adjustment(user: string): string;
    cannotCancelLocked(orders: string): string;
    cannotCancelReceived(orders: string): string;
  };
}

export const logistics18: LogisticsProfile = {
  purchaseUom: "product_uom",
  purchaseTaxes: "taxes_id",
  vendorUom: "product_uom",
  locksByState: true,
  moveTakesLocations: false,
  validatesDoneAgain: false,
  lotCreateTakesIds: true,
  keepsTracking: true,
  keepsSchedule: true,
  writesOnHand: false,
  confirmsWithoutProduct: true,
  keepsReceived: true,
  purchaseButtonAnswer: {},
  refusesEmptyBill: true,
  namesVendorReference: true,
  countsUnset: false,
  settingsGroup: "Administration/Settings",
  backorderView: 972,
  says: {
    nothingReserved:
      "You cannot validate a transfer if no quantities are reserved. To force the transfer, encode quantities.",
    deletesDone: "You can not delete product moves if the picking is done. You can only correct the done quantities.",
    adjustment: () => "Product Quantity Updated",
    cannotCancelLocked: (orders) => `Unable to cancel purchase order(s): ${orders}. You must first unlock them.`,
    cannotCancelReceived: (orders) =>
      `Unable to cancel purchase order(s): ${orders} since they have receipts that are already done.`,
  },
};

export const logistics19: LogisticsProfile = {
  purchaseUom: "product_uom_id",
  purchaseTaxes: "tax_ids",
  vendorUom: "product_uom_id",
  locksByState: false,
  moveTakesLocations: true,
  validatesDoneAgain: true,
  lotCreateTakesIds: false,
  keepsTracking: false,
  keepsSchedule: false,
  writesOnHand: true,
  confirmsWithoutProduct: false,
  keepsReceived: false,
  purchaseButtonAnswer: {},
  refusesEmptyBill: false,
  namesVendorReference: false,
  countsUnset: true,
  settingsGroup: "Role / Administrator",
  backorderView: 1013,
  says: {
    nothingReserved:
      "Transfer trouble alert! Validating a zero quantity transfer? You're not moving invisible goods around are you?\n" +
      "Set some quantities and let's get moving!",
    deletesDone:
      "Deleting product moves after the transfer is done?\n\n" +
      "That would be like going back in time to revert all operations triggered after this move. Who knows what the " +
      "end result would be, So let's not do it.\n\nTry changing the “done” quantity to 0 instead.",
    adjustment: (user) => `Product Quantity Updated (${user})`,
    cannotCancelLocked: (orders) => `Unable to cancel purchase order(s): ${orders}. You must first unlock them.`,
    cannotCancelReceived: (orders) =>
      `Unable to cancel purchase order(s): ${orders} since they have receipts that are already done.`,
  },
};
