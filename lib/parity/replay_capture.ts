import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import type { Precision } from "#lib/compute/compute.ts";
import { initialResponsibilities } from "#lib/clustering/initial_responsibilities.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { stagesOf } from "#lib/pipeline/run_provenance.ts";
import { type RunOptions, runStages } from "#lib/pipeline/run_stages.ts";
import type { AnyStage, Models } from "#lib/pipeline/stage.ts";
import type { Capture } from "./capture.ts";
import { compareRttm } from "./compare_rttm.ts";
import { compareValues, type Difference } from "./compare_values.ts";
import { QUANTITIES, type Quantity, toleranceOf } from "./quantities.ts";
import type { CaptureReport, Mode, NotCompared, StageReport } from "./report.ts";

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
    ...compareAll("isolated", isolated, capture, {
      stages,
      precision: compute.precision,
      vbxLabels: captured.ahcLabels ?? isolated.ahcLabels, // an isolated VBx gets pyannote's
    }),
    ...compareAll("chained", chained.artefacts, capture, {
      stages,
      precision: compute.precision,
      vbxLabels: chained.artefacts.ahcLabels,
    }),
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
    notCompared: absent(chained.artefacts, capture),
    rttm,
    isolatedRttm,
    seconds: { ...chained.seconds, total },
  };
}

/** What VBx begins with follows from the labels of AHC; no stage gives it. */
const INITIAL: Quantity = {
  stage: "vbx",
  quantity: "qinit",
  tolerance: 1e-14,
  reason: "a softmax of two values, whose sum is added up in another order by numpy",
  of: () => undefined,
};

function compareAll(
  mode: Mode,
  actual: Partial<Artefacts>,
  capture: Capture,
  settings: {
    readonly stages: readonly AnyStage[];
    readonly precision: Precision;
    /** The labels that VBx began with. */
    readonly vbxLabels: Artefacts["ahcLabels"] | undefined;
  },
): StageReport[] {
  const compared = QUANTITIES.flatMap((quantity) => {
    const a = quantity.of(actual), e = quantity.of(capture.artefacts);
    return a && e
      ? [
        stageReport(mode, quantity, compareValues(a, e, quantity), toleranceOf(quantity, settings.precision)),
      ]
      : [];
  });
  const { initialQ, options } = capture, labels = settings.vbxLabels?.data;
  const isVbx = settings.stages.some(({ name }) => name === INITIAL.stage);
  if (initialQ === undefined || labels === undefined || labels.length === 0 || !isVbx) return compared;
  const { q0, speakers } = initialResponsibilities(labels, {
    smoothing: parseOptions(options).vbx.initSmoothing,
  });
  const difference = compareValues({ shape: [labels.length, speakers], data: q0 }, initialQ);
  const at = compared.findIndex(({ stage }) => stage === INITIAL.stage);
  const report = stageReport(mode, INITIAL, difference, INITIAL.tolerance);
  return at < 0 ? [...compared, report] : [...compared.slice(0, at), report, ...compared.slice(at)];
}

/** What the stages gave and the capture lacks. Of one embedding pyannote makes a speaker without AHC and VBx, so that there is nothing of theirs. */
function absent(given: Partial<Artefacts>, { artefacts, initialQ, run }: Capture): NotCompared[] {
  const several = (given.training?.chunkIndex.length ?? 0) > 1;
  const lacking = QUANTITIES.filter(({ stage, of }) =>
    (several || !["ahc", "vbx"].includes(stage)) && of(given) !== undefined && of(artefacts) === undefined
  );
  // dialab's own dumps have none: their labels say the same.
  const noInitial = several && given.q !== undefined && initialQ === undefined && run === undefined;
  const at = lacking.findIndex(({ stage }) => !BEFORE_VBX.includes(stage));
  const place = at < 0 ? lacking.length : at;
  const all = noInitial ? [...lacking.slice(0, place), INITIAL, ...lacking.slice(place)] : lacking;
  return all.map(({ stage, quantity }) => ({ stage, quantity }));
}

const BEFORE_VBX = ["speaker_counting", "train_filter", "ahc", "plda"];

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
