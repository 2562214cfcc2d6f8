/** What an expression and a payload may cost. In one place, so that the reference can name each. */

export const limits = {
  /** Milliseconds that one expression may take. */
  expressionTime: 2_000,
  /** Milliseconds that all expressions of one payload may take together. */
  planTime: 10_000,
  /** Levels of calls within one expression. */
  calls: 300,
  /** Items of a list that an expression makes. */
  items: 100_000,
  /** Characters of a text that an expression makes. */
  text: 4_000_000,
  /** Steps that the search for a pattern may need at the worst, by its shape, without a watch on its time. */
  regexSteps: 30_000_000,
  /** Milliseconds that one search through a longer text may take. */
  regexTime: 250,
  /** Levels of lists and objects within a payload. */
  payloadDepth: 100,
  /** Values of a payload, lists and objects counted. */
  payloadValues: 500_000,
  /** Characters of a payload's texts and keys together. */
  payloadText: 20_000_000,
  /** Records that one payload may make, lines counted. */
  records: 10_000,
  /** Characters of a record's key. */
  key: 200,
} as const;
