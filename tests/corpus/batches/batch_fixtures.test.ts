/** Batches as the transforms and the collator of the original make them, on torch, of the same shards. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { SpeechCollator } from "#lib/corpus/batches/speech_collator.ts";
import { compose } from "#lib/corpus/transforms/compose.ts";
import { labelEncoder } from "#lib/corpus/transforms/label_encoder.ts";
import { maskGenerator } from "#lib/corpus/transforms/mask_generator.ts";
import { normalize } from "#lib/corpus/transforms/normalize.ts";
import { resampleTo } from "#lib/corpus/transforms/resample_to.ts";
import { segment } from "#lib/corpus/transforms/segment.ts";
import type { SampleSegment, SpeechSample, SpeechTransform } from "#lib/corpus/transforms/speech_sample.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";
import { shardClips } from "./shard_clips.ts";

interface Group {
  readonly waveforms: {
    readonly shape: number[];
    readonly sum: number;
    readonly first: number[];
    readonly sha256: string;
  };
  readonly waveform_lengths: number[];
  readonly attention_mask: { readonly shape: number[]; readonly sums: number[] };
  readonly durations_s: number[];
  readonly frame_labels: { readonly shape: number[]; readonly sums: number[][] } | null;
  readonly wav_ids: string[];
  readonly segments: SampleSegment[][] | null;
  readonly per_sample_sum: number[];
  readonly used: string[];
  readonly collator_args?: { readonly pad_to_multiple_of?: number; readonly segments_key?: string };
  readonly label_ids_per_sample?: number[][];
  readonly label_mask_if_padded?: { readonly shape: number[]; readonly sums: number[] };
  readonly speech_frames?: number[];
  readonly frames?: number[];
  readonly relative_segments?: (SampleSegment & { readonly duration: number })[][];
  readonly peak?: number[];
  readonly rms?: number[];
}

const LABELS = ["FEM", "MAL", "KCHI", "OCH"];
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const near = (found: Iterable<number>, expected: readonly number[], tolerance = 1e-6) => {
  const values = [...found];
  expect(values.length).toBe(expected.length);
  values.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(tolerance));
};
const bits = (flags: Iterable<number>) => [...flags].join("");

describeWith("the original's batches", fixture("corpus/batches"), (folder) => {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  const group = (name: string): Group => expected[name];
  const clips = shardClips(join(folder, "../pipeline/output/mini/shards"));

  async function samplesOf(name: string): Promise<SpeechSample[]> {
    const all = await clips;
    return group(name).used.map((id) => all.find((clip) => clip.id === id)!);
  }

  /** A group's samples through a transform and the collator, held against what is said of it. */
  async function held(name: string, transform: SpeechTransform = (sample) => sample) {
    const wanted = group(name);
    const { pad_to_multiple_of: padToMultipleOf, segments_key: segmentsKey } = wanted.collator_args ?? {};
    const samples = (await samplesOf(name)).map(transform);
    const batch = new SpeechCollator({ padToMultipleOf, segmentsKey }).collate(samples);
    const { waveforms } = batch;
    expect(waveforms.shape).toEqual(wanted.waveforms.shape);
    near(waveforms.data.subarray(0, 4), wanted.waveforms.first);
    const each = waveforms.data.length / samples.length;
    // Sums of up to 65 536 values of 1e-6 each are not near to 1e-6.
    near(
      samples.map((_, b) => sum(waveforms.data.subarray(b * each, (b + 1) * each))),
      wanted.per_sample_sum,
      1e-3,
    );
    expect([...batch.waveformLengths.data]).toEqual(wanted.waveform_lengths);
    expect(batch.attentionMask.shape).toEqual(wanted.attention_mask.shape);
    const length = batch.attentionMask.shape[1];
    expect(samples.map((_, b) => sum(batch.attentionMask.data.subarray(b * length, (b + 1) * length))))
      .toEqual(wanted.attention_mask.sums);
    near(batch.durationsSec.data, wanted.durations_s);
    expect(batch.ids).toEqual(wanted.wav_ids);
    expect(batch.segments ?? null).toEqual(wanted.segments);
    // The sidecars have neither number, and so the batch has none.
    expect(batch.scalars).toEqual({});
    return { batch, samples, wanted };
  }

  const sha256 = (data: Float32Array) =>
    createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");

  test("every clip has the samples of the real loader, and those of dotted ids are there besides", async () => {
    const lengths = new Map((await clips).map(({ id, waveform }) => [id, waveform[0].length]));
    const { yielded, samples } = expected.stream;
    expect(yielded.map((id: string) => lengths.get(id))).toEqual(samples);
    expect(lengths.size).toBe(yielded.length + 3);
  });

  test.each(["plain", "small", "multiple_4096", "multiple_24000", "multiple_1", "segments_key"])(
    "%s: to the bit",
    async (name) => {
      const { batch, wanted } = await held(name);
      expect(sha256(batch.waveforms.data)).toBe(wanted.waveforms.sha256);
    },
  );

  test("small: the arrays of its npz", async () => {
    const { batch } = await held("small");
    const npz = await readNpz(join(folder, "small.npz"));
    expect(batch.waveforms.data).toEqual(npz.waveforms.data as never);
    expect(batch.attentionMask.data).toEqual(npz.attention_mask.data as never);
  });

  test.each([0.02, 0.01, 0.016875])(
    "labels and frames of %d s, labels filled as wanted",
    async (frameShiftSec) => {
      const transform = compose([
        labelEncoder(LABELS),
        maskGenerator({ frameShiftSec, labelCount: LABELS.length }),
      ]);
      const { batch, samples, wanted } = await held(`labels_${frameShiftSec}`, transform);
      const { frameLabels, labels, labelMask } = batch;
      expect(frameLabels!.shape).toEqual(wanted.frame_labels!.shape);
      const [, frames, count] = frameLabels!.shape;
      const sums = samples.map((_, b) =>
        LABELS.map((_, label) =>
          sum(
            Array.from({ length: frames }, (_, frame) =>
              frameLabels!.data[(b * frames + frame) * count + label]),
          )
        )
      );
      expect(sums).toEqual(wanted.frame_labels!.sums);
      expect(samples.map(({ speechFrames }) => speechFrames!.shape[0])).toEqual(wanted.frames!);
      expect(samples.map(({ speechFrames }) => sum(speechFrames!.data))).toEqual(wanted.speech_frames!);
      expect(labelMask!.shape).toEqual(wanted.label_mask_if_padded!.shape);
      const most = labels!.shape[1];
      wanted.label_ids_per_sample!.forEach((ids, b) => {
        expect(bits(labelMask!.data.subarray(b * most, (b + 1) * most))).toBe(
          "1".repeat(ids.length).padEnd(most, "0"),
        );
        expect([...labels!.data.subarray(b * most, b * most + ids.length)]).toEqual(ids);
      });
      if (frameShiftSec === 0.02) {
        const npz = await readNpz(join(folder, "labels_0.02.npz"));
        expect(frameLabels!.data).toEqual(npz.frame_labels.data as never);
      }
    },
  );

  test.each(["0.0", "0.1"])("a VAD's segments with padding of %s s, where none overlap", async (padding) => {
    const { batch, samples, wanted } = await held(
      `vad_segmenter_${padding}`,
      segment({ paddingSec: Number(padding) }),
    );
    expect(sha256(batch.waveforms.data)).toBe(wanted.waveforms.sha256);
    samples.forEach(({ metadata }, b) => {
      const found = metadata.vad_segments as (SampleSegment & { duration: number })[];
      for (const name of ["onset", "offset", "duration"] as const) {
        near(found.map((one) => one[name]), wanted.relative_segments![b].map((one) => one[name]));
      }
    });
  });

  test("padding of 10 s gives each sample once, where the original has it three times", async () => {
    const samples = await samplesOf("vad_segmenter_10.0");
    const padded = samples.map(segment({ paddingSec: 10 }));
    padded.forEach(({ waveform, metadata }, b) => {
      expect(waveform[0]).toEqual(samples[b].waveform[0] as never);
      expect(group("vad_segmenter_10.0").waveform_lengths[b]).toBeGreaterThan(waveform[0].length);
      expect(metadata.vad_segments).toHaveLength(1);
    });
  });

  test.each<[string, number | undefined]>([["None", undefined], ["-20.0", -20]])(
    "normalized to %s",
    async (name, targetDb) => {
      const { samples, wanted } = await held(`normalizer_${name}`, normalize({ targetDb }));
      near(
        samples.map(({ waveform }) =>
          waveform[0].reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        ),
        wanted.peak!,
      );
      const rms = ({ waveform }: SpeechSample) =>
        Math.sqrt(sum(waveform[0].map((value) => value * value)) / waveform[0].length);
      near(samples.map(rms), wanted.rms!);
    },
  );

  test("channels, and numbers that are missing: NaN and a mask where the original has 0", async () => {
    const wanted = expected.channels_and_missing;
    const samples: SpeechSample[] = wanted.input.map((
      { waveform, metadata }: {
        waveform: number[][];
        metadata: Record<string, unknown> & { wav_id: string };
      },
    ) => ({
      ...{ id: metadata.wav_id, wavId: metadata.wav_id, metadata, sampleRate: 16_000 },
      waveform: waveform.map((channel) => Float32Array.from(channel)),
    }));
    const batch = new SpeechCollator().collate(samples);
    const npz = await readNpz(join(folder, "channels_and_missing.npz"));
    expect(batch.waveforms.shape).toEqual(npz.waveforms.shape as never);
    expect(batch.waveforms.data).toEqual(npz.waveforms.data as never);
    expect(batch.attentionMask.data).toEqual(npz.attention_mask.data as never);
    for (const name of ["snr_db", "c50_db"]) {
      const { values, mask } = batch.scalars[name];
      samples.forEach(({ metadata }, b) => {
        const isThere = metadata[name] !== null && metadata[name] !== undefined;
        expect(mask.data[b]).toBe(isThere ? 1 : 0);
        expect(values.data[b]).toBe(isThere ? wanted[name][b] : NaN);
      });
    }
  });

  test("frames of other counts, and none", async () => {
    const npz = await readNpz(join(folder, "masks_of_other_lengths.npz"));
    const { input } = expected.masks_of_other_lengths;
    const samples: SpeechSample[] = input.map(
      ({ n, label_mask: mask }: { n: number; label_mask: boolean[][] | null }, b: number) => ({
        ...{ id: `m${b + 1}`, wavId: "m", metadata: {}, sampleRate: 16_000 },
        waveform: [(npz.waveforms.data as Float32Array).slice(b * 6, b * 6 + n)],
        frameLabels: mask === null
          ? undefined
          : { dtype: "b1", shape: [mask.length, 2], data: Uint8Array.from(mask.flat(), Number) },
      }),
    );
    const batch = new SpeechCollator().collate(samples);
    expect(batch.frameLabels!.shape).toEqual(npz.frame_labels.shape as never);
    expect(batch.frameLabels!.data).toEqual(npz.frame_labels.data as never);
    expect(batch.waveforms.data).toEqual(npz.waveforms.data as never);
  });

  test("frames are those of `int(t / shift)`", () => {
    expect(expected.frame_arithmetic.length).toBe(7);
    for (
      const { samples, frame_shift_s, segments, frames, attention, label_mask } of expected.frame_arithmetic
    ) {
      const metadata = {
        vtc_segments: segments.map(([onset, offset]: number[], i: number) => ({
          onset,
          offset,
          label: "AB"[i],
        })),
      };
      const waveform = [new Float32Array(samples)];
      const made = compose([
        labelEncoder(["A", "B"]),
        maskGenerator({ frameShiftSec: frame_shift_s, labelCount: 2 }),
      ])(
        { id: "a", wavId: "a", waveform, sampleRate: 16_000, metadata },
      );
      expect(made.speechFrames!.shape).toEqual([frames]);
      expect(bits(made.speechFrames!.data)).toBe(attention);
      const byLabel = [0, 1].map((label) => bits(made.frameLabels!.data.filter((_, i) => i % 2 === label)));
      expect(byLabel).toEqual(label_mask);
    }
  });

  test("labels become their numbers", () => {
    for (const { labels, unknown_id, segments, ids } of expected.label_encoder) {
      const sample = {
        id: "a",
        wavId: "a",
        waveform: [],
        sampleRate: 1,
        metadata: { vtc_segments: segments },
      };
      expect(labelEncoder(labels, { unknownId: unknown_id ?? undefined })(sample).labels).toEqual(ids);
    }
  });

  test("lengths of other rates are those of torchaudio", () => {
    for (const { n, from, to, torchaudio } of expected.resampler_lengths.cases) {
      const sample = { id: "a", wavId: "a", waveform: [new Float32Array(n)], sampleRate: from, metadata: {} };
      const made = resampleTo(to)(sample);
      expect([made.waveform[0].length, made.sampleRate]).toEqual([torchaudio, to]);
      if (from === to) expect(made).toBe(sample);
    }
  });
});

describe("what a batch refuses", () => {
  const sample = (id: string, parts: Partial<SpeechSample> = {}): SpeechSample => ({
    ...{ id, wavId: id, waveform: [new Float32Array(4)], sampleRate: 16_000, metadata: {} },
    ...parts,
  });
  const frames = (count: number) => ({
    dtype: "b1" as const,
    shape: [2, count],
    data: new Uint8Array(2 * count),
  });
  test.each<[string, SpeechSample[], string]>([
    ["nothing", [], "A batch needs a sample or more"],
    [
      "rates",
      [sample("a"), sample("b", { sampleRate: 8000 })],
      "b has 8000 Hz, a 16000; a batch is of one rate",
    ],
    [
      "channels",
      [sample("a"), sample("b", { waveform: [new Float32Array(1), new Float32Array(1)] })],
      "b has 2 channels, a 1",
    ],
    [
      "lengths",
      [sample("a", { waveform: [new Float32Array(1), new Float32Array(2)] })],
      "The channels of a are not of one length",
    ],
    [
      "words",
      [sample("a", { metadata: { snr_db: "loud" } })],
      'a has snr_db "loud"; a number or null is needed',
    ],
    [
      "labels",
      [sample("a", { frameLabels: frames(1) }), sample("b", { frameLabels: frames(3) })],
      "The frames of b have 3 labels, those of a 1",
    ],
  ])("%s", (_, samples, message) => {
    expect(() => new SpeechCollator().collate(samples)).toThrow(message);
  });

  test("and what it takes: a number that is NaN is one, frames of one label need no axis", () => {
    const one = { dtype: "b1" as const, shape: [3], data: Uint8Array.of(1, 0, 1) };
    const batch = new SpeechCollator().collate([
      sample("a", { metadata: { snr_db: NaN }, frameLabels: one }),
      sample("b"),
    ]);
    expect([...batch.scalars.snr_db.mask.data]).toEqual([1, 0]);
    expect(batch.frameLabels!.shape).toEqual([2, 3, 1]);
    expect(bits(batch.frameLabels!.data)).toBe("101000");
  });
});
