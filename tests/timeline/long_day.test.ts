import { describe, expect, test } from "bun:test";
import { Annotation, formatRttm, parseRttm, Segment, Timeline } from "#lib/timeline/mod.ts";

// A day of 100 000 turns out of order, twelve speakers, and one turn that lasts all day. Measured on two slow
// cores: no step over 0.5 s. The bound, ten times that, is for what quadratic time would take: minutes.
const BOUND_MS = 5000;
const TURNS = 100_000;

const turns = Array.from({ length: TURNS }, (_, i) => {
  const startMs = (i * 61_803_399) % 86_400_000; // steps of the golden ratio: spread evenly, out of order
  return new Segment(startMs / 1000, (startMs + 200 + (i * 7919) % 4000) / 1000);
});
const day = new Annotation({ uri: "day" }).add(new Segment(0, 86_400), "noise");
turns.forEach((turn, i) => day.add(turn, `speaker${i % 12}`));
const grid = new Timeline(Array.from({ length: 50_000 }, (_, i) => new Segment(i * 1.7, i * 1.7 + 1)));
const timeline = new Timeline([new Segment(0, 86_400), ...turns]);

describe("A day of 100 000 turns", () => {
  test.each<[string, () => unknown]>([
    ["sorting", () => new Timeline(turns).size],
    ["support", () => new Timeline(turns).support(0.5)],
    ["gaps", () => timeline.gaps(grid)],
    ["crop", () => [timeline.crop(grid), grid.crop(timeline), timeline.crop(grid, "strict")]],
    ["overlap", () => [timeline.getOverlap(), day.getOverlap()]],
    ["segmentation", () => timeline.segmentation()],
    ["annotation crop", () => day.crop(grid)],
    ["annotation support", () => day.support(0.5)],
    ["mapping", () => day.optimalMapping(day)],
    ["chart and discretize", () => [day.chart(), day.discretize({ resolutionSec: 0.1 })]],
    ["adding in falling order", () => {
      const falling = new Timeline();
      for (let i = TURNS; i > 0; i--) falling.add(new Segment(i, i + 2));
      return falling.size;
    }],
  ])("%s takes about linear time", (_, work) => {
    const begun = performance.now();
    work();
    expect(performance.now() - begun).toBeLessThan(BOUND_MS);
  });

  test("is written and read within the bound, and whole", () => {
    const begun = performance.now();
    const text = formatRttm(day);
    const read = parseRttm(text).get("day");
    expect(performance.now() - begun).toBeLessThan(BOUND_MS);
    expect([...read!.itertracks()].length).toBe(TURNS + 1);
  });
});
