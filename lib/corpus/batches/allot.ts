/** A group that something is shared out among. */
export interface AllotInput {
  /** How many it has. */
  readonly size: number;
  /** Its share's weight, from 0. */
  readonly weight: number;
}

/** What is lost to arithmetic makes no remainder larger than another. */
const NOTHING = 1e-9;

/**
 * Shares out a number among groups by their weights: largest remainder, ties to the larger group, then to the earlier; no group is given
 * more than it has, and what is cut goes to the others by the same rule. Groups of weight 0 are given nothing.
 *
 * @returns One number a group; together the number, or less where the groups have no more.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { allot } from "#lib/corpus/batches/allot.ts";
 * assert.deepEqual(allot([{ size: 40, weight: 5 }, { size: 188, weight: 1 }], 100), [40, 60]);
 * ```
 */
export function allot(groups: readonly AllotInput[], count: number): number[] {
  const given = groups.map(() => 0);
  for (let left = count; left > 0;) {
    const open = [...groups.keys()].filter((i) => groups[i].weight > 0 && given[i] < groups[i].size);
    if (open.length === 0) break;
    const total = open.reduce((sum, i) => sum + groups[i].weight, 0);
    const parts = open.map((i) => {
      const quota = left * (groups[i].weight / total);
      const whole = Math.floor(quota + NOTHING);
      return { i, whole, rest: quota - whole };
    });
    let missing = left - parts.reduce((sum, { whole }) => sum + whole, 0);
    const byRest = [...parts].sort((a, b) =>
      Math.abs(a.rest - b.rest) > NOTHING ? b.rest - a.rest : groups[b.i].size - groups[a.i].size || a.i - b.i
    );
    for (const part of byRest) if (missing-- > 0) part.whole++;
    for (const { i, whole } of parts) {
      const taken = Math.min(whole, groups[i].size - given[i]);
      given[i] += taken;
      left -= taken;
    }
  }
  return given;
}

/**
 * Shares out a number as equally as groups' sizes allow: one each in turn, full ones are passed over.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { allotEqually } from "#lib/corpus/batches/allot.ts";
 * assert.deepEqual(allotEqually([2, 9, 9], 9), [2, 4, 3]);
 * ```
 */
export function allotEqually(sizes: readonly number[], count: number): number[] {
  const given = sizes.map(() => 0);
  for (let left = count; left > 0;) {
    const open = [...sizes.keys()].filter((i) => given[i] < sizes[i]);
    if (open.length === 0) break;
    // As many rounds at once as none is full within; then one, of which the last may not get any.
    const rounds = Math.min(Math.floor(left / open.length), ...open.map((i) => sizes[i] - given[i]));
    for (const i of rounds > 0 ? open : open.slice(0, left)) given[i] += Math.max(1, rounds);
    left -= rounds > 0 ? rounds * open.length : left;
  }
  return given;
}
