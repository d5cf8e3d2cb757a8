/** What a search for few was left with. */
export interface Minimized<Item> {
  readonly items: readonly Item[];
  /** Whether none of them can be left out; false when tests ran out. */
  readonly minimal: boolean;
  readonly tests: number;
}

/**
 * Few of some items that are enough for an effect of all of them, none of which can be left out: delta debugging, `ddmin`
 * of A. Zeller and R. Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE 28 (2002).
 *
 * @param items In order; those that go together should be neighbours.
 * @param options `enough`: whether some of them have the effect; `maxTests`: give up after so many.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { minimize } from "#lib/parity/drift/minimize.ts";
 * const enough = (some: readonly number[]) => Promise.resolve(some.includes(3) && some.includes(17));
 * const { items, minimal } = await minimize([...Array(20).keys()], { enough });
 * assert.deepEqual([items, minimal], [[3, 17], true]);
 * ```
 */
export async function minimize<Item>(
  items: readonly Item[],
  options: {
    readonly enough: (some: readonly Item[]) => Promise<boolean>;
    readonly maxTests?: number;
  },
): Promise<Minimized<Item>> {
  const { enough, maxTests = 200 } = options;
  let left = items, parts = 2, tests = 0;
  while (left.length > 1) {
    const size = Math.ceil(left.length / parts);
    const subsets = Array.from(
      { length: Math.ceil(left.length / size) },
      (_, i) => left.slice(i * size, (i + 1) * size),
    );
    const complements = subsets.length === 2
      ? []
      : subsets.map((_, i) => subsets.flatMap((subset, j) => j === i ? [] : subset));
    let found: { items: readonly Item[]; parts: number } | undefined;
    for (const [i, candidate] of [...subsets, ...complements].entries()) {
      if (tests === maxTests) return { items: left, minimal: false, tests };
      tests++;
      if (!await enough(candidate)) continue;
      found = { items: candidate, parts: i < subsets.length ? 2 : Math.max(2, parts - 1) };
      break;
    }
    if (found !== undefined) {
      left = found.items;
      parts = found.parts;
    } else if (size === 1) break;
    else parts = Math.min(left.length, 2 * parts);
  }
  return { items: left, minimal: true, tests };
}
