/** Made-up diarizations for the tests: turns as plain numbers, and annotations of them. */
import fc from "fast-check";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";

/** Start and end in seconds, and who speaks. */
export type Turn = readonly [start: number, end: number, speaker: string];

/** Every turn as a track of its own, so that a speaker may say the same thing twice at once. */
export function annotationOf(turns: readonly Turn[], uri?: string): Annotation {
  const annotation = new Annotation({ uri });
  turns.forEach(([start, end, speaker], i) => annotation.set(new Segment(start, end), String(i), speaker));
  return annotation;
}

/** Up to 12 turns of up to 4 speakers on whole seconds between 0 and 40: ties, touching turns and self-overlap are common. */
export function turnsArbitrary(prefix: string, minLength = 0): fc.Arbitrary<Turn[]> {
  const turn = fc.tuple(
    fc.integer({ min: 0, max: 32 }),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 0, max: 3 }),
  ).map(([start, length, speaker]): Turn => [start, start + length, `${prefix}${speaker}`]);
  return fc.array(turn, { minLength, maxLength: 12 });
}
