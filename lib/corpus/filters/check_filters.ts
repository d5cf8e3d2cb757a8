import { groupBy } from "#lib/language/group_by.ts";
import { StageOutputError } from "../adapters/stage_output_error.ts";
import type { StageOutput } from "../adapters/stage_output.ts";
import type { FilterConditionParts } from "./filter_conditions.ts";

/** What filters are held against. */
export interface CheckFiltersOptions {
  /** Named in messages. */
  readonly folder: string;
  /** The stages that the folder has. */
  readonly there: readonly Pick<StageOutput, "name" | "columns">[];
  /** Names of those of them that are joined. */
  readonly joined: readonly string[];
}

/**
 * Refuses filters that ask for a stage or a column which an output directory does not have, or which is not joined.
 *
 * @throws {StageOutputError} that names each such filter, and the stages that are there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkFilters } from "#lib/corpus/filters/check_filters.ts";
 * import { filterConditions } from "#lib/corpus/filters/filter_conditions.ts";
 * const there = [{ name: "vad", columns: [] }, { name: "snr", columns: [] }];
 * assert.throws(
 *   () => checkFilters(filterConditions({ required_labels: ["KCHI"] }), { folder: "out", there, joined: ["vad", "snr"] }),
 *   /required_labels asks for the stage vtc, which out does not have; it has vad, snr\./,
 * );
 * ```
 */
export function checkFilters(asked: readonly FilterConditionParts[], options: CheckFiltersOptions): void {
  const { folder, there, joined } = options;
  const faults: string[] = [];
  for (const [name, parts] of groupBy(asked, ({ stage }) => stage)) {
    const all = there.map((one) => one.name), stage = there.find((one) => one.name === stageOf(name, all));
    const asking = (which: readonly FilterConditionParts[]) =>
      `${which.map(({ option }) => option).join(", ")} ${which.length === 1 ? "asks" : "ask"} for the`;
    if (stage === undefined) {
      faults.push(`${asking(parts)} stage ${name}, which ${folder} does not have; it has ${all.join(", ")}.`);
    } else if (!joined.includes(stage.name)) {
      faults.push(
        `${asking(parts)} stage ${name}, which is not among those that are joined: ${joined.join(", ")}.`,
      );
    } else {
      for (const [column, lacking] of groupBy(parts, ({ condition }) => condition.column)) {
        if (stage.columns.some((one) => one.name === column)) continue;
        faults.push(
          `${asking(lacking)} column ${column}, which the stage ${stage.name} of ${folder} does not have.`,
        );
      }
    }
  }
  if (faults.length > 0) throw new StageOutputError(faults.join(" "));
}

/**
 * What a stage is called in an output directory: `noise` where that is what it has of `esc`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stageOf } from "#lib/corpus/filters/check_filters.ts";
 * assert.deepEqual([stageOf("esc", ["vad", "noise"]), stageOf("esc", ["esc", "noise"]), stageOf("snr", [])], ["noise", "esc", "snr"]);
 * ```
 */
export function stageOf(name: string, there: readonly string[]): string {
  return name === "esc" && !there.includes("esc") && there.includes("noise") ? "noise" : name;
}
