import type { PowersetOptions } from "./contract.ts";

const MOST_SPEAKERS = 30;
/** A network's last layer is never this wide; a wrong option is. */
const MOST_CLASSES = 65_536;

/** The classes of a powerset encoding. */
export interface PowersetClasses {
  /** S. */
  readonly speakers: number;
  /** P: number of classes. */
  readonly classes: number;
  /** (P,) of each class its members, bit s for speaker s. */
  readonly members: Uint32Array<ArrayBuffer>;
}

/**
 * The sets of up to `maxSetSize` of `speakers` speakers in the order of pyannote's classes: small sets first, equally large ones
 * in lexicographic order; {}, {0}, {1}, {2}, {0,1}, {0,2}, {1,2} by default (pyannote utils/powerset.py).
 *
 * @throws {RangeError} on sizes outside their range, or more than 65 536 classes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { powersetClasses } from "#kernels/powerset/powerset_classes.ts";
 * assert.deepEqual([...powersetClasses().members], [0b000, 0b001, 0b010, 0b100, 0b011, 0b101, 0b110]);
 * ```
 */
export function powersetClasses(options: PowersetOptions = {}): PowersetClasses {
  const { speakers = 3, maxSetSize = 2 } = options;
  if (!Number.isInteger(speakers) || speakers < 1 || speakers > MOST_SPEAKERS) {
    throw new RangeError(`A powerset needs 1 to ${MOST_SPEAKERS} speakers, not ${speakers}.`);
  }
  if (!Number.isInteger(maxSetSize) || maxSetSize < 0 || maxSetSize > speakers) {
    throw new RangeError(
      `Of ${speakers} speakers 0 to ${speakers} can be active at once, not ${maxSetSize}.`,
    );
  }
  const members: number[] = [];
  const add = (missing: number, from: number, set: number): void => {
    if (missing === 0) {
      if (members.push(set) > MOST_CLASSES) {
        throw new RangeError(
          `Sets of up to ${maxSetSize} of ${speakers} speakers are more than ${MOST_CLASSES} classes.`,
        );
      }
      return;
    }
    for (let s = from; s <= speakers - missing; s++) add(missing - 1, s + 1, set | (1 << s));
  };
  for (let size = 0; size <= maxSetSize; size++) add(size, 0, 0);
  return { speakers, classes: members.length, members: Uint32Array.from(members) };
}

/**
 * Refuse scores that are not whole frames, and say how many frames they are.
 *
 * @throws {RangeError} naming both sizes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countFrames, powersetClasses } from "#kernels/powerset/powerset_classes.ts";
 * assert.equal(countFrames({ length: 14 }, powersetClasses()), 2);
 * assert.throws(() => countFrames({ length: 8 }, powersetClasses()), /8 scores are not whole frames of 7 classes/);
 * ```
 */
export function countFrames(scores: { readonly length: number }, { classes }: PowersetClasses): number {
  if (scores.length % classes !== 0) {
    throw new RangeError(`${scores.length} scores are not whole frames of ${classes} classes.`);
  }
  return scores.length / classes;
}
