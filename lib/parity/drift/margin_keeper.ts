import type { Margin, MarginList } from "./margins.ts";
import type { DriftSpot } from "./run_difference.ts";

/**
 * Keeps the nearest of many decisions of one kind; where they lie is only worked out for those that stay.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MarginKeeper } from "#lib/parity/drift/margin_keeper.ts";
 * const keeper = new MarginKeeper({ kind: "AHC cut", unit: "distance", question: "?", counted: false }, 1);
 * keeper.add(0.5, 0.6, () => ({ at: { merge: 0 } }));
 * keeper.add(0.59, 0.6, () => ({ at: { merge: 1 } }));
 * const { total, nearest } = keeper.list();
 * assert.deepEqual([total, nearest[0].at.merge], [2, 1]);
 * ```
 */
export class MarginKeeper {
  readonly #what: Pick<MarginList, "kind" | "unit" | "question" | "counted">;
  readonly #limit: number;
  readonly #kept: { value: number; threshold: number; distance: number; spot: () => DriftSpot }[] = [];
  #worst = Infinity;
  #total = 0;
  #ties = 0;

  /** @param limit How many are kept. */
  constructor(what: Pick<MarginList, "kind" | "unit" | "question" | "counted">, limit: number) {
    this.#what = what;
    this.#limit = limit;
  }

  /** Takes a decision, or `times` neighbours that are alike; one with NaN is not counted. */
  add(value: number, threshold: number, spot: () => DriftSpot, times = 1): void {
    const distance = Math.abs(value - threshold);
    if (distance !== distance) return;
    this.#total += times;
    if (distance === 0) this.#ties += times;
    if (this.#kept.length >= 2 * this.#limit) this.#shrink();
    if (!(distance < this.#worst)) return;
    this.#kept.push({ value, threshold, distance, spot });
  }

  /** What was kept, nearest first; the earlier of equals first. */
  list(): MarginList {
    this.#shrink();
    const nearest = this.#kept.map(({ value, threshold, distance, spot }): Margin => {
      const size = Math.max(Math.abs(value), Math.abs(threshold));
      const relative = distance === 0 ? 0 : distance / size;
      return { kind: this.#what.kind, value, threshold, distance, relative, ...spot() };
    });
    return { ...this.#what, total: this.#total, ties: this.#ties, nearest };
  }

  #shrink(): void {
    this.#kept.sort((x, y) => x.distance - y.distance);
    if (this.#kept.length < this.#limit) return;
    this.#kept.length = this.#limit;
    this.#worst = this.#kept[this.#limit - 1].distance;
  }
}
