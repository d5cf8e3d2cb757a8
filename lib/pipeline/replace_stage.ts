import type { AnyStage } from "./stage.ts";

/**
 * The same list with one stage exchanged for another of the same name.
 *
 * @throws {RangeError} when no stage has that name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
 * import { replaceStage } from "#lib/pipeline/replace_stage.ts";
 * const slower = { ...COMMUNITY_1[2], run: COMMUNITY_1[2].run };
 * assert.equal(replaceStage(COMMUNITY_1, slower)[2], slower);
 * ```
 */
export function replaceStage(stages: readonly AnyStage[], stage: AnyStage): AnyStage[] {
  const at = stages.findIndex(({ name }) => name === stage.name);
  if (at < 0) {
    const names = stages.map(({ name }) => name).join(", ");
    throw new RangeError(`There is no stage "${stage.name}" to replace; there are ${names}.`);
  }
  return stages.with(at, stage);
}
