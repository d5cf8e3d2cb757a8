/**
 * A running sum that carries its own rounding error (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation
 * endlicher Summen", ZAMM 54, 1974). The error of the result is about one rounding, whatever the number and order of the
 * terms, as long as the sum of magnitudes times n eps^2 stays small.
 *
 * NaN and infinities come out as the plain sum would give them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NeumaierSum } from "#lib/numerics/neumaier_sum.ts";
 * const sum = new NeumaierSum();
 * for (const x of [1, 1e100, 1, -1e100]) sum.add(x);
 * assert.equal(sum.value, 2);
 * ```
 */
export class NeumaierSum {
  #sum = 0;
  #error = 0;

  /** Add one term. */
  add(x: number): this {
    const total = this.#sum + x;
    if (Math.abs(this.#sum) >= Math.abs(x)) this.#error += this.#sum - total + x;
    else this.#error += x - total + this.#sum;
    this.#sum = total;
    return this;
  }

  /** The sum so far. */
  get value(): number {
    // An infinite sum makes the error term NaN (inf - inf); the sum alone is then the answer.
    return Number.isFinite(this.#sum) ? this.#sum + this.#error : this.#sum;
  }
}
