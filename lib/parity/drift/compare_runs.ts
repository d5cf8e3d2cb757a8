import type { Precision } from "#lib/compute/compute.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import { tellingUlps } from "../ulp_distance.ts";
import { alignRuns } from "./align_runs.ts";
import { alignTensors } from "./align_tensors.ts";
import { compareTurns, type CompareTurnsOptions } from "./compare_turns.ts";
import { countDecisions } from "./count_decisions.ts";
import {
  DRIFT_QUANTITIES,
  type DriftQuantity,
  type DriftTensor,
  driftTolerance,
} from "./drift_quantities.ts";
import type { DriftRun } from "./drift_run.ts";
import { errorMap, errorOverTime, type ThinningOptions } from "./error_over_time.ts";
import { locateValue, type TimeScale, unravel } from "./locate_value.ts";
import { measureValues } from "./measure_values.ts";
import { otherRecording } from "./other_recording.ts";
import type { QuantityDifference, RunDifference, ValueSpot } from "./run_difference.ts";
import { ulpHistogram } from "./ulp_histogram.ts";

/** Settings of `compareRuns`. */
export interface CompareRunsOptions extends ThinningOptions, CompareTurnsOptions {
  /** What is compared. @default {DRIFT_QUANTITIES} */
  readonly quantities?: readonly DriftQuantity[];
}

/**
 * Compare two runs of one recording stage by stage: errors, where they begin, decisions that changed, turns. A is the one that the other
 * is held against.
 *
 * Numbers of clusters, speakers and training embeddings mean nothing by themselves: each of B is held against the one of A that it shares
 * most with. Signs of PLDA columns are A's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * const q = { ...capture.artefacts.q!, data: capture.artefacts.q!.data.map((value, i) => i === 7 ? value + 0.25 : value) };
 * const difference = compareRuns(recordedRun(capture), recordedRun({ ...capture, artefacts: { ...capture.artefacts, q } }));
 * assert.equal(difference.firstBeyondTolerance, "vbx");
 * assert.equal(difference.quantities.find(({ quantity }) => quantity === "q")!.maxAbs, 0.25);
 * assert(difference.identical);
 * ```
 */
export function compareRuns(a: DriftRun, b: DriftRun, options: CompareRunsOptions = {}): RunDifference {
  const { quantities: asked = DRIFT_QUANTITIES } = options;
  const { grid } = parseOptions(a.options);
  const frames = { ...grid.frames, startSec: grid.chunks.startSec };
  const scale: TimeScale = { chunks: grid.chunks, frames, training: a.artefacts.training };
  const alignment = alignRuns(a.artefacts, b.artefacts);
  const precision = leastPrecise(a, b);

  const onlyIn = { a: [] as string[], b: [] as string[] };
  const quantities: QuantityDifference[] = [];
  for (const quantity of asked) {
    const [left, right] = [quantity.of(a.artefacts), quantity.of(b.artefacts)];
    if (left && right) {
      const settings = { scale, alignment, precision, ...options };
      quantities.push(compareQuantity(quantity, left, right, settings));
    } else if (left || right) onlyIn[left ? "a" : "b"].push(quantity.artefact);
  }
  const { diarization: turnsA } = a.artefacts, { diarization: turnsB } = b.artefacts;
  const turns = turnsA && turnsB &&
    compareTurns(turnsA, turnsB, { decimals: a.decimals ?? b.decimals, ...options });
  const changed = quantities.find((entry) => entry.differing > 0 || `${entry.shapeA}` !== `${entry.shapeB}`);
  const beyond = quantities.find(({ beyondTolerance }) => beyondTolerance);
  const doubt = otherRecording(a, b);
  const last = turns?.identical === false ? "annotation" : undefined;
  const firstDiffering = changed?.stage ?? last, firstBeyondTolerance = beyond?.stage ?? last;
  return {
    a: a.name,
    b: b.name,
    identical: turns?.identical ?? changed === undefined,
    quantities,
    ...(firstDiffering && { firstDiffering }),
    ...(firstBeyondTolerance && { firstBeyondTolerance }),
    onlyIn,
    ...(doubt !== undefined && { doubt }),
    ...(turns && { turns }),
    chunks: grid.chunks,
    frames,
  };
}

function compareQuantity(
  quantity: DriftQuantity,
  a: DriftTensor,
  b: DriftTensor,
  settings: ThinningOptions & {
    readonly scale: TimeScale;
    readonly alignment: ReturnType<typeof alignRuns>;
    readonly precision: Precision;
  },
): QuantityDifference {
  const { scale, alignment, precision } = settings;
  const pair = alignTensors(quantity, a, b, alignment);
  const tolerance = driftTolerance(quantity, precision);
  const names = quantity.names !== undefined;
  const { first, worst, firstBeyond, ...measured } = measureValues(pair.a, pair.b, { tolerance, names });
  const whole = quantity.decides?.by === "group"; // zeros and ones, though in float32
  const sameShape = a.shape.every((size, axis) => size === b.shape[axis]);
  const float = (data: DriftTensor["data"]) =>
    data instanceof Float32Array || data instanceof Float64Array ? data : undefined;
  const spot = (at: number): ValueSpot => {
    const index = unravel(at, pair.shape).map((i, axis) => pair.indexOfA[axis]?.[i] ?? i);
    const [x, y] = [pair.a[at], pair.b[at]];
    const place = locateValue(quantity.axes, index, scale);
    const type = float(a.data) && !whole ? a.dtype as "f4" | "f8" : undefined;
    return { ...place, a: finite(x), b: finite(y), ulps: type ? tellingUlps(x, y, type) : null };
  };
  const [x, y] = [float(pair.a), float(pair.b)];
  const decisions = countDecisions(quantity, pair);
  const overTime = errorOverTime(quantity.axes, pair, scale, { ...settings, names });
  const map = errorMap(quantity.axes, pair, scale, { ...settings, names });
  return {
    stage: quantity.stage,
    quantity: quantity.artefact,
    axes: quantity.axes,
    shapeA: a.shape,
    shapeB: b.shape,
    type: a.dtype,
    ...measured,
    ...(x && y && !whole && { ulps: ulpHistogram(x, y) }),
    ...(first >= 0 && { first: spot(first), worst: spot(worst) }),
    ...(firstBeyond >= 0 && { firstBeyond: spot(firstBeyond) }),
    ...(decisions && { decisions }),
    tolerance,
    beyondTolerance: !sameShape || measured.maxAbs === null || measured.maxAbs > tolerance,
    notes: pair.notes,
    ...(overTime && { overTime }),
    ...(map && { map }),
  };
}

const finite = (x: number): number | null => Number.isFinite(x) ? x : null;

/** The coarser of what both were computed in. A recording is of float64. */
function leastPrecise(...runs: readonly DriftRun[]): Precision {
  const used = runs.map(({ recipe }) => recipe?.compute?.precision ?? "f64");
  return (["f32", "df64"] as const).find((precision) => used.includes(precision)) ?? "f64";
}
