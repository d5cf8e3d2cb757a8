import { basename, dirname, join } from "node:path";
import { readAudio } from "#lib/audio/read_audio.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import { LINES } from "./repair_day.ts";
import { speak } from "./speak.ts";

/** What each voice says alone, at 16 kHz, in stretches. */
export type VoicePool = ReadonlyMap<string, readonly Float32Array[]>;

const RATE = 16000;
/** What a voice must say to be taken, and how long one stretch of it must and may be, in seconds. */
const LEAST_SEC = 6, SHORTEST_SEC = 0.8, LONGEST_SEC = 6;
/** Sizes of flite's voices, as factors on the sample rate. */
const SIZES = [0.8, 0.88, 1, 1.12, 1.22];
const VOICES = ["slt", "rms", "awb", "kal16"];
/** Lines that each synthetic voice says. */
const SAID = 8;

/** Voices of recordings: what one speaker says alone by the recording's RTTM, in pieces. */
export async function recordedVoices(
  recordings: readonly (readonly [audio: string, rttm: string])[],
): Promise<VoicePool> {
  const pool = new Map<string, Float32Array[]>();
  for (const [audio, rttm] of recordings) {
    const { samples } = await readAudio(audio);
    const [reference] = (await readRttm(rttm)).values();
    const name = basename(rttm) === "reference.rttm" ? basename(dirname(rttm)) : basename(rttm, ".rttm");
    const alone = reference.extrude(reference.getOverlap());
    for (const speaker of alone.labels()) {
      const pieces = [...alone.subset([speaker]).itertracks()].map(([{ start, end }]) =>
        samples.subarray(Math.round(start * RATE), Math.round(end * RATE))
      ).filter(({ length }) => length >= SHORTEST_SEC * RATE).flatMap(inPieces);
      const spoken = pieces.reduce((sum, { length }) => sum + length, 0);
      if (spoken >= LEAST_SEC * RATE) pool.set(`${name} ${speaker}`, pieces);
    }
  }
  return pool;
}

/** flite's voices at five sizes. */
export async function syntheticVoices(): Promise<VoicePool> {
  const pool = new Map<string, Float32Array[]>();
  for (const voice of VOICES) {
    for (const size of SIZES) {
      const said: Float32Array[] = [];
      for (const [, text] of LINES.slice(0, SAID)) {
        said.push((await speak(text, { voice, takenAs: size * RATE, level: 1 })).samples);
      }
      pool.set(`${voice} ${size}`, said);
    }
  }
  return pool;
}

function inPieces(stretch: Float32Array): Float32Array[] {
  const count = Math.ceil(stretch.length / (LONGEST_SEC * RATE));
  const size = Math.ceil(stretch.length / count);
  return Array.from({ length: count }, (_, i) => stretch.subarray(i * size, (i + 1) * size));
}

/** Four excerpts of AMI (the other two hold no speaker for long enough) and the four of pyannote's captures that have a clip, in a folder of fixtures. */
export function sharedRecordings(folder: string): [audio: string, rttm: string][] {
  const ami = [3, 4, 5, 6].map((n) => join(folder, "ami", `trn0${n}`));
  const captures = ["02_pyannote_sample", "03_dual_speaker", "04_three_speaker", "05_four_speaker"];
  return [
    ...ami.map((path): [string, string] => [`${path}.wav`, `${path}.rttm`]),
    ...captures.map((name): [string, string] => {
      const capture = join(folder, "captures", name);
      return [join(capture, "clip_16k.wav"), join(capture, "reference.rttm")];
    }),
  ];
}
