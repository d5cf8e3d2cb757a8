import type { Audio, AudioBlock } from "./audio.ts";

/** Sound that begins earlier than this begins with the file, as players take it: priming, and times in milliseconds. */
export const LATE_SEC = 0.1;

/** Samples of silence at a time. */
const SILENCE = 1 << 16;

/**
 * A recording with silence before it, for sound that begins later than its file does, as beside pictures: times are then
 * those of the file. A warning tells it.
 *
 * @param audio What begins late.
 * @param sec Seconds of silence.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
 * import { lateAudio } from "#lib/audio/late_audio.ts";
 *
 * const audio = lateAudio(audioFromSamples(Float32Array.of(1, 2), { sampleRate: 8000 }), 3 / 8000);
 * const blocks = await Array.fromAsync(audio.blocks());
 * assert.deepEqual(blocks.flatMap(([mono]) => [...mono]), [0, 0, 0, 1, 2]);
 * assert.equal(audio.frames, 5);
 * ```
 */
export function lateAudio(audio: Audio, sec: number): Audio {
  const silent = Math.round(sec * audio.sampleRate);
  const warning = `has sound from ${
    sec.toFixed(3)
  } s on; before it is silence, so that times are those of the file`;
  async function* blocks(): AsyncGenerator<AudioBlock> {
    for (let left = silent; left > 0; left -= SILENCE) {
      yield Array.from({ length: audio.channels }, () => new Float32Array(Math.min(left, SILENCE)));
    }
    yield* audio.blocks();
  }
  return {
    file: audio.file,
    sampleRate: audio.sampleRate,
    channels: audio.channels,
    frames: audio.frames === undefined ? undefined : audio.frames + silent,
    format: audio.format,
    get warnings() {
      return [warning, ...audio.warnings];
    },
    blocks,
    close: () => audio.close(),
    [Symbol.asyncDispose]: () => audio[Symbol.asyncDispose](),
  };
}
