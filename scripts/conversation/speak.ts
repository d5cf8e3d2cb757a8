import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAudio } from "#lib/audio/read_audio.ts";
import { resample } from "#lib/audio/resample.ts";
import type { CastMember } from "./repair_day.ts";

/** A word and where it is spoken, in samples at 16 kHz from the utterance's first. */
export interface SpokenWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** What a synthesiser made of a line. */
export interface Utterance {
  /** At 16 kHz, without silence before and behind. */
  readonly samples: Float32Array<ArrayBuffer>;
  readonly words: readonly SpokenWord[];
}

interface Sound {
  readonly name: string;
  /** In seconds of the synthesiser's own time. */
  readonly end: number;
}

const RATE = 16000;
/** Of the loudest sample: what is quieter before the first and behind the last that is not, is silence. */
const SILENCE = 0.02;
/** Some voices click before they begin: what is further than this from the first and the last sound is none of theirs. */
const MARGIN_SEC = 0.05;
const PAUSE = "pau";

/**
 * Has flite say a line.
 *
 * flite gives the end of every sound, and a word is as many sounds as it is when said alone.
 *
 * @throws {Error} There is no flite, or the sounds of a line are not those of its words.
 */
export async function speak(text: string, { voice, takenAs }: CastMember): Promise<Utterance> {
  const folder = mkdtempSync(join(tmpdir(), "dialab-speak-"));
  try {
    const file = join(folder, "line.wav");
    const stretch = takenAs / RATE;
    const sounds = flite(voice, ["--setf", `duration_stretch=${stretch}`, "-psdur", "-t", text, "-o", file])
      .map((sound): Sound => {
        const [name, end] = sound.split(":");
        return { name, end: Number(end) / stretch };
      });
    const { samples: raw, sampleRate } = await readAudio(file);
    if (sampleRate !== RATE) throw new Error(`flite's ${voice} has ${sampleRate} Hz, not ${RATE}.`);
    const whole = resample(raw, { fromRate: takenAs, toRate: RATE });
    const [first, end] = spokenPart(whole, sounds);
    const at = (seconds: number) => Math.min(end - first, Math.max(0, Math.round(seconds * RATE) - first));
    const words = soundsOfWords(text, { voice, sounds }).map(([word, from, to]): SpokenWord => ({
      word,
      start: at(from),
      end: at(to),
    }));
    return { samples: whole.slice(first, end), words };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Its first sample and the one behind its last. */
function spokenPart(whole: Float32Array, sounds: readonly Sound[]): [first: number, end: number] {
  const spoken = sounds.findIndex(({ name }) => name !== PAUSE);
  const last = sounds.findLastIndex(({ name }) => name !== PAUSE);
  if (spoken < 0) throw new Error("flite said nothing.");
  const from = ((sounds[spoken - 1]?.end ?? 0) - MARGIN_SEC) * RATE;
  const to = (sounds[last].end + MARGIN_SEC) * RATE;
  const peak = whole.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const loud = (x: number, i: number) => i >= from && i <= to && Math.abs(x) > SILENCE * peak;
  return [whole.findIndex(loud), whole.findLastIndex(loud) + 1];
}

/** Words with start and end in seconds. */
function soundsOfWords(
  text: string,
  { voice, sounds }: { readonly voice: string; readonly sounds: readonly Sound[] },
): [word: string, startSec: number, endSec: number][] {
  let next = 0;
  const words = wordsOf(text).map((word): [string, number, number] => {
    const count = soundsAlone(word, voice);
    while (sounds[next]?.name === PAUSE) next++;
    const own = sounds.slice(next, next + count);
    if (own.length < count || own.some(({ name }) => name === PAUSE)) {
      throw new Error(`"${word}" in "${text}" has not the ${count} sounds that it has alone.`);
    }
    const startSec = sounds[next - 1]?.end ?? 0;
    next += count;
    return [word, startSec, own[count - 1].end];
  });
  if (sounds.slice(next).some(({ name }) => name !== PAUSE)) {
    throw new Error(`"${text}" has more sounds than its words.`);
  }
  return words;
}

/** The words of a line as they are written down: small letters, no marks. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().replace(/[.,?]/gu, "").split(" ");
}

const counted = new Map<string, number>();

/** How many sounds a word has when said alone. */
function soundsAlone(word: string, voice: string): number {
  const key = `${voice} ${word}`;
  const known = counted.get(key) ??
    flite(voice, ["-ps", "-t", word, "-o", "none"]).filter((name) => name !== PAUSE).length;
  counted.set(key, known);
  return known;
}

function flite(voice: string, args: readonly string[]): string[] {
  const { status, stdout, error } = spawnSync("flite", ["-voice", voice, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`flite failed: ${error?.message ?? `exit status ${status}`}`);
  return stdout.trim().split(/\s+/u);
}
