import { isSegments, segmentsAt } from "./segments_at.ts";
import type { SampleSegment, SpeechTransform } from "./speech_sample.ts";

/** Options of {@linkcode segment}. */
export interface SegmentTransformOptions {
  /** Where in the metadata the segments stand. Default `vad_segments`. */
  readonly segmentsKey?: string;
  /** Sound kept on both sides of each segment, in seconds. Default 0. */
  readonly paddingSec?: number;
}

/** A stretch that is kept, in samples, and where it begins in what is made. */
interface Piece {
  readonly start: number;
  end: number;
  readonly at: number;
  /** Seconds of segments in it, without padding. */
  duration: number;
  /** Where the last of its segments ends, in seconds. */
  spokenTo: number;
}

/**
 * A transform that keeps what the segments of a VAD cover, one after the other. Padding that overlaps is merged, so that no sound comes
 * twice. The segments then say where each piece is in what was made (`duration` is that of speech, without the padding); all other lists
 * of segments in the metadata are moved along, cut at the edges of pieces.
 *
 * A sample without segments stays as it is. Times become samples as `int(t * rate)` does.
 *
 * @throws {RangeError} The padding is negative; of the transform: the metadata has no such segments, or their times are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segment } from "#lib/corpus/transforms/segment.ts";
 * const waveform = [Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)];
 * const vad_segments = [{ onset: 1, offset: 2 }, { onset: 5, offset: 7 }];
 * const speech = segment()({ id: "a", wavId: "a", waveform, sampleRate: 1, metadata: { vad_segments } });
 * assert.deepEqual(speech.waveform, [Float32Array.of(1, 5, 6)]);
 * assert.deepEqual(speech.metadata.vad_segments, [{ onset: 0, offset: 1, duration: 1 }, { onset: 1, offset: 3, duration: 2 }]);
 * ```
 */
export function segment(options: SegmentTransformOptions = {}): SpeechTransform {
  const { segmentsKey = "vad_segments", paddingSec = 0 } = options;
  if (!Number.isFinite(paddingSec) || paddingSec < 0) {
    throw new RangeError(`Padding is a number of seconds from 0, not ${paddingSec}.`);
  }
  return (sample) => {
    const { sampleRate: rate, waveform } = sample;
    const segments = segmentsAt(sample, segmentsKey);
    const pieces = piecesOf(segments, { rate, paddingSec, length: waveform[0]?.length ?? 0 });
    if (pieces.length === 0) return sample;
    const last = pieces[pieces.length - 1];
    const length = last.at + last.end - last.start;
    const metadata: Record<string, unknown> = { ...sample.metadata };
    for (const [name, value] of Object.entries(metadata)) {
      if (name !== segmentsKey && isSegments(value)) metadata[name] = moved(value, { pieces, rate });
    }
    metadata[segmentsKey] = pieces.map(({ start, end, at, duration }) => ({
      ...{ onset: at / rate, offset: (at + end - start) / rate, duration },
    }));
    return {
      ...sample,
      metadata,
      waveform: waveform.map((channel) => {
        const speech = new Float32Array(length);
        for (const { start, end, at } of pieces) speech.set(channel.subarray(start, end), at);
        return speech;
      }),
    };
  };
}

function piecesOf(
  segments: readonly SampleSegment[],
  { rate, paddingSec, length }: {
    readonly rate: number;
    readonly paddingSec: number;
    readonly length: number;
  },
): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { onset, offset } of [...segments].sort((a, b) => a.onset - b.onset)) {
    const start = Math.max(0, Math.trunc((onset - paddingSec) * rate));
    const end = Math.min(length, Math.trunc((offset + paddingSec) * rate));
    if (end <= start) continue;
    const last = pieces.at(-1);
    if (last !== undefined && start < last.end) {
      at += Math.max(0, end - last.end);
      last.end = Math.max(last.end, end);
      last.duration += Math.max(0, offset - Math.max(onset, last.spokenTo));
      last.spokenTo = Math.max(last.spokenTo, offset);
    } else {
      pieces.push({ start, end, at, duration: offset - onset, spokenTo: offset });
      at += end - start;
    }
  }
  return pieces;
}

/** Segments in the time of what was made, cut at the edges of pieces. */
function moved(
  segments: readonly SampleSegment[],
  { pieces, rate }: { readonly pieces: readonly Piece[]; readonly rate: number },
): SampleSegment[] {
  return segments.flatMap((segment) =>
    pieces.flatMap(({ start, end, at }) => {
      const onset = Math.max(segment.onset, start / rate), offset = Math.min(segment.offset, end / rate);
      if (offset <= onset) return [];
      const shift = (at - start) / rate;
      const times = { onset: onset + shift, offset: offset + shift };
      return [{ ...segment, ...times, ...("duration" in segment ? { duration: offset - onset } : {}) }];
    })
  );
}
