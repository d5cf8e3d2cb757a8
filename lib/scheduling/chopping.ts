import type { Part } from "./part.ts";

/** How parts that are longer than a network takes are cut, and their outputs put together again. */
export interface Chopping<Input, Output> {
  /** At least one part, each of at most `maxLength`. */
  chop(part: Part<Input>, maxLength: number): Iterable<Part<Input>>;
  /** The whole's output from its pieces' outputs, in order. */
  join(outputs: readonly Output[], whole: Part<Input>): Output;
}

/** A part checked, and cut where it has to be. */
export interface ChoppedPart<Input> {
  readonly pieces: readonly Part<Input>[];
  /** Whether the part was too long. */
  readonly chopped: boolean;
}

/**
 * Checks a part's length and cuts it when it is over `maxLength`. A `RangeError` names the part: for a length
 * that is not a whole number above 0, for one that is too long when there is no `chopping`, and for pieces that do
 * not fit either.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { chopPart } from "#lib/scheduling/chopping.ts";
 *
 * const chopping = {
 *   *chop({ input }: { input: string }, max: number) {
 *     for (let at = 0; at < input.length; at += max) {
 *       const piece = input.slice(at, at + max);
 *       yield { input: piece, length: piece.length };
 *     }
 *   },
 *   join: (outputs: readonly string[]) => outputs.join(""),
 * };
 * const { pieces } = chopPart({ input: "abcde", length: 5 }, { index: 0, maxLength: 2, chopping });
 * deepStrictEqual(pieces.map(({ input }) => input), ["ab", "cd", "e"]);
 * throws(() => chopPart({ input: "abc", length: 3 }, { index: 4, maxLength: 2 }), /Part 4 .* at most 2/);
 * ```
 */
export function chopPart<Input, Output>(
  part: Part<Input>,
  options: { index: number; maxLength: number; chopping?: Chopping<Input, Output> },
): ChoppedPart<Input> {
  const { index, maxLength, chopping } = options;
  assertLength(part.length, `Part ${index}`);
  if (part.length <= maxLength) return { pieces: [part], chopped: false };
  if (chopping === undefined) {
    throw new RangeError(
      `Part ${index} has a length of ${part.length}, the network takes at most ${maxLength}`,
    );
  }
  const pieces = [...chopping.chop(part, maxLength)];
  if (pieces.length === 0) {
    throw new RangeError(`Part ${index} was chopped to nothing, it needs a piece or more`);
  }
  for (const piece of pieces) {
    assertLength(piece.length, `A piece of part ${index}`);
    if (piece.length > maxLength) {
      const given = `A piece of part ${index} has a length of ${piece.length}`;
      throw new RangeError(`${given}, the network takes at most ${maxLength}`);
    }
  }
  return { pieces, chopped: true };
}

function assertLength(length: number, what: string): void {
  // Whole, because lengths are added and taken away again: what is left must be exactly 0.
  if (Number.isSafeInteger(length) && length > 0) return;
  throw new RangeError(`${what} has a length of ${length}, it must be a whole number above 0`);
}
