import { compareCodePoints } from "./compare_code_points.ts";
import { SEGMENT_PRECISION } from "./segment.ts";

/** Turns as columns of numbers, ascending by start, then end, then track. No turn is empty. */
export interface TurnColumns {
  /** Labels, sorted as Python sorts strings. Each has a turn. */
  readonly labels: readonly string[];
  readonly startSec: Float64Array;
  readonly endSec: Float64Array;
  /** Index into `labels`, per turn. */
  readonly speaker: Int32Array;
}

/** Columns of turns whose tracks are named by a number, as those read from a file by their line. */
export interface NumberedTurns extends TurnColumns {
  /** Number that names the track, per turn; all different. */
  readonly track: Int32Array;
}

/**
 * Gathers turns in any order and gives their columns; what is as short as an empty segment is left out. For the millions of
 * lines of an RTTM, that would take seconds as objects.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TurnList } from "#lib/timeline/turn_columns.ts";
 *
 * const turns = new TurnList();
 * turns.push(4, 9, "cem", 0);
 * turns.push(0, 4, "bob", 1);
 * const { labels, startSec, speaker, track } = turns.columns();
 * assert.deepEqual([labels, [...startSec], [...speaker], [...track]], [["bob", "cem"], [0, 4], [0, 1], [1, 0]]);
 * ```
 */
export class TurnList {
  readonly #startSec: number[] = [];
  readonly #endSec: number[] = [];
  readonly #speaker: number[] = [];
  readonly #track: number[] = [];
  readonly #indexOf = new Map<string, number>();
  #lastLabel: string | undefined;
  #lastIndex = -1;

  /** Number of turns. */
  get size(): number {
    return this.#startSec.length;
  }

  /** Adds a turn, `track` being a number that no other has; whether it was long enough. */
  push(startSec: number, endSec: number, label: string, track: number): boolean {
    if (!(endSec - startSec > SEGMENT_PRECISION)) return false;
    if (label !== this.#lastLabel) {
      this.#lastLabel = label;
      const known = this.#indexOf.get(label);
      this.#lastIndex = known ?? this.#indexOf.size;
      if (known === undefined) this.#indexOf.set(label, this.#lastIndex);
    }
    // Adding 0 turns -0 into 0, as a segment does.
    this.#startSec.push(startSec + 0);
    this.#endSec.push(endSec + 0);
    this.#speaker.push(this.#lastIndex);
    this.#track.push(track);
    return true;
  }

  /** Adds every turn of another list. */
  pushAll(other: TurnList): void {
    const labels = [...other.#indexOf.keys()];
    for (let i = 0; i < other.size; i++) {
      this.push(other.#startSec[i], other.#endSec[i], labels[other.#speaker[i]], other.#track[i]);
    }
  }

  /** What was gathered, in order. */
  columns(): NumberedTurns {
    const names = [...this.#indexOf.keys()];
    const labels = names.toSorted(compareCodePoints);
    const rank = new Map(labels.map((label, i) => [label, i]));
    const ranks = Int32Array.from(names, (name) => rank.get(name)!);
    const [startSec, endSec] = [new Float64Array(this.#startSec), new Float64Array(this.#endSec)];
    const [speaker, track] = [new Int32Array(this.#speaker), new Int32Array(this.#track)];
    for (let i = 0; i < speaker.length; i++) speaker[i] = ranks[speaker[i]];
    return sorted({ labels, startSec, endSec, speaker, track });
  }
}

function sorted(turns: NumberedTurns): NumberedTurns {
  const { labels, startSec, endSec, speaker, track } = turns;
  const compare = (a: number, b: number): number => {
    if (startSec[a] !== startSec[b]) return startSec[a] - startSec[b];
    if (endSec[a] !== endSec[b]) return endSec[a] - endSec[b];
    return String(track[a]) < String(track[b]) ? -1 : 1;
  };
  const size = startSec.length;
  let i = 1;
  while (i < size && (startSec[i - 1] < startSec[i] || compare(i - 1, i) < 0)) i++;
  if (i >= size) return turns;
  const order = new Uint32Array(size);
  for (let j = 0; j < size; j++) order[j] = j;
  order.sort(compare);
  return {
    labels,
    startSec: startSec.map((_, j) => startSec[order[j]]),
    endSec: endSec.map((_, j) => endSec[order[j]]),
    speaker: speaker.map((_, j) => speaker[order[j]]),
    track: track.map((_, j) => track[order[j]]),
  };
}
