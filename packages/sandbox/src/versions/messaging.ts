/** What messages, followers, activities and files do otherwise from version to version. */

export interface MessagingProfile {
  /** The first message of a record carries its name too. */
  readonly namesFirstMessage: boolean;
  /** A message is called like the record that it is about; otherwise it has no name. */
  readonly messagesHaveNames: boolean;
  /** The customer of a confirmed order and of a posted invoice follows it. */
  readonly customersFollow: boolean;
  /** An activity without a user is its maker's. */
  readonly assignsActivities: boolean;
  /** An activity that is done stays, archived; otherwise it is deleted. */
  readonly keepsDoneActivities: boolean;
  /** Who may read a record reads its activities; otherwise that takes the right to write it. */
  readonly readersSeeActivities: boolean;
  /** A file that hangs on a record is refused in the words of that record; otherwise by the file's own name. */
  readonly refusesFilesByRecord: boolean;
  /** What message_post answers. */
  posted(message: number): unknown;
  /** Records that a method answers: their Python text, or their ids. */
  records(model: string, ids: readonly number[]): unknown;
  /** Ids in a refusal. */
  listed(ids: readonly number[]): string;
  /** The message about a done activity. */
  reported(html: string): string;
}

export const messaging18: MessagingProfile = {
  namesFirstMessage: false,
  messagesHaveNames: true,
  customersFollow: true,
  assignsActivities: true,
  keepsDoneActivities: false,
  readersSeeActivities: false,
  refusesFilesByRecord: true,
  posted: (message) => message,
  records: (model, ids) => `${model}(${ids.join(", ")}${ids.length === 1 ? "," : ""})`,
  listed: (ids) => `[${ids.join(", ")}]`,
  reported: (html) => html,
};

export const messaging19: MessagingProfile = {
  namesFirstMessage: true,
  messagesHaveNames: false,
  customersFollow: false,
  assignsActivities: false,
  keepsDoneActivities: true,
  readersSeeActivities: true,
  refusesFilesByRecord: false,
  posted: (message) => [message],
  records: (_model, ids) => ids,
  listed: (ids) => ids.join(", "),
  reported: (html) => `<div>${html}</div>`,
};
