import fc from "fast-check";
import { Annotation, Segment, Timeline } from "#lib/timeline/mod.ts";

/** Segments on a grid of quarter seconds, so that sums are exact and bounds often coincide; some are empty. */
export const segments = fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 20 }))
  .map(([start, length]) => new Segment(start / 4, (start + length) / 4));

export const timelines = fc.array(segments, { maxLength: 20 }).map((list) => new Timeline(list));

/** Annotations over up to five labels, with equal segments and labels that overlap themselves. */
export const annotations = fc.array(fc.tuple(segments, fc.constantFrom("a", "b", "c", "d", "e")), {
  maxLength: 20,
})
  .map((turns) =>
    turns.reduce((annotation, [segment, label]) => annotation.add(segment, label), new Annotation())
  );

/** Times in whole thousandths within a day. */
const millis = fc.integer({ min: 0, max: 86_400_000 });

/** Annotations whose times have three decimals, with labels of any characters but spaces. */
export const writtenAnnotations = fc.array(
  fc.tuple(
    millis,
    fc.integer({ min: 1, max: 60_000 }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((label) =>
      !/[\s\p{Cc}\uFEFF]/u.test(label)
    ),
  ),
  { maxLength: 30 },
).map((turns) => {
  const annotation = new Annotation({ uri: "day" });
  for (const [start, length, label] of turns) {
    annotation.add(new Segment(start / 1000, (start + length) / 1000), label);
  }
  return annotation;
});

/** The quarters [k/4, (k+1)/4) that a list of segments covers: the naive picture of a timeline. */
export function quarters(list: Iterable<Segment>): Set<number> {
  const covered = new Set<number>();
  for (const { start, end } of list) for (let k = start * 4; k < end * 4; k++) covered.add(k);
  return covered;
}

/** How many segments cover each quarter. */
export function depths(list: Iterable<Segment>): Map<number, number> {
  const depth = new Map<number, number>();
  for (const segment of list) for (const k of quarters([segment])) depth.set(k, (depth.get(k) ?? 0) + 1);
  return depth;
}
