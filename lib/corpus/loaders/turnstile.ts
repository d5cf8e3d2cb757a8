/**
 * Lets so many things be done at a time; the others wait in the order in which they came.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Turnstile } from "#lib/corpus/loaders/turnstile.ts";
 * const turnstile = new Turnstile(1);
 * const done: string[] = [];
 * const slow = turnstile.run(async () => {
 *   await new Promise((resolve) => setTimeout(resolve, 5));
 *   done.push("slow");
 * });
 * await Promise.all([slow, turnstile.run(() => Promise.resolve(done.push("quick")))]);
 * assert.deepEqual(done, ["slow", "quick"]);
 * ```
 */
export class Turnstile {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * @param most Things at a time.
   * @throws {RangeError} That is no whole number from 1.
   */
  constructor(most: number) {
    if (!Number.isSafeInteger(most) || most < 1) {
      throw new RangeError(`So many things at a time are a whole number from 1, not ${most}.`);
    }
    this.#most = most;
  }

  /** Does one when it is its turn. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Who waits takes the place over.
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
