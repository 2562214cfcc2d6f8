/** Text of strangers, made safe for a terminal. */

/** Without what would move the cursor, colour, hide or turn the text: control characters, and Unicode's direction marks. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
