import { Random } from "#lib/synthesis/random.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { rearrange } from "./rearrange.ts";
import type { VoicePool } from "./voice_pools.ts";

/** A conversation that never took place, and who speaks when in it. */
export interface DrawnConversation {
  readonly uri: string;
  /** At 16 kHz. */
  readonly samples: Float32Array<ArrayBuffer>;
  readonly reference: Annotation;
}

const RATE = 16000;

/** Draws 2, 3 or 4 voices of a pool, a room and a level of noise, and lets them talk. The same seed gives the same. */
export function drawConversation(
  pool: VoicePool,
  { seed, durationSec, name }: { readonly seed: number; readonly durationSec: number; readonly name: string },
): DrawnConversation {
  const random = new Random(seed);
  const names = [...pool.keys()];
  const chosen = random.permutation(names.length).slice(0, 2 + random.integer(3)).map((i) => names[i]);
  const { samples, turns } = rearrange(new Map(chosen.map((voice) => [voice, pool.get(voice)!])), {
    durationSec,
    seed: random.bits(),
    noise: 3e-5 * 30 ** random.uniform(),
    roomSec: 0.1 + 0.4 * random.uniform(),
  });
  const reference = Annotation.fromTracks(
    turns.map(({ speaker, start, end }, i) => [
      new Segment(start / RATE, end / RATE),
      `${i}`,
      speaker.replaceAll(" ", "_"),
    ]),
    { uri: name },
  );
  return { uri: name, samples, reference };
}
