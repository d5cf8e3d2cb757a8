import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import type { Precision } from "#lib/compute/compute.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { stagesOf } from "#lib/pipeline/run_provenance.ts";
import { type RunOptions, runStages } from "#lib/pipeline/run_stages.ts";
import type { AnyStage, Models } from "#lib/pipeline/stage.ts";
import type { Capture } from "./capture.ts";
import { compareRttm } from "./compare_rttm.ts";
import { compareValues, type Difference } from "./compare_values.ts";
import { QUANTITIES, type Quantity, toleranceOf } from "./quantities.ts";
import type { CaptureReport, Mode, StageReport } from "./report.ts";

/** Settings of `replayCapture`. */
export interface ReplayOptions extends ComputeOption {
  readonly models: Models;
  /** The stages to replay, in community-1's order. @default those that the capture was made by */
  readonly stages?: readonly AnyStage[];
  readonly hook?: RunOptions["hook"];
  readonly signal?: AbortSignal;
}

/**
 * Replay a capture twice: *chained*, from segmentations and embeddings alone, and *isolated*, where every stage is fed what pyannote
 * fed it; compare every artefact that the capture holds, and the turns.
 *
 * In the isolated run, an input that the capture does not hold comes from the isolated stages before, so that it fits those that
 * the capture holds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPlda } from "#lib/clustering/read_plda.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * import { replayCapture } from "#lib/parity/replay_capture.ts";
 * const fixtures = `${projectRoot()}/fixtures`;
 * const capture = await readCapture(`${fixtures}/captures/a_two_speakers`);
 * const report = await replayCapture(capture, { models: { plda: await readPlda(`${fixtures}/models/plda`) } });
 * assert(report.rttm.identical && report.ok);
 * ```
 */
export async function replayCapture(capture: Capture, settings: ReplayOptions): Promise<CaptureReport> {
  const { models, compute = SCALAR, stages = stagesOf(capture.run), hook, signal } = settings;
  const run: RunOptions = { options: capture.options, models, compute, uri: capture.uri, hook, signal };
  const { segmentations, embeddings } = capture.artefacts;
  const captured: Partial<Artefacts> = capture.artefacts;

  const start = performance.now();
  const chained = await runStages(stages, { segmentations, embeddings }, run);
  const total = (performance.now() - start) / 1000;

  const isolated: Partial<Artefacts> = {};
  for (const stage of stages) {
    const { artefacts } = await runStages([stage], { ...isolated, ...captured }, run);
    for (const name of stage.gives) Object.assign(isolated, { [name]: artefacts[name] });
  }

  const reports = [
    ...compareAll("isolated", isolated, captured, compute.precision),
    ...compareAll("chained", chained.artefacts, captured, compute.precision),
  ];
  const rttm = compareRttm(chained.artefacts.diarization!, capture.reference, capture);
  const isolatedRttm = compareRttm(isolated.diarization!, capture.reference, capture);
  return {
    name: capture.name,
    backend: compute.backend,
    precision: compute.precision,
    ...(compute.adapter === undefined ? {} : { adapter: compute.adapter }),
    ok: reports.every(({ ok }) => ok) &&
      [rttm, isolatedRttm].every(({ identical, der }) => identical && der === 0),
    stages: reports,
    rttm,
    isolatedRttm,
    seconds: { ...chained.seconds, total },
  };
}

function compareAll(
  mode: Mode,
  actual: Partial<Artefacts>,
  captured: Partial<Artefacts>,
  precision: Precision,
): StageReport[] {
  return QUANTITIES.flatMap((quantity) => {
    const a = quantity.of(actual), e = quantity.of(captured);
    return a && e
      ? [stageReport(mode, quantity, compareValues(a, e, quantity), toleranceOf(quantity, precision))]
      : [];
  });
}

function stageReport(
  mode: Mode,
  { stage, quantity }: Quantity,
  difference: Difference,
  tolerance: number,
): StageReport {
  const { maxAbs, meanAbs, ulps } = difference;
  const ok = difference.fault === undefined && maxAbs <= tolerance;
  const finite = (x: number) => Number.isFinite(x) ? x : null;
  const report = { stage, mode, quantity, maxAbs: finite(maxAbs), meanAbs: finite(meanAbs), tolerance, ok };
  return { ...report, ulps, ...(ok ? {} : { fault: describe(quantity, difference) }) };
}

/** A failed comparison in words. */
function describe(name: string, difference: Difference): string {
  const { fault, worst, first, actual, expected, ulps, maxAbs, meanAbs, differing } = difference;
  if (fault !== undefined) return `${name} has ${fault}`;
  const steps = ulps === null ? "" : `, ${ulps} ulp`;
  const apart = Number.isFinite(maxAbs) ? ` (${short(maxAbs)} apart${steps})` : "";
  const values = differing === 1 ? "1 value differs" : `${differing} values differ`;
  const mean = Number.isFinite(meanAbs) ? `, ${short(meanAbs)} apart in the mean of all` : "";
  return `${name}[${worst.join(", ")}] is ${actual}, ${expected} is expected${apart}; ` +
    `${values}, first at [${first.join(", ")}]${mean}`;
}

const short = (difference: number): string =>
  difference > 0 && difference < 1e-3 ? difference.toExponential(1) : `${Number(difference.toPrecision(3))}`;
