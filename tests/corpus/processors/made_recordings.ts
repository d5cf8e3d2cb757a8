/** A small corpus of speech and of what is difficult, made of the project's own conversation. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import { writeRecordings } from "#lib/corpus/recordings/write_recordings.ts";
import { projectRoot } from "#lib/places/places.ts";

const RATE = 16_000;
const conversation = join(projectRoot(), "fixtures", "conversation", "repair_day.flac");

/** Samples of the conversation at 16 kHz. */
export async function conversationSamples(fromSec: number, sec: number): Promise<Float32Array<ArrayBuffer>> {
  const { samples } = await readAudio(conversation);
  return samples.slice(fromSec * RATE, (fromSec + sec) * RATE);
}

/** White noise of a given power, by a fixed generator. */
export function whiteNoise(length: number, power: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return Float32Array.from(
    { length },
    () => Math.sqrt(power) * Math.sqrt(-2 * Math.log(next() + 2 ** -33)) * Math.cos(2 * Math.PI * next()),
  );
}

/** Names of what `makeRecordings` makes, in the order of its list; `cut` and `text` cannot be read whole or at all. */
export const MADE = ["talk", "é 日本 1.2", "silence", "short", "five", "cut", "text", "missing"] as const;

/** Writes them and their list; gives the list's path. */
export async function makeRecordings(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const talk = await conversationSamples(0, 14);
  const put = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);
  put("talk.wav", encodeWav(talk, { sampleRate: RATE }));
  put("é 日本 1.2.wav", encodeWav([talk.slice(0, 80_000), talk.slice(0, 80_000)], { sampleRate: 22_050 }));
  put("silence.wav", encodeWav(new Float32Array(3 * RATE), { sampleRate: RATE }));
  put("short.wav", encodeWav(talk.slice(20_000, 20_000 + 0.3 * RATE), { sampleRate: RATE }));
  const five = [0, 1, 2, 3, 4].map((c) => talk.slice(c * RATE, (c + 6) * RATE));
  put("five.wav", encodeWav(five, { sampleRate: RATE }));
  const whole = readFileSync(conversation);
  put("cut.flac", whole.subarray(0, 40_000));
  put("text.mp3", new TextEncoder().encode("this is no audio at all, and never was\n"));
  const endings: Record<string, string> = { cut: ".flac", text: ".mp3" };
  const list = join(folder, "list.jsonl");
  await writeRecordings(
    list,
    MADE.map((wavId) => ({
      wavId,
      file: join(folder, `${wavId}${endings[wavId] ?? ".wav"}`),
      durationSec: 1,
    })),
  );
  return list;
}
