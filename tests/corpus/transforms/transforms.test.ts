/** Transforms on samples made here. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { labelEncoder } from "#lib/corpus/transforms/label_encoder.ts";
import { maskGenerator } from "#lib/corpus/transforms/mask_generator.ts";
import { normalize } from "#lib/corpus/transforms/normalize.ts";
import { resampleTo } from "#lib/corpus/transforms/resample_to.ts";
import { segment } from "#lib/corpus/transforms/segment.ts";
import type { SampleSegment, SpeechSample } from "#lib/corpus/transforms/speech_sample.ts";

const RATE = 10;
const stretch = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }))
  .map(([onset, length]) => ({ onset: onset / 2, offset: (onset + length) / 2 }));

function sample(metadata: Record<string, unknown>, length = 200): SpeechSample {
  const waveform = [Float32Array.from({ length }, (_, i) => i)];
  return { id: "a", wavId: "a", waveform, sampleRate: RATE, metadata };
}

test("whatever overlaps, each sample of speech and padding comes once, in order, and labels move with it", () => {
  fc.assert(
    fc.property(
      fc.array(stretch, { minLength: 1 }),
      fc.array(stretch),
      fc.integer({ min: 0, max: 6 }),
      (vad, vtc, half) => {
        const paddingSec = half / 2;
        const given = sample({ vad_segments: vad, vtc_segments: vtc });
        const covered = [...given.waveform[0]].filter((i) =>
          vad.some(({ onset, offset }) => i / RATE >= onset - paddingSec && i / RATE < offset + paddingSec)
        );
        const { waveform: [made], metadata } = segment({ paddingSec })(given);
        // Segments may all lie behind the end; then nothing is cut.
        expect([...made]).toEqual(covered.length > 0 ? covered : [...given.waveform[0]]);
        if (covered.length === 0) return;
        const pieces = metadata.vad_segments as SampleSegment[];
        expect(pieces.reduce((sum, { onset, offset }) => sum + offset - onset, 0)).toBeCloseTo(
          made.length / RATE,
          9,
        );
        // What a label covered it covers still, as far as it was kept.
        const within = (segments: readonly SampleSegment[], t: number) =>
          segments.some(({ onset, offset }) => t >= onset - 1e-9 && t < offset - 1e-9);
        const moved = metadata.vtc_segments as SampleSegment[];
        made.forEach((i, at) => expect(within(moved, at / RATE)).toBe(within(vtc, i / RATE)));
      },
    ),
    { seed: 4, numRuns: 200 },
  );
});

test("no segment leaves a sample as it is; none of that name is refused", () => {
  const silent = sample({ vad_segments: [] });
  expect(segment()(silent)).toBe(silent);
  expect(() => segment({ segmentsKey: "vad" })(silent)).toThrow(
    "a has no segments vad in its metadata; it has vad_segments.",
  );
  expect(() => segment()(sample({ vad_segments: [{ onset: 2, offset: 1 }] }))).toThrow("runs from 2 to 1 s");
  expect(() => segment({ paddingSec: -1 })).toThrow("from 0, not -1");
});

test("the duration of a merged piece is that of its speech", () => {
  const vad_segments = [{ onset: 1, offset: 2 }, { onset: 1.5, offset: 3 }, { onset: 3.5, offset: 4 }];
  const { metadata } = segment({ paddingSec: 0.5 })(sample({ vad_segments }));
  expect(metadata.vad_segments).toEqual([{ onset: 0, offset: 4, duration: 2.5 }]);
});

test("levels: zeros stay, what is not finite is refused, channels keep their balance", () => {
  const zeros = sample({}, 0);
  expect(normalize()(zeros)).toBe(zeros);
  const two = { ...zeros, waveform: [Float32Array.of(0.5), Float32Array.of(-0.25)] };
  expect(normalize()(two).waveform).toEqual([Float32Array.of(1), Float32Array.of(-0.5)]);
  expect(() => normalize()({ ...zeros, waveform: [Float32Array.of(NaN)] })).toThrow(
    "a has a value NaN and no level",
  );
});

test("labels that were encoded before segments were cut are refused", () => {
  const metadata = { vtc_segments: [{ onset: 0, offset: 1, label: "A" }] };
  const encoded = labelEncoder(["A"])(sample(metadata));
  const cut = { ...encoded, metadata: { vtc_segments: [] } };
  expect(() => maskGenerator()(cut)).toThrow("a has 1 labels and 0 segments vtc_segments");
  expect(() => labelEncoder(["A", "A"])).toThrow("Labels are all different");
});

test("labels are numbered in order; those that are absent or unknown as asked, or refused", () => {
  const numbered = (
    labels: readonly (string | null | undefined)[],
    unknownId?: number,
    known = ["A", "B"],
  ) => {
    const vtc_segments = labels.map((label) => ({ onset: 0, offset: 1, label }));
    return labelEncoder(known, { unknownId })(sample({ vtc_segments })).labels;
  };
  expect(numbered(["B", "A", null, undefined])).toEqual([1, 0, -1, -1]);
  expect(numbered(["B", "C", null, undefined], 7)).toEqual([1, 7, 7, 7]);
  expect(() => numbered(["C"])).toThrow('a has a segment of label "C"; known are A, B.');
  expect(() => numbered(["C"], undefined, [])).toThrow("known are none.");
  expect(() => labelEncoder([], { unknownId: 0.5 })).toThrow("an integer, not 0.5");
});

test("frames are of the sample alone: what begins before it or ends behind it is cut", () => {
  const vtc_segments = [[-1, 0.2], [0.5, 0.5], [0.75, 9], [9, 10]].map(([onset, offset]) => ({
    onset,
    offset,
  }));
  const masks = maskGenerator({ frameShiftSec: 0.1, labelCount: 2 });
  const { speechFrames, frameLabels } = masks({ ...sample({ vtc_segments }, 10), labels: [0, 1, 2, -1] });
  expect([...speechFrames!.data].join("")).toBe("1100000111");
  // Label 2 is none of two.
  expect([...frameLabels!.data].join("")).toBe("1010".padEnd(20, "0"));
  expect(masks({ ...sample({ vtc_segments: [] }), waveform: [] }).speechFrames!.shape).toEqual([0]);
  for (const frameShiftSec of [0, -1, NaN, Infinity]) {
    expect(() => maskGenerator({ frameShiftSec })).toThrow(`above 0, not ${frameShiftSec}`);
  }
  for (const labelCount of [0, 1.5, NaN]) {
    expect(() => maskGenerator({ labelCount })).toThrow(`from 1, not ${labelCount}`);
  }
});

test("segments have two times that are finite and in order, or are refused", () => {
  for (const [onset, offset] of [[2, 1], [NaN, 1], [0, NaN], [0, Infinity]]) {
    expect(() => maskGenerator()(sample({ vtc_segments: [{ onset, offset }] }))).toThrow(
      `runs from ${onset} to ${offset} s`,
    );
  }
  for (const vtc_segments of [[{ onset: 1 }], [{ offset: 1 }], [null], "none", undefined]) {
    expect(() => maskGenerator()(sample({ vtc_segments }))).toThrow("a has no segments vtc_segments");
  }
});

test("what has the rate already is left as it is", () => {
  const given = sample({});
  expect(resampleTo(RATE)(given)).toBe(given);
  const { sampleRate, waveform: [made] } = resampleTo(2 * RATE)(given);
  expect([sampleRate, made.length]).toEqual([2 * RATE, 400]);
});
