import { silentSlots } from "#lib/clustering/assign_clusters.ts";
import type { TrainingSet } from "#lib/clustering/training_filter.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { type AxisMatch, isIdentity, matchCounts, matchLabels } from "./match_labels.ts";
import type { DriftAxis } from "./run_difference.ts";

/** What corresponds to what in two runs, for the axes along which the same thing may have another number. */
export type Alignment = Readonly<Partial<Record<DriftAxis, AxisMatch>>>;

/**
 * Find what corresponds in two runs: training embeddings by chunk and slot, AHC clusters by the embeddings and speakers by the
 * frames that they share.
 *
 * @returns A match for each axis along which numbers differ; an axis that is not there corresponds number by number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { alignRuns } from "#lib/parity/drift/align_runs.ts";
 * const labels = (...values: number[]) => ({ ahcLabels: ndArray("i4", [values.length], Int32Array.from(values)) });
 * assert.deepEqual(alignRuns(labels(0, 0, 1), labels(0, 0, 1)), {});
 * assert.deepEqual([...alignRuns(labels(0, 0, 1), labels(1, 1, 0)).cluster!.b], [1, 0]);
 * ```
 */
export function alignRuns(a: Partial<Artefacts>, b: Partial<Artefacts>): Alignment {
  const embedding = matchTraining(a.training, b.training);
  const cluster = matchClusters(a, b, embedding);
  const speaker = matchSpeakers(a, b);
  return {
    ...(embedding && { embedding }),
    ...(cluster && { cluster }),
    ...(speaker && { speaker }),
  };
}

function matchTraining(a: TrainingSet | undefined, b: TrainingSet | undefined): AxisMatch | undefined {
  if (a === undefined || b === undefined) return undefined;
  const key = ({ chunkIndex, speakerIndex }: TrainingSet, n: number) => chunkIndex[n] * 256 + speakerIndex[n];
  const rowOf = new Map(Array.from(b.chunkIndex, (_, n) => [key(b, n), n]));
  const rows = [...a.chunkIndex.keys()].filter((n) => rowOf.has(key(a, n)));
  const match = {
    a: Int32Array.from(rows),
    b: Int32Array.from(rows, (n) => rowOf.get(key(a, n))!),
  };
  const same = a.chunkIndex.length === b.chunkIndex.length ? a.chunkIndex.length : undefined;
  return isIdentity(match, same) ? undefined : match;
}

function matchClusters(
  a: Partial<Artefacts>,
  b: Partial<Artefacts>,
  rows: AxisMatch | undefined,
): AxisMatch | undefined {
  if (a.ahcLabels === undefined || b.ahcLabels === undefined) return undefined;
  const [left, right] = [a.ahcLabels.data, b.ahcLabels.data];
  if (rows === undefined && left.length !== right.length) return undefined;
  const match = matchLabels(
    rows ? rows.a.map((n) => left[n]) : left,
    rows ? rows.b.map((n) => right[n]) : right,
  );
  return different(match, numbers(left), numbers(right));
}

/** How often labels meet: A's in rows, B's in columns. */
interface Meetings {
  readonly together: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** By the frames that they share, as the turns are; the slots decide among equals, and where there are no frames. */
function matchSpeakers(a: Partial<Artefacts>, b: Partial<Artefacts>): AxisMatch | undefined {
  const found = [meetingsOfFrames(a, b), meetingsOfSlots(a, b)].filter((meetings) => meetings !== undefined);
  if (found.length === 0) return undefined;
  const rows = Math.max(...found.map((meetings) => meetings.rows));
  const columns = Math.max(...found.map((meetings) => meetings.columns));
  const together = new Float64Array(rows * columns);
  for (const each of found) {
    // One frame weighs more than all slots.
    const scale = 1 + each.together.reduce((sum, count) => sum + count, 0);
    for (let at = 0; at < together.length; at++) together[at] *= scale;
    each.together.forEach((count, at) => {
      together[Math.floor(at / each.columns) * columns + at % each.columns] += count;
    });
  }
  return different(matchCounts(together, { rows, columns }), rows, columns);
}

/** By the slots that speak in A: where nobody speaks, any cluster will do. */
function meetingsOfSlots(a: Partial<Artefacts>, b: Partial<Artefacts>): Meetings | undefined {
  const [left, right] = [a.hardClusters?.data, b.hardClusters?.data];
  if (left === undefined || right === undefined || left.length !== right.length) return undefined;
  const silent = a.segmentations && silentSlots(a.segmentations);
  const isKnown = silent?.length === left.length;
  const [rows, columns] = [numbers(left), numbers(right)];
  const together = new Float64Array(rows * columns);
  for (let at = 0; at < left.length; at++) {
    if (left[at] < 0 || right[at] < 0 || (isKnown && silent[at])) continue;
    together[left[at] * columns + right[at]]++;
  }
  return { together, rows, columns };
}

function meetingsOfFrames(a: Partial<Artefacts>, b: Partial<Artefacts>): Meetings | undefined {
  const [left, right] = [a.discreteDiarization, b.discreteDiarization];
  if (left === undefined || right === undefined) return undefined;
  const [rows, columns] = [left.shape[1], right.shape[1]];
  const together = new Float64Array(rows * columns);
  for (let t = 0; t < Math.min(left.shape[0], right.shape[0]); t++) {
    for (let k = 0; k < rows; k++) {
      // What is no number speaks for nobody; the comparison shows it.
      if (!(left.data[t * rows + k] > 0)) continue;
      for (let l = 0; l < columns; l++) {
        if (right.data[t * columns + l] > 0) together[k * columns + l]++;
      }
    }
  }
  return { together, rows, columns };
}

const numbers = (labels: Int32Array): number => labels.reduce((top, label) => Math.max(top, label), -1) + 1;

/**
 * Undefined for the identity. Numbers that only silence holds meet nothing; where they are the same on both sides they are left alone.
 */
function different(match: AxisMatch, left: number, right: number): AxisMatch | undefined {
  const size = left === right ? left : undefined;
  const unmoved = size !== undefined && match.a.every((label, i) => label === match.b[i]);
  return unmoved || isIdentity(match, size) ? undefined : match;
}
