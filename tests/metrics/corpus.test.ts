import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { aggregate, pairRecordings, scoreFile, scoreTable } from "#lib/metrics/mod.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { annotationOf, type Turn, turnsArbitrary } from "./turns.ts";

describe("aggregate", () => {
  test("of two recordings is the score of both one after the other", () => {
    const later = (turns: Turn[]) =>
      turns.map(([start, end, speaker]): Turn => [start + 100, end + 100, `${speaker}b`]);
    fc.assert(fc.property(
      turnsArbitrary("r"),
      turnsArbitrary("h"),
      turnsArbitrary("r"),
      turnsArbitrary("h"),
      (r1, h1, r2, h2) => {
        const options = { uri: "x", skipOverlap: true, selfOverlap: "nist" } as const;
        const apart = aggregate([
          scoreFile(annotationOf(r1), annotationOf(h1), options),
          scoreFile(annotationOf(r2), annotationOf(h2), options),
        ]);
        const joined = scoreFile(
          annotationOf([...r1, ...later(r2)]),
          annotationOf([...h1, ...later(h2)]),
          options,
        );
        const { mapping: _, ...diarization } = joined.diarization;
        expect(apart.diarization).toEqual(diarization);
        expect(apart.purity).toEqual(joined.purity);
        expect(apart.coverage).toEqual(joined.coverage);
        expect(apart.detection).toEqual(joined.detection);
        expect(apart.jaccard.speakers).toBe(joined.jaccard.speakers);
      },
    ));
  });

  test("of nothing has no rates", () => {
    const { diarization, jaccard, purity } = aggregate([]);
    expect([diarization.der, diarization.total, jaccard.jer, purity.purity]).toEqual([NaN, 0, NaN, NaN]);
  });
});

describe("pairRecordings", () => {
  const named = (...uris: string[]) => new Map(uris.map((uri) => [uri, annotationOf([[0, 1, uri]], uri)]));

  test("scores what has no hypothesis as silence and leaves out what has no reference", () => {
    const { pairs, warnings } = pairRecordings(named("a", "b"), named("b", "c"));
    expect(pairs.map(({ uri, hypothesis }) => [uri, hypothesis.size])).toEqual([["a", 0], ["b", 1]]);
    expect(warnings).toEqual([
      "Recording a has no hypothesis; it is scored as if nobody was found to speak.",
      "Recording c of the hypothesis has no reference; it is not scored.",
    ]);
  });

  test("takes one recording on each side for the same", () => {
    const { pairs, warnings } = pairRecordings(named("a"), named("z"));
    expect(pairs.map(({ uri, hypothesis }) => [uri, hypothesis.uri])).toEqual([["a", "z"]]);
    expect(warnings).toEqual(["Recording z of the hypothesis is scored against a of the reference."]);
    expect(pairRecordings(named("a"), named("a")).warnings).toEqual([]);
  });

  test("does not guess among several", () => {
    expect(pairRecordings(named("a"), named("y", "z")).pairs[0].hypothesis.size).toBe(0);
    expect(pairRecordings(named("a"), new Map()).warnings.length).toBe(1);
  });
});

describe("scoreTable", () => {
  const reference = annotationOf([[0, 8, "ann"], [8, 10, "bob"]]);
  const file = (uri: string) => scoreFile(reference, annotationOf([[0, 9, "x"]]), { uri });
  const table = (uri: string, options = {}) => scoreTable([file(uri)], aggregate([file(uri)]), options);

  test("shows percentages under their names", () => {
    expect(table("talk")).toEqual([
      "            DER   miss     FA   conf    JER  purity  cover  detect",
      "──────────────────────────────────────────────────────────────────",
      "talk      20.00  10.00   0.00  10.00  55.56   88.89  90.00   10.00",
      "──────────────────────────────────────────────────────────────────",
      "overall   20.00  10.00   0.00  10.00  55.56   88.89  90.00   10.00",
    ]);
  });

  test("stays within 80 columns by leaving out the middle of a name", () => {
    for (const line of table("a/very/long/path/to/a/recording.wav")) {
      expect([...line].length).toBeLessThanOrEqual(80);
    }
    expect(table("a/very/long/path/to/a/recording.wav")[2]).toMatch(/^a\/very\/lon…ording\.wav +20\.00/);
    const wide = table("a/very/long/path/to/a/recording.wav", { width: 200 });
    expect(wide[2]).toMatch(/^a\/very\/long\/path\/to\/a\/recording\.wav +20\.00/);
  });

  test("has escapes only when asked for colour", () => {
    expect(table("talk").join("")).not.toContain("\x1b");
    expect(table("talk", { colour: true }).join("")).toContain("\x1b[1m");
  });

  test("has a dash for what has nothing to be divided by", () => {
    const invented = scoreFile(new Annotation(), annotationOf([[0, 3, "x"]]), { uri: "quiet" });
    expect(scoreTable([invented], aggregate([invented]))[2]).toBe(
      "quiet         -      -      -      -      -    0.00      -       -",
    );
  });
});

test("a day with 100 000 turns to a side is scored in seconds", () => {
  // Measured: 0.5 s on two cores at 2.5 GHz, with Bun and with Deno; anything quadratic takes minutes.
  const day = (speakers: number) =>
    annotationOf(Array.from({ length: 100_000 }, (_, i): Turn => {
      const start = 0.864 * i + (i * 7919 % 1000) / 1000;
      return [start, start + 0.1 + (i * 104_729 % 1500) / 1000, `s${i * 31 % speakers}`];
    }));
  const [reference, hypothesis] = [day(8), day(12)];
  const before = performance.now();
  const { diarization } = scoreFile(reference, hypothesis, { uri: "day", collarSec: 0.1, skipOverlap: true });
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(diarization.missed + diarization.confusion + diarization.correct).toBeCloseTo(diarization.total, 8);
}, 60_000);
