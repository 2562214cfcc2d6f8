/** What contacts, leads and the units of sales do otherwise from version to version. */

export interface SellingProfile {
  /** What stands for a contact without a name behind its company's, by the type of address. */
  readonly addressNames: Readonly<Record<string, string>>;
  /** Archiving a lead makes its probability nothing; otherwise only losing it does. */
  readonly archivingLoses: boolean;
  /** A lead that is made in a won stage is closed at once, and none in such a stage can be lost. */
  readonly keepsWonLeads: boolean;
  /** The amount of an order's line before its discount is reckoned back from what is left. */
  readonly reckonsDiscountBack: boolean;
  /** A unit's factor counts how many of it make the reference, or how much of the reference it is. */
  readonly unitFactor: "into" | "of";
}

export const selling18: SellingProfile = {
  addressNames: { invoice: "Invoice Address", delivery: "Delivery Address", other: "Other Address" },
  archivingLoses: true,
  keepsWonLeads: false,
  reckonsDiscountBack: true,
  unitFactor: "into",
};

export const selling19: SellingProfile = {
  addressNames: { invoice: "Invoice", delivery: "Delivery", other: "Other" },
  archivingLoses: false,
  keepsWonLeads: true,
  reckonsDiscountBack: false,
  unitFactor: "of",
};
