import type { Annotation } from "#lib/timeline/annotation.ts";
import { SEGMENT_PRECISION } from "#lib/timeline/segment.ts";
import type { SpeakerChange, TurnError } from "./run_difference.ts";

/** A stretch in which the sets of speakers of two runs differ. */
interface Stretch extends TurnError {
  /** Who speaks in A and not in B, and the other way round; B's under A's names. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

/**
 * All stretches in which other speakers speak in A than in B, in time; what touches and is of one kind and of the same speakers is one.
 *
 * @param a Turns of A.
 * @param b Those of B, under A's names.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { changedStretches } from "#lib/parity/drift/first_change.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const turn = (end: number) => new Annotation().add(new Segment(1, end), "ann");
 * assert.deepEqual(changedStretches(turn(3), turn(4)), [
 *   { startSec: 3, endSec: 4, kind: "false alarm", onlyA: [], onlyB: ["ann"] },
 * ]);
 * ```
 */
export function changedStretches(a: Annotation, b: Annotation): Stretch[] {
  const changes = [a, b].flatMap((turns, side) =>
    [...turns.itertracks({ yieldLabel: true })].flatMap(([{ start, end }, , label]) => [
      { t: start, side, label, by: 1 },
      { t: end, side, label, by: -1 },
    ])
  ).sort((x, y) => x.t - y.t);
  const open = [new Map<string, number>(), new Map<string, number>()];
  const stretches: Stretch[] = [];
  for (let i = 0; i < changes.length;) {
    const { t } = changes[i];
    for (; i < changes.length && changes[i].t === t; i++) {
      const { side, label, by } = changes[i];
      const count = (open[side].get(label) ?? 0) + by;
      if (count === 0) open[side].delete(label);
      else open[side].set(label, count);
    }
    const endSec = changes[i]?.t ?? t;
    if (!(endSec - t > SEGMENT_PRECISION)) continue;
    const [onlyA, onlyB] = [0, 1].map((side) =>
      [...open[side].keys()].filter((label) => !open[1 - side].has(label)).sort()
    );
    if (onlyA.length + onlyB.length === 0) continue;
    const kind = onlyA.length > onlyB.length
      ? "missed"
      : onlyA.length < onlyB.length
      ? "false alarm"
      : "confusion";
    const last = stretches.at(-1);
    const same = last?.kind === kind && last.endSec === t && `${last.onlyA}` === `${onlyA}` &&
      `${last.onlyB}` === `${onlyB}`;
    if (same) stretches[stretches.length - 1] = { ...last, endSec };
    else stretches.push({ startSec: t, endSec, kind, onlyA, onlyB });
  }
  return stretches;
}

/**
 * Who was taken for whom, in words: "ann taken for bob", "ann missed", "bob heard where A has nobody else".
 *
 * @param change Speakers of A that B has not there, and of B that A has not; B's by A's names where they correspond to one of A's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { whoWasTaken } from "#lib/parity/drift/first_change.ts";
 * const known = { b: "s1", a: "bob" }, unknown = { b: "s7" };
 * assert.equal(whoWasTaken({ onlyA: ["ann"], onlyB: [known] }), "ann is taken for bob (s1 in B)");
 * assert.equal(whoWasTaken({ onlyA: ["ann"], onlyB: [unknown] }), "ann is taken for a speaker that only B has (B calls it s7)");
 * assert.equal(whoWasTaken({ onlyA: ["ann"], onlyB: [] }), "ann is missed");
 * assert.equal(whoWasTaken({ onlyA: [], onlyB: [known] }), "bob (s1 in B) is heard, whom A does not hear there");
 * ```
 */
export function whoWasTaken({ onlyA, onlyB }: Pick<SpeakerChange, "onlyA" | "onlyB">): string {
  // A stranger may go by the name of one of A's, since runs number their speakers as they come.
  const name = ({ a, b }: SpeakerChange["onlyB"][number]) =>
    a === undefined ? `a speaker that only B has (B calls it ${b})` : a === b ? a : `${a} (${b} in B)`;
  const listed = (names: readonly string[]) => names.join(" and ");
  const be = (names: readonly unknown[]) => names.length === 1 ? "is" : "are";
  if (onlyB.length === 0) return `${listed(onlyA)} ${be(onlyA)} missed`;
  const heard = listed(onlyB.map(name));
  if (onlyA.length === 0) return `${heard} ${be(onlyB)} heard, whom A does not hear there`;
  return `${listed(onlyA)} ${be(onlyA)} taken for ${heard}`;
}
