/** The two ways in which a codec fails: what came in cannot be read, or what goes out cannot be written. */

/** The text is not a valid message. `offset` counts UTF-16 units from its start. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly offset: number;

  constructor(detail: string, offset: number) {
    super(`${detail} (at offset ${offset})`);
    this.offset = offset;
  }
}

/** A value that the protocol cannot carry. `path` names where it stands: `params[3].name`. */
export class MarshallingError extends Error {
  override readonly name = "MarshallingError";
  readonly path: string;

  constructor(detail: string, path: string) {
    super(`${path}: ${detail}`);
    this.path = path;
  }
}
