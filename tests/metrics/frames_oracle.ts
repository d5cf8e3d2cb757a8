/** The measures by their definitions, frame by frame and mapping by mapping: slow, and written apart from lib/metrics. */
import type { Turn } from "./turns.ts";

export interface OracleOptions {
  readonly uem: readonly [number, number];
  readonly halfCollar: number;
  readonly skipOverlap: boolean;
  readonly once: boolean;
}

const frame = 0.5;

/** The number of open turns of each speaker at a time. */
function open(turns: readonly Turn[], t: number, once: boolean): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [start, end, speaker] of turns) {
    if (start < t && t < end) counts.set(speaker, once ? 1 : (counts.get(speaker) ?? 0) + 1);
  }
  return counts;
}

const sum = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);

/** All one-to-one mappings of hypothesis speakers into reference speakers, partial ones included. */
function* mappings(hypothesis: string[], reference: string[]): Generator<Map<string, string>> {
  const [first, ...rest] = hypothesis;
  if (first === undefined) return yield new Map();
  for (const smaller of mappings(rest, reference)) {
    yield smaller;
    for (const speaker of reference) {
      if (![...smaller.values()].includes(speaker)) yield new Map([...smaller, [first, speaker]]);
    }
  }
}

/** Frames (middles) that are scored. */
function scoredTimes(reference: readonly Turn[], options: OracleOptions): number[] {
  const times: number[] = [];
  for (let t = options.uem[0] + frame / 2; t < options.uem[1]; t += frame) {
    const inCollar = reference.some(([start, end]) =>
      Math.abs(t - start) < options.halfCollar || Math.abs(t - end) < options.halfCollar
    );
    const overlapped = reference.filter(([start, end]) => start < t && t < end).length > 1;
    if (!inCollar && !(options.skipOverlap && overlapped)) times.push(t);
  }
  return times;
}

/** Time that pairs share at best, and the parts that do not depend on the mapping. */
export function oracle(reference: readonly Turn[], hypothesis: readonly Turn[], options: OracleOptions) {
  const times = scoredTimes(reference, options);
  const frames = times.map((t) => ({
    ref: open(reference, t, options.once),
    hyp: open(hypothesis, t, options.once),
  }));
  const speakers = (turns: readonly Turn[]) => [...new Set(turns.map(([, , speaker]) => speaker))];
  let mostShared = 0;
  for (const mapping of mappings(speakers(hypothesis), speakers(reference))) {
    let shared = 0;
    for (const { ref, hyp } of frames) {
      for (const [speaker, n] of hyp) shared += n * (ref.get(mapping.get(speaker) ?? "") ?? 0);
    }
    mostShared = Math.max(mostShared, shared * frame);
  }
  let total = 0, missed = 0, falseAlarm = 0, speechMissed = 0, speechInvented = 0;
  for (const { ref, hyp } of frames) {
    total += frame * sum(ref);
    missed += frame * Math.max(0, sum(ref) - sum(hyp));
    falseAlarm += frame * Math.max(0, sum(hyp) - sum(ref));
    speechMissed += ref.size > 0 && hyp.size === 0 ? frame : 0;
    speechInvented += hyp.size > 0 && ref.size === 0 ? frame : 0;
  }
  return { mostShared, total, missed, falseAlarm, speechMissed, speechInvented };
}
