import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { amelaClips } from "#lib/corpus/clips/amela_clips.ts";
import { amelaSplits } from "#lib/corpus/clips/amela_splits.ts";
import { clipAtSilences } from "#lib/corpus/clips/clip_at_silences.ts";
import { flagRuns, segmentStatistics } from "#lib/corpus/clips/flag_runs.ts";
import { mergeSegments } from "#lib/corpus/clips/merge_segments.ts";
import { describeWith, fixture } from "../../harness/shared_data.ts";

const jobs = fixture("corpus/jobs");

describeWith("the shared jobs", jobs, (folder) => {
  const { vad_splits, runs, merge_segments } = jobs === undefined
    ? {} as never
    : JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  const { hop, sample_rate: sampleRate, cases } = vad_splits ?? { cases: {} };

  test.each(Object.keys(cases))("AMELA's splits: %s", async (name) => {
    const { silences_s, total_s, frames, file, splits_frames, splits_s, target_s: targetSec = 30 } =
      cases[name];
    let flags: ArrayLike<number>;
    if (silences_s === undefined) {
      flags = (await readNpy(join(folder, file ?? "flags_random.npy"))).data as ArrayLike<number>;
    } else {
      const ones = new Uint8Array(Math.trunc(total_s * sampleRate / hop)).fill(1);
      expect(ones.length).toBe(frames);
      for (const [a, b] of silences_s) {
        ones.fill(0, Math.trunc(a * sampleRate / hop), Math.trunc(b * sampleRate / hop));
      }
      flags = ones;
    }
    const splits = amelaSplits(flags, { hop, sampleRate, targetSec });
    expect(splits).toEqual(splits_frames);
    if (splits_s !== undefined) expect(splits.map((split) => split * hop / sampleRate)).toEqual(splits_s);
  });

  test("runs and their statistics", () => {
    for (const { flags, speech, silence, segments, stats } of runs) {
      expect(flagRuns(flags)).toEqual({ speech, silence });
      const times = (frames: number) => frames * hop / sampleRate;
      const found = flagRuns(flags).speech.map(([start, end]) => ({
        onset: times(start),
        offset: times(end),
        duration: times(end - start),
      }));
      expect(found).toEqual(segments);
      const { sum, avg, ...others } = segmentStatistics(found.map(({ duration }) => duration));
      expect(others).toEqual({ max: stats.max, min: stats.min, num: stats.num });
      expect(sum).toBeCloseTo(stats.sum, 12);
      expect(avg).toBeCloseTo(stats.avg, 12);
    }
  });

  test.each([["vtc_0.3_0.1", 0.3], ["vad_0.1_0.1", 0.1]])("merged segments: %s", (name, mostGapSec) => {
    type Row = { uid: string; onset: number; offset: number; duration: number; label?: string };
    const isVad = name.startsWith("vad");
    const input = merge_segments.input.map(({ uid, onset, offset, label }: Row) => ({
      ...{ wavId: uid, onset, offset },
      ...isVad ? {} : { label },
    }));
    const merged = mergeSegments<Row & { wavId: string }>(input, { mostGapSec, leastSec: 0.1 });
    const rows = merge_segments[name].map(({ uid, onset, offset, label }: Row) => ({
      ...{ wavId: uid, onset, offset },
      ...isVad ? {} : { label },
    }));
    expect(merged).toEqual(rows);
  });
});

describe("clips at silences", () => {
  const recordings = fc.record({
    durationSec: fc.integer({ min: 0, max: 6000 }).map((tenths) => tenths / 10),
    lengths: fc.array(fc.tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 0, max: 12 })), {
      maxLength: 120,
    }),
  }).map(({ durationSec, lengths }) => {
    let at = 0;
    const segments = lengths.map(([speech, silence]) => {
      const onset = at / 10;
      at += speech;
      const segment = { onset, offset: at / 10 };
      at += silence;
      return segment;
    });
    return { durationSec, segments };
  });

  test("tile the recording, are never inside a segment, and end near the target where a silence allows", () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const { clips, overlong } = clipAtSilences(recording);
        const { durationSec, segments } = recording;
        expect(clips.map(({ onset }) => onset)).toEqual(
          durationSec === 0 ? [] : [0, ...clips.slice(0, -1).map(({ offset }) => offset)],
        );
        expect(clips.at(-1)?.offset ?? 0).toBe(durationSec);
        for (const [i, { onset, offset }] of clips.entries()) {
          expect(offset).toBeGreaterThan(onset);
          if (i === clips.length - 1) continue;
          const before = segments.filter((segment) => segment.onset <= offset).map((segment) =>
            segment.offset
          );
          const after = segments.map((segment) => segment.onset).filter((start) => start > offset);
          expect(Math.max(0, ...before)).toBeLessThanOrEqual(offset - 0.15 + 1e-6);
          expect(Math.min(durationSec, ...after)).toBeGreaterThanOrEqual(offset + 0.15 - 1e-6);
          expect(offset - onset).toBeGreaterThanOrEqual(20 - 1e-6);
          const isLong = offset - onset > 40;
          // A long one only where no silence of 0.3 s touches the 20 s around its target.
          if (isLong) expect(silentIn(recording, onset + 20, onset + 40)).toBe(false);
        }
        expect(overlong).toEqual(clips.filter(({ onset, offset }) => offset - onset > 40));
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  /** Whether a cut could be made in a stretch, looked for in steps of 10 ms. */
  function silentIn(
    { durationSec, segments }: {
      durationSec: number;
      segments: readonly { onset: number; offset: number }[];
    },
    from: number,
    to: number,
  ): boolean {
    for (let at = from; at <= Math.min(to, durationSec - 0.15); at += 0.01) {
      if (segments.every(({ onset, offset }) => offset <= at - 0.15 || onset >= at + 0.15)) return true;
    }
    return false;
  }

  test("a piece without a silence is reported, and the next one begins at the first silence", () => {
    const segments = [{ onset: 0, offset: 55 }, { onset: 56, offset: 100 }];
    const { clips, overlong } = clipAtSilences({ durationSec: 100, segments });
    expect(clips[0]).toEqual({ onset: 0, offset: 55.15 });
    expect(overlong).toEqual([{ onset: 0, offset: 55.15 }, { onset: 55.15, offset: 100 }]);
  });

  test("what is as long as target and search together is one clip", () => {
    const { clips, overlong } = clipAtSilences({ durationSec: 40, segments: [] });
    expect([clips, overlong]).toEqual([[{ onset: 0, offset: 40 }], []]);
    expect(clipAtSilences({ durationSec: 40.5, segments: [{ onset: 3, offset: 3 }] }).clips.length).toBe(2);
  });

  test("without a search each is cut at the target itself, or at the first silence behind", () => {
    const segments = [{ onset: 0, offset: 29 }, { onset: 31, offset: 65 }, { onset: 66, offset: 80 }];
    const { clips } = clipAtSilences({ durationSec: 80, segments }, { searchSec: 0 });
    expect(clips.map(({ offset }) => offset)).toEqual([30, 65.15, 80]);
  });

  test("refuses what cannot be", () => {
    for (const searchSec of [-1, NaN]) {
      expect(() => clipAtSilences({ durationSec: 1, segments: [] }, { searchSec })).toThrow(
        `30, 0.3, ${searchSec} s`,
      );
    }
    for (const durationSec of [NaN, -1, Infinity]) {
      expect(() => clipAtSilences({ durationSec, segments: [] })).toThrow(
        `seconds from 0, not ${durationSec}`,
      );
    }
    for (const options of [{ targetSec: 0, searchSec: 0 }, { leastSilenceSec: 0 }, { searchSec: 30 }]) {
      expect(() => clipAtSilences({ durationSec: 1, segments: [] }, options)).toThrow("are positive");
    }
    for (const [onset, offset] of [[NaN, 1], [0, NaN], [0, Infinity]]) {
      expect(() => clipAtSilences({ durationSec: 90, segments: [{ onset, offset }] })).toThrow(
        `from ${onset} to ${offset}`,
      );
    }
    expect(() => clipAtSilences({ durationSec: 90, segments: [{ onset: 3, offset: 2 }] })).toThrow(
      /from 3 to 2/,
    );
    expect(() => clipAtSilences({ durationSec: 1, segments: [] }, { searchSec: 30 })).toThrow(/shorter than/);
  });
});

test("AMELA's rule on flags of this test's own: a long piece, and none of the last target", () => {
  const flags = new Uint8Array(7500).fill(1).fill(0, 2600, 2650).fill(0, 6000, 6100);
  expect(amelaSplits(flags)).toEqual([2625]);
  expect(amelaSplits(new Uint8Array(0))).toEqual([]);
});

test("AMELA's rule as clips: from 0 to the end, and those without a silence in reach are told", () => {
  const frames = { hop: 160, sampleRate: 16_000 };
  const segments = [{ onset: 0, offset: 31 }, { onset: 32, offset: 75 }];
  const cut = amelaClips({ durationSec: 75, segments }, frames);
  expect(cut).toEqual({
    clips: [{ onset: 0, offset: 31.5 }, { onset: 31.5, offset: 75 }],
    overlong: [{ onset: 31.5, offset: 75 }],
  });
  // As long as target and look-ahead is not too long.
  const whole = amelaClips({ durationSec: 40, segments: [{ onset: 0, offset: 40 }] }, frames);
  expect(whole).toEqual({ clips: [{ onset: 0, offset: 40 }], overlong: [] });
  expect(amelaClips({ durationSec: 0, segments: [] })).toEqual({ clips: [], overlong: [] });
  for (const options of [{ targetSec: 0 }, { lookAheadSec: 0 }]) {
    expect(() => amelaSplits(new Uint8Array(9), options)).toThrow("at least one frame");
  }
});

test("segments are merged over a gap of the very length, and kept at the very least length", () => {
  const merge = (segments: readonly (readonly [number, number])[]) =>
    mergeSegments(segments.map(([onset, offset]) => ({ wavId: "a", onset, offset }))).map((
      { onset, offset },
    ) => [
      onset,
      offset,
    ]);
  expect(merge([[0, 0.7], [1, 2], [2.31, 3]])).toEqual([[0, 2], [2.31, 3]]);
  expect(merge([[1, 1.1], [2, 2.09], [3, 3]])).toEqual([[1, 1.1]]);
  for (const [onset, offset] of [[2, 1], [NaN, 1], [0, NaN], [0, Infinity], [-Infinity, 0]]) {
    expect(() => merge([[onset, offset]])).toThrow(`"a" runs from ${onset} to ${offset}`);
  }
});

test("segments that overlap are one, labels stay apart, and short ones go", () => {
  const merged = mergeSegments([
    { wavId: "b", onset: 0, offset: 1, label: "x" },
    { wavId: "a", onset: 3, offset: 3.05, label: "x" },
    { wavId: "a", onset: 0, offset: 2, label: "y" },
    { wavId: "a", onset: 1, offset: 1.5, label: "y" },
    { wavId: "a", onset: 1, offset: 1.5, label: "x" },
  ]);
  expect(merged.map(({ wavId, label, onset, offset }) => [wavId, label, onset, offset])).toEqual([
    ["a", "x", 1, 1.5],
    ["a", "y", 0, 2],
    ["b", "x", 0, 1],
  ]);
});
