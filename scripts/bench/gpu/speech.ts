import { join } from "node:path";
import type { Audio, AudioBlock } from "#lib/audio/audio.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { projectRoot } from "#lib/places/places.ts";
import { Random } from "#lib/synthesis/random.ts";

const SAMPLE_RATE = 16_000;
/** Speed and pitch of the voices that one stretch of speech becomes. */
const VOICES = [0.8, 0.9, 1, 1.12, 1.25];

/**
 * A conversation of any length that is the same on every machine: the 10 s of speech in models/own/reference.npz, again and again, each
 * time from another place, at the speed and pitch of another voice, at another level, with pauses and a little noise. It stands for the
 * work that speech makes, not for speech that anybody would have said.
 *
 * @param seconds Of the whole; a shorter one is the beginning of a longer one.
 */
export async function madeUpSpeech(seconds: number): Promise<Audio> {
  const { input_values: speech } = await readNpz(join(projectRoot(), "models", "own", "reference.npz"), {
    only: ["input_values"],
  });
  const source = Float32Array.from(speech.data as Float32Array);
  const frames = Math.round(seconds * SAMPLE_RATE);
  async function* blocks(): AsyncGenerator<AudioBlock> {
    const random = new Random(11);
    for (let at = 0; at < frames;) {
      const piece = turn(source, random).subarray(0, frames - at);
      at += piece.length;
      yield [Float32Array.from(piece)];
      await Promise.resolve();
    }
  }
  return {
    ...{
      file: "made-up speech",
      sampleRate: SAMPLE_RATE,
      channels: 1,
      frames,
      format: "made up",
      warnings: [],
    },
    blocks,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Somebody speaks for 2 to 8 s, and a pause of up to 1.5 s follows. */
function turn(source: Float32Array, random: Random): Float32Array {
  const speed = VOICES[random.integer(VOICES.length)];
  const level = 10 ** (-0.5 * random.uniform());
  const spoken = Math.round(SAMPLE_RATE * (2 + 6 * random.uniform()));
  const pause = Math.round(SAMPLE_RATE * 1.5 * random.uniform());
  const start = random.integer(source.length);
  const out = new Float32Array(spoken + pause);
  for (let n = 0; n < out.length; n++) {
    const place = start + n * speed, left = Math.floor(place), share = place - left;
    const sound = n < spoken
      ? (1 - share) * source[left % source.length] + share * source[(left + 1) % source.length]
      : 0;
    out[n] = level * sound + 2e-4 * (random.uniform() - 0.5);
  }
  return out;
}
