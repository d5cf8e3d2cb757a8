import { Random } from "./random.ts";

/** One speaker talking from `startSec` to `endSec`. */
export interface SpokenTurn {
  readonly startSec: number;
  readonly endSec: number;
  /** From 0. */
  readonly speaker: number;
}

/** Who talks, and how. */
export interface TurnTakingOptions {
  /** How many people take part, from 1. Someone may stay silent in a short conversation. */
  speakers: number;
  durationSec: number;
  /** Integer from 0. */
  seed: number;
  /** Time with two people talking as a share of the time with anyone talking, 0 to 0.25; 0.1 unless given. Met in the long run. */
  overlap?: number;
  /** Mean length of a turn, 3 s unless given. Lengths are exponential, from 0.4 s. */
  meanTurnSec?: number;
  /** Mean silence between turns that do not overlap, 0.5 s unless given; exponential, from 0.05 s. */
  meanPauseSec?: number;
  /** Back-channels ("mm-hm") per minute of turn, 4 unless given; none while the share of overlap is reached. */
  backChannelsPerMinute?: number;
  /** Chance that whoever spoke keeps the floor after a pause, 0.3 unless given. */
  holdProbability?: number;
  /** Chance that the floor, if it passes, goes back to whom it came from, 0.5 unless given. */
  returnProbability?: number;
}

const SHORTEST_TURN_SEC = 0.4;
const SHORTEST_PAUSE_SEC = 0.05;

/**
 * A conversation's turns by start: exponential turns and pauses, the floor held, returned or passed on,
 * interruptions and back-channels. Never more than two people at once, never one person over themselves.
 *
 * @throws {RangeError} An option is out of its range.
 *
 * @example
 * ```ts
 * import { takeTurns } from "#lib/synthesis/take_turns.ts";
 *
 * const turns = takeTurns({ speakers: 2, durationSec: 60, seed: 3 });
 * if (turns.some(({ startSec, endSec }) => endSec <= startSec || endSec > 60)) throw new Error("turns");
 * ```
 */
export function takeTurns(options: TurnTakingOptions): SpokenTurn[] {
  const { speakers, durationSec, seed } = options;
  const { overlap = 0.1, meanTurnSec = 3, meanPauseSec = 0.5, backChannelsPerMinute = 4 } = options;
  if (!Number.isInteger(speakers) || speakers < 1) {
    throw new RangeError(`A conversation needs at least one speaker, got ${speakers}`);
  }
  refuseOutside("durationSec", durationSec, Number.MIN_VALUE, 1e7);
  refuseOutside("overlap", overlap, 0, 0.25);
  refuseOutside("meanTurnSec", meanTurnSec, SHORTEST_TURN_SEC, 3600);
  refuseOutside("meanPauseSec", meanPauseSec, SHORTEST_PAUSE_SEC, 3600);
  refuseOutside("backChannelsPerMinute", backChannelsPerMinute, 0, 60);

  const random = new Random(seed);
  const floor = new Floor(options, random);
  const turns: SpokenTurn[] = [];
  let spokenSec = 0, doubledSec = 0;
  const meanSharedSec = Math.max(0.6, 2 * overlap * meanTurnSec);
  const wantsOverlap = () => doubledSec < overlap * spokenSec;
  let beforeEndSec = 0;
  let last: SpokenTurn | undefined;
  while (true) {
    const speaker = floor.next();
    let lengthSec = SHORTEST_TURN_SEC + random.exponential(meanTurnSec - SHORTEST_TURN_SEC);
    let startSec = (last?.endSec ?? 0) + SHORTEST_PAUSE_SEC +
      random.exponential(meanPauseSec - SHORTEST_PAUSE_SEC);
    // An interruption starts after all earlier turns have ended and outlasts the turn it breaks into.
    if (last !== undefined && speaker !== last.speaker && wantsOverlap()) {
      const roomSec = 0.75 * (last.endSec - Math.max(last.startSec, beforeEndSec));
      const sharedSec = Math.min(0.2 + random.exponential(meanSharedSec), roomSec);
      startSec = last.endSec - sharedSec;
      lengthSec = Math.max(lengthSec, sharedSec + SHORTEST_TURN_SEC);
      doubledSec += sharedSec;
      spokenSec -= sharedSec;
    }
    if (last !== undefined && speakers > 1) {
      const free = {
        startSec: Math.max(last.startSec, beforeEndSec),
        endSec: Math.min(last.endSec, startSec),
      };
      for (const aside of backChannels(last.speaker, free)) {
        turns.push(aside);
        doubledSec += aside.endSec - aside.startSec;
      }
      beforeEndSec = last.endSec;
    }
    if (startSec >= durationSec) break;
    last = { startSec, endSec: Math.min(startSec + lengthSec, durationSec), speaker };
    spokenSec += last.endSec - last.startSec;
    turns.push(last);
  }
  return turns.filter(({ endSec }) => endSec <= durationSec).sort((a, b) => a.startSec - b.startSec);

  function* backChannels(talker: number, free: { startSec: number; endSec: number }): Generator<SpokenTurn> {
    if (backChannelsPerMinute === 0) return;
    let atSec = free.startSec;
    while (true) {
      atSec += 0.1 + random.exponential(60 / backChannelsPerMinute);
      const endSec = atSec + Math.min(0.25 + random.exponential(0.25), 1);
      if (endSec > free.endSec - 0.1) return;
      if (wantsOverlap()) yield { startSec: atSec, endSec, speaker: floor.listener(talker) };
      atSec = endSec;
    }
  }
}

/** Whose turn it is. */
class Floor {
  readonly #random: Random;
  readonly #talkativeness: number[];
  readonly #hold: number;
  readonly #return: number;
  #current = -1;
  #previous = -1;

  constructor(options: TurnTakingOptions, random: Random) {
    const { speakers, holdProbability = 0.3, returnProbability = 0.5 } = options;
    refuseOutside("holdProbability", holdProbability, 0, 1);
    refuseOutside("returnProbability", returnProbability, 0, 1);
    this.#random = random;
    this.#hold = holdProbability;
    this.#return = returnProbability;
    this.#talkativeness = Array.from({ length: speakers }, () => 0.5 + random.uniform());
  }

  next(): number {
    const first = this.#current < 0;
    if (!first && this.#random.uniform() < this.#hold) return this.#current;
    const back = this.#previous >= 0 && this.#random.uniform() < this.#return;
    const speaker = back ? this.#previous : this.listener(this.#current);
    if (speaker !== this.#current) this.#previous = this.#current;
    return this.#current = speaker;
  }

  /** Someone other than `talker`, the talkative more often; the talker where there is nobody else. */
  listener(talker: number): number {
    const weights = this.#talkativeness.map((weight, speaker) => speaker === talker ? 0 : weight);
    let at = this.#random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    const chosen = weights.findIndex((weight) => (at -= weight) < 0);
    return chosen < 0 ? Math.max(talker, 0) : chosen;
  }
}

function refuseOutside(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${name} needs a number from ${least} to ${most}, got ${value}`);
  }
}
