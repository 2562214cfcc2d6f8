/** Where in the values an encoder stands: written out only when it has to refuse something there. */
import { MarshallingError } from "./errors.js";

export class Trail {
  readonly #root: string;
  readonly #steps: (string | number)[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** Goes into an item by its index, or into a member by its name. */
  enter(step: string | number): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  /** The error for the value that is entered: `params[3].name: ...`. */
  refused(detail: string): MarshallingError {
    let path = this.#root;
    for (const step of this.#steps)
      if (typeof step === "number") path += `[${step}]`;
      else path += path === "" ? step : `.${step}`;
    return new MarshallingError(detail, path);
  }
}
