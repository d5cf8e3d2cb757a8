import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { asIntegers } from "#lib/arrays/as_integers.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import type { SpeakerHints } from "#lib/clustering/speaker_hints.ts";
import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import { stagesOf } from "#lib/pipeline/run_provenance.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import type { Models } from "#lib/pipeline/stage.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import type { Capture } from "./capture.ts";
import { compareRttm } from "./compare_rttm.ts";
import type { HintReport } from "./report.ts";

/**
 * The hints in a name such as `num3`, `min2max4` or `auto`; undefined for any other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseHints } from "#lib/parity/replay_hints.ts";
 * assert.deepEqual(parseHints("min2max4"), { minSpeakers: 2, maxSpeakers: 4 });
 * assert.deepEqual(parseHints("auto"), {});
 * assert.equal(parseHints("other"), undefined);
 * ```
 */
export function parseHints(name: string): SpeakerHints | undefined {
  if (name === "auto") return {};
  const parts = /^(?:num(?<num>\d+)|(?:min(?<min>\d+))?(?:max(?<max>\d+))?)$/.exec(name)?.groups;
  if (name === "" || parts === undefined) return undefined;
  return {
    ...(parts.num && { numSpeakers: Number(parts.num) }),
    ...(parts.min && { minSpeakers: Number(parts.min) }),
    ...(parts.max && { maxSpeakers: Number(parts.max) }),
  };
}

/**
 * Replay a capture under every hint for which `folder` holds a result: `HINT.rttm`, and where they exist `HINT.exclusive.rttm` and
 * `HINT.kmeans_labels.npy`.
 *
 * @returns One report per hint, sorted by name; none when there is no such folder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findPlda } from "#lib/parity/find_plda.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * import { replayHints } from "#lib/parity/replay_hints.ts";
 * const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * const { model: plda } = await findPlda(capture);
 * assert.deepEqual(await replayHints(capture, { models: { plda }, folder: "no such folder" }), []);
 * ```
 */
export async function replayHints(
  capture: Capture,
  settings: ComputeOption & {
    readonly models: Models;
    readonly folder: string;
    readonly signal?: AbortSignal;
  },
): Promise<HintReport[]> {
  const { models, compute = SCALAR, folder, signal } = settings;
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => file.endsWith(".rttm")).map((file) => file.slice(0, -5))
    .sort();
  const { segmentations, embeddings } = capture.artefacts;
  const run = { models, compute, uri: capture.uri, signal };
  // What comes before the hints is the same for all of them.
  const isShared = ({ name }: { name: string }) => ["train_filter", "ahc", "plda", "vbx"].includes(name);
  const stages = stagesOf(capture.run);
  const { artefacts: shared } = await runStages(
    stages.filter(isShared),
    { segmentations, embeddings },
    { ...run, options: capture.options },
  );
  const rest = stages.filter((stage) => !isShared(stage));
  const reports: HintReport[] = [];
  for (const hint of names) {
    const hints = parseHints(hint);
    if (hints === undefined) continue;
    const { artefacts } = await runStages(rest, shared, { ...run, options: { ...capture.options, hints } });
    const same = async (actual: Annotation | undefined, file: string) => {
      const [reference] = (await readRttm(join(folder, file))).values();
      return compareRttm(actual!, reference ?? new Annotation(), { decimals: 3 }).identical;
    };
    const identical = await same(artefacts.diarization, `${hint}.rttm`);
    const exclusiveIdentical = existsSync(join(folder, `${hint}.exclusive.rttm`))
      ? await same(artefacts.exclusive, `${hint}.exclusive.rttm`)
      : undefined;
    const kmeansLabelsEqual = await sameLabels(
      join(folder, `${hint}.kmeans_labels.npy`),
      artefacts.kmeansLabels?.data,
    );
    const ok = identical && exclusiveIdentical !== false && kmeansLabelsEqual !== false;
    reports.push({ hint, identical, exclusiveIdentical, kmeansLabelsEqual, ok });
  }
  return reports;
}

/** Whether KMeans stepped in exactly where the reference's did, and gave the same labels. */
async function sameLabels(file: string, actual: Int32Array | undefined): Promise<boolean | undefined> {
  if (!existsSync(file)) return actual === undefined ? undefined : false;
  const expected = asIntegers(await readNpy(file), { name: file });
  return actual?.length === expected.length && expected.every((label, i) => label === actual[i]);
}
