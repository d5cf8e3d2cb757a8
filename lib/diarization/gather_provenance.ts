import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileSha256 } from "#lib/networks/file_sha256.ts";
import { clusteringNamed } from "#lib/pipeline/clusterings.ts";
import { differingOptions } from "#lib/pipeline/differing_options.ts";
import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { type CommunityOptionsInput, parseOptions } from "#lib/pipeline/options.ts";
import { PROVENANCE_VERSION, type RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { programVersion } from "#lib/places/program_version.ts";
import { thisRuntime } from "#lib/places/this_runtime.ts";
import type { Diarizer, DiarizeSettings } from "./diarizer.ts";

/**
 * All that the result of a diarization depends on beside the program's own text: preset, options, hints, weights, networks, backend,
 * modules of the user's own, versions, and the recording's own bytes. It reads the whole recording once for its sum.
 *
 * @param file The recording.
 * @param run The diarizer, the settings it is or was given, and what this process runs on.
 * @throws {Error} The system's own error, with its `code`, where the recording cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gatherProvenance } from "#lib/diarization/gather_provenance.ts";
 * import { SCALAR } from "#lib/compute/scalar_compute.ts";
 * import { presetNamed } from "#lib/diarization/presets.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const sha256 = "0".repeat(64);
 * const diarizer = {
 *   preset: presetNamed("compact"),
 *   options: presetNamed("compact").options,
 *   compute: SCALAR,
 *   weights: { segmentation: { model: "s", file: "s.onnx", sha256 }, embedding: { model: "e", file: "e.onnx", sha256 } },
 *   networks: { segmentation: "cpu", embedding: "cpu" },
 * } as const;
 * const settings = { options: { hints: { numSpeakers: 3 } } };
 * const { options, clustering, notOfPreset, audio } = await gatherProvenance(`${projectRoot()}/LICENSE`, { diarizer, settings });
 * assert.deepEqual([options.hints.numSpeakers, options.training.minActiveRatio, clustering], [3, 0.1, "ahc"]);
 * assert.deepEqual([notOfPreset, audio!.file], [{ "hints.numSpeakers": 3 }, "LICENSE"]);
 * ```
 */
export async function gatherProvenance(
  file: string,
  run: {
    readonly diarizer:
      & Pick<Diarizer, "preset" | "options" | "compute" | "weights" | "networks">
      & Partial<Pick<Diarizer, "imports">>;
    readonly settings?: Pick<DiarizeSettings, "options" | "channel">;
    /** @default what this process is */
    readonly made?: RunProvenance["made"];
  },
): Promise<RunProvenance> {
  const { diarizer, settings = {}, made = thisProgram() } = run;
  const { preset, options: opened, compute, weights, networks, imports = [] } = diarizer;
  const { backend, precision, adapter } = compute;
  const own = clusteringNamed(preset.clustering);
  const complete = (options: CommunityOptionsInput) => {
    const all = parseOptions(options);
    return { ...all, clustering: own.parse(all.clustering) };
  };
  const options = complete(mergeOptions(opened, settings.options ?? {}));
  return {
    version: PROVENANCE_VERSION,
    clustering: preset.clustering,
    options,
    notDefault: differingOptions(options, complete({})),
    notOfPreset: differingOptions(options, complete(preset.options)),
    preset: preset.name,
    channel: settings.channel ?? null,
    weights,
    networks,
    compute: { backend, precision, ...(adapter !== undefined && { adapter }) },
    imports: [...imports],
    made,
    audio: { file: basename(file), bytes: (await stat(file)).size, sha256: await fileSha256(file) },
  };
}

/**
 * What makes a result in this process: dialab's version and commit, runtime and platform.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thisProgram } from "#lib/diarization/gather_provenance.ts";
 * assert.match(thisProgram().dialab, /^\d+\.\d+/);
 * ```
 */
export function thisProgram(): NonNullable<RunProvenance["made"]> {
  const { version, commit } = programVersion();
  return { dialab: version, ...(commit !== undefined && { commit }), ...thisRuntime() };
}
