import type { Bisection } from "./bisection.ts";

/**
 * What a bisection found, in a sentence.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { verdictOf } from "#lib/parity/drift/bisection_verdict.ts";
 * const same = { identical: true, der: 0 };
 * assert.equal(verdictOf({ whole: same, stages: [] }), "nothing differs");
 * assert.match(verdictOf({ whole: { ...same, identical: false }, stages: [], culprit: "vbx" }), /^vbx changes the turns/);
 * ```
 */
export function verdictOf(
  found: Pick<
    Bisection,
    "whole" | "stages" | "culprit" | "firstHandOver" | "firstBeyondTolerance" | "firstDiffering"
  >,
): string {
  const { whole, stages, culprit, firstHandOver, firstBeyondTolerance, firstDiffering } = found;
  const others = stages.filter(({ own, stage }) =>
    !own.identical && own.fault === undefined && stage !== culprit
  );
  if (culprit !== undefined) {
    const also = others.length === 0 ? "" : `; so would ${others.map(({ stage }) => stage).join(", ")}`;
    const later = whole.identical ? "; in B something later makes up for it" : "";
    const what = stages.find(({ stage }) => stage === culprit)?.own.namesOnly ? "names of speakers" : "turns";
    return `${culprit} changes the ${what} by its own difference${also}${later}`;
  }
  if (!whole.identical) {
    const from = firstHandOver === undefined ? "" : `; together they do, from ${firstHandOver} on`;
    return `no stage changes the turns by itself${from}`;
  }
  if (firstBeyondTolerance !== undefined) {
    return `no stage changes the turns; the first that differs beyond tolerance is ${firstBeyondTolerance}`;
  }
  return firstDiffering === undefined
    ? "nothing differs"
    : `no stage changes the turns, nor exceeds its tolerance; the first that differs at all is ${firstDiffering}`;
}
