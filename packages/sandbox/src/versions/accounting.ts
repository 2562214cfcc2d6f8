/** What accounting says and does otherwise from version to version. */

export interface AccountingProfile {
  /** A draft is named before it is posted: the first of its period by its number, any other "/". */
  readonly namesDrafts: boolean;
  /** button_draft of a paid document takes its payments off. */
  readonly draftUndoesPayments: boolean;
  /** Accounts are shown with their code. */
  readonly showsCodes: boolean;
  /** Posting a payment that is posted is refused; otherwise passed over. */
  readonly repostsPayments: boolean;
  readonly nothingToPost: string;
  readonly customerMissing: string;
  readonly vendorMissing: string;
  readonly archivedAccount: string;
  readonly nothingToPay: string;
  /** Refusal of an entry whose debits and credits differ; amounts as the currency writes them. */
  unbalanced(entry: string, debits: string, credits: string, journal: string): string;
  /** Name of the line of a down payment of so many percent. */
  downPayment(percent: number): string;
}

export const accounting18: AccountingProfile = {
  namesDrafts: true,
  draftUndoesPayments: true,
  showsCodes: true,
  repostsPayments: false,
  nothingToPost: "You need to add a line before posting.",
  customerMissing: "The field 'Customer' is required, please complete it to validate the Customer Invoice.",
  vendorMissing: "The field 'Vendor' is required, please complete it to validate the Vendor Bill.",
  archivedAccount: "A line of this move is using a deprecated account, you cannot post it.",
  nothingToPay: "You can't register a payment because there is nothing left to pay on the selected journal items.",
  unbalanced: (entry, debits, credits, journal) =>
    `An error has occurred.\n\nThe move (${entry}) is not balanced.\nThe total of debits equals ${debits} and the ` +
    `total of credits equals ${credits}.\nYou might want to specify a default account on journal "${journal}" to ` +
    "automatically balance each move.",
  downPayment: (percent) => `Down payment of ${Number.isInteger(percent) ? percent.toFixed(1) : percent}%`,
};

export const accounting19: AccountingProfile = {
  namesDrafts: false,
  draftUndoesPayments: false,
  showsCodes: false,
  repostsPayments: true,
  nothingToPost: "Even magicians can't post nothing!",
  customerMissing:
    "The 'Customer' field is required to validate the invoice.\n" +
    "You probably don't want to explain to your auditor that you invoiced an invisible man :)",
  vendorMissing: "The field 'Vendor' is required, please complete it to validate the Vendor Bill.",
  archivedAccount: "A line of this move is using a archived account, you cannot post it.",
  nothingToPay:
    "There's nothing left to pay for the selected journal items, so no payment registration is necessary. " +
    "You've got your finances under control like a boss!",
  unbalanced: () => "The entry is not balanced.",
  downPayment: (percent) => `Down payment of ${percent.toFixed(2)}%`,
};
