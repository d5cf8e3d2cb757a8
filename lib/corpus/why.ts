import { openStages } from "./adapters/open_stage.ts";
import type { StageState } from "./adapters/stage_output.ts";
import { buildManifest } from "./build_manifest.ts";
import type { FilterConfigInput } from "./config/filter_config.ts";
import { conditionText } from "./manifests/manifest_condition.ts";

/** What is asked beside the stages. */
export interface WhyOptions {
  /** Filters that the recording is held against. @default none */
  readonly filters?: FilterConfigInput;
}

/** Why a recording is in a manifest, or is not. */
export interface CorpusReason {
  readonly wavId: string;
  /** How each stage stands with it, in the order of joining. */
  readonly stages: readonly StageState[];
  /** Whether it meets each filter, in words. */
  readonly filters: readonly {
    readonly option: string;
    readonly condition: string;
    readonly passed: boolean;
  }[];
  /** Whether an inner join of all stages and the filters would have it. */
  readonly kept: boolean;
}

/**
 * How every stage of an output directory, and every filter, stands with one recording: there and well, absent, failed with its error, its
 * array missing, filtered and by what.
 *
 * @throws {StageOutputError} when the folder has no stage, or a filter asks for a stage or a column that is not there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { why } from "#lib/corpus/why.ts";
 * await assert.rejects(why("no such folder", "rec"), /no such folder has no stage/);
 * ```
 */
export async function why(folder: string, wavId: string, options: WhyOptions = {}): Promise<CorpusReason> {
  const stages = await Promise.all((await openStages(folder)).map((stage) => stage.stateOf(wavId)));
  const filters: CorpusReason["filters"][number][] = [];
  const { filters: asked = {} } = options;
  const warn = () => {};
  const { manifest, joined, conditions } = await buildManifest(folder, {
    filters: asked,
    how: "outer",
    keepFailed: true,
    warn,
  });
  try {
    const row = joined.filter([{ column: "wav_id", kind: "oneOf", values: [wavId] }]);
    for (const { option, condition } of conditions) {
      const passed = await row.filter([condition]).count() > 0;
      filters.push({ option, condition: conditionText(condition), passed });
    }
  } finally {
    await manifest.close();
  }
  const kept = stages.every(({ state }) => state === "ok") && filters.every(({ passed }) => passed);
  return { wavId, stages, filters, kept };
}
