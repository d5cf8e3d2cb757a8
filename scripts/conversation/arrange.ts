import { Random } from "#lib/synthesis/random.ts";
import type { Line } from "./repair_day.ts";

/** Where a line goes, in samples from the recording's first. */
export interface PlacedLine {
  readonly speaker: string;
  readonly start: number;
  readonly end: number;
}

/** Lines on a recording. */
export interface Arrangement {
  /** As many as lines, in their order. */
  readonly placed: readonly PlacedLine[];
  /** Samples of the whole. */
  readonly length: number;
}

/**
 * Places lines one after the other, each by a gap drawn from its range, which is counted from the end of the line before it.
 * Nobody speaks over themselves: a line begins 50 ms after the last one of its speaker ended, at the earliest.
 *
 * @param lengths Samples of each line.
 */
export function arrange(
  lines: readonly Line[],
  { lengths, seed, sampleRate }: {
    readonly lengths: readonly number[];
    /** Integer from 0. */
    readonly seed: number;
    readonly sampleRate: number;
  },
): Arrangement {
  if (lengths.length !== lines.length) {
    throw new RangeError(`${lines.length} lines have ${lengths.length} lengths.`);
  }
  const random = new Random(seed);
  const ends = new Map<string, number>();
  let before = 0;
  const placed = lines.map(([speaker, , [from, to]], i): PlacedLine => {
    const drawn = before + Math.round((from + (to - from) * random.uniform()) * sampleRate);
    const start = Math.max(0, drawn, (ends.get(speaker) ?? -sampleRate) + Math.round(0.05 * sampleRate));
    const end = start + lengths[i];
    ends.set(speaker, end);
    before = end;
    return { speaker, start, end };
  });
  return { placed, length: Math.max(0, ...ends.values()) + Math.round(0.8 * sampleRate) };
}
