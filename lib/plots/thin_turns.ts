/** A stretch of time in seconds of the recording. */
export interface Turn {
  readonly startSec: number;
  readonly endSec: number;
}

/** Lanes of turns, and what had to be joined to make them few. */
export interface ThinnedLanes {
  readonly lanes: readonly (readonly Turn[])[];
  /** Turns nearer than this are joined; 0 when none were. */
  readonly gapSec: number;
}

/**
 * So many turns that a picture can hold them: within each lane, turns with a short pause between them are joined, and the pause grows from
 * a quarter of a pixel until at most `limit` turns are left. Few turns stay as they are.
 *
 * @param lanes Turns of each lane, by start.
 * @param options `limit`: turns in all lanes together; `pixelSec`: how many seconds a pixel holds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thinTurns } from "#lib/plots/thin_turns.ts";
 * const turns = [0, 10, 11, 30].map((startSec) => ({ startSec, endSec: startSec + 0.9 }));
 * const { lanes } = thinTurns([turns], { limit: 3, pixelSec: 1 });
 * assert.deepEqual(lanes[0].map(({ startSec }) => startSec), [0, 10, 30]);
 * ```
 */
export function thinTurns(
  lanes: readonly (readonly Turn[])[],
  options: { readonly limit: number; readonly pixelSec: number },
): ThinnedLanes {
  const count = (all: readonly (readonly Turn[])[]) => all.reduce((sum, { length }) => sum + length, 0);
  // Below one turn in each lane it cannot go.
  const limit = Math.max(options.limit, lanes.length);
  let thinned = lanes, gapSec = 0;
  while (count(thinned) > limit) {
    gapSec = gapSec === 0 ? options.pixelSec / 4 : 1.4 * gapSec;
    thinned = lanes.map((turns) => joined(turns, gapSec));
  }
  return { lanes: thinned, gapSec };
}

function joined(turns: readonly Turn[], gapSec: number): Turn[] {
  const result: Turn[] = [];
  for (const turn of turns) {
    const last = result.at(-1);
    if (last !== undefined && turn.startSec - last.endSec < gapSec) {
      result[result.length - 1] = {
        startSec: last.startSec,
        endSec: Math.max(last.endSec, turn.endSec),
      };
    } else result.push(turn);
  }
  return result;
}
