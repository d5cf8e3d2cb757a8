import { Random } from "#lib/synthesis/random.ts";
import type { PlacedLine } from "./arrange.ts";
import { mix, type Part } from "./mix.ts";

/** A conversation made of what single speakers said elsewhere. */
export interface Rearranged {
  /** At 16 kHz. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** Where each stretch lies, in samples, by start. */
  readonly turns: readonly PlacedLine[];
}

/** How stretches become a conversation. */
export interface RearrangeOptions {
  readonly durationSec: number;
  /** Integer from 0. */
  readonly seed: number;
  /** RMS of white noise, of full scale. @default {1e-4} */
  readonly noise?: number;
  /** Time in which a room's sound falls by 60 dB, in seconds; each speaker stands elsewhere in it. @default {0.25} */
  readonly roomSec?: number;
}

interface Reflection {
  /** In samples. */
  readonly delay: number;
  readonly gain: number;
}

const RATE = 16000;
/** Share of turns that begin before the one before has ended. */
const OVERLAPPING = 0.3;
const MEAN_OVERLAP_SEC = 0.9, MEAN_PAUSE_SEC = 0.5;
const REFLECTIONS = 60;
const LOUD = 0.04, QUIET = 0.015;

/**
 * Puts stretches of single speakers into a conversation that never took place: turns in random order, pauses and overlaps, each speaker at
 * a level and in a place of the room.
 *
 * @param voices Stretches of each speaker at 16 kHz, trimmed of silence; each is used as often as the others or once more.
 */
export function rearrange(
  voices: ReadonlyMap<string, readonly Float32Array[]>,
  { durationSec, seed, noise = 1e-4, roomSec = 0.25 }: RearrangeOptions,
): Rearranged {
  const random = new Random(seed);
  const length = Math.round(durationSec * RATE);
  const names = [...voices.keys()];
  const cast = new Map(names.map((name) => [name, {
    level: QUIET * (LOUD / QUIET) ** random.uniform(),
    room: reflectionsOf(random, roomSec),
    deck: [] as Float32Array[],
    free: 0,
  }]));
  const parts: Part[] = [], turns: PlacedLine[] = [];
  let before = 0, last = "";
  while (true) {
    const others = names.filter((name) => name !== last);
    const speaker = names.length > 1 && random.uniform() < 0.8
      ? others[random.integer(others.length)]
      : last || names[0];
    const member = cast.get(speaker)!;
    if (member.deck.length === 0) {
      const stretches = voices.get(speaker)!;
      member.deck.push(...random.permutation(stretches.length).map((i) => stretches[i]));
    }
    const stretch = member.deck.pop()!;
    const room = Math.min(stretch.length, turns.length > 0 ? before - turns[turns.length - 1].start : 0);
    const gap = random.uniform() < OVERLAPPING
      ? -Math.min(0.5 * room, random.exponential(MEAN_OVERLAP_SEC) * RATE)
      : (0.05 + random.exponential(MEAN_PAUSE_SEC)) * RATE;
    const start = Math.max(0, member.free, Math.round(before + gap));
    const end = start + stretch.length;
    if (end > length) break;
    turns.push({ speaker, start, end });
    parts.push({ start, samples: inRoom(stretch, member.room, length - start), level: member.level });
    member.free = end + Math.round(0.05 * RATE);
    before = Math.max(before, end);
    last = speaker;
  }
  turns.sort((a, b) => a.start - b.start);
  return { samples: mix(parts, { length, noise, seed: seed + 1 }), turns };
}

/** What comes straight, and reflections at random times that die away, 6 to 14 dB below it in all. */
function reflectionsOf(random: Random, roomSec: number): Reflection[] {
  const straight = { delay: 0, gain: 1 };
  if (roomSec === 0) return [straight];
  const late = Array.from({ length: REFLECTIONS }, (): Reflection => {
    const delay = 40 + random.integer(Math.round(0.6 * roomSec * RATE));
    return { delay, gain: random.normal() * 10 ** (-3 * delay / (roomSec * RATE)) };
  });
  const energy = late.reduce((sum, { gain }) => sum + gain * gain, 0);
  const scale = Math.sqrt(10 ** (-(6 + 8 * random.uniform()) / 10) / energy);
  return [straight, ...late.map(({ delay, gain }) => ({ delay, gain: scale * gain }))];
}

/** A stretch with its reflections, as far as the recording goes. */
function inRoom(
  stretch: Float32Array,
  reflections: readonly Reflection[],
  most: number,
): Float32Array<ArrayBuffer> {
  const latest = Math.max(...reflections.map(({ delay }) => delay));
  const length = Math.min(most, stretch.length + latest);
  const heard = new Float32Array(length);
  for (const { delay, gain } of reflections) {
    const end = Math.min(length, stretch.length + delay);
    for (let i = delay; i < end; i++) heard[i] += gain * stretch[i - delay];
  }
  return heard;
}
