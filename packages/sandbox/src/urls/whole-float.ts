/** JSON as Python writes it: a float that is whole keeps its ".0", so that clients in Python see a float. */

class WholeFloat {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  /** A mark that no stored text can hold: texts have no NUL. */
  toJSON(): string {
    return `\u0000${this.#value}.0`;
  }
}

export function pythonFloat(value: number): unknown {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? new WholeFloat(value) : value;
}

/** JSON.stringify, with the marks of whole floats made numbers. */
export function pythonJson(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0000(-?\d+\.0)"/g, "$1");
}
