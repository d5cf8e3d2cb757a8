import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import {
  assignmentMargins,
  cutMargins,
  filterMargins,
  livingMargins,
  stopMargins,
} from "./cluster_margins.ts";
import type { DriftRun } from "./drift_run.ts";
import { countMargins, type FrameMarginOptions, powersetMargins, rankingMargins } from "./frame_margins.ts";
import type { Margin, MarginKind, MarginList, Margins } from "./margins.ts";

/** Settings of `decisionMargins`. */
export interface DecisionMarginsOptions {
  /** Decisions listed of each kind. @default {100} */
  readonly limit?: number;
  /** Decisions listed of all kinds together. @default {10} */
  readonly nearest?: number;
}

type Measure = (artefacts: Artefacts, settings: FrameMarginOptions) => MarginList;

const KINDS: readonly {
  readonly kind: MarginKind;
  readonly needs: readonly ArtefactName[];
  readonly measure: Measure;
}[] = [
  { kind: "powerset argmax", needs: ["powersetScores"], measure: powersetMargins },
  { kind: "speaker count", needs: ["segmentations"], measure: countMargins },
  { kind: "activity filter", needs: ["segmentations"], measure: filterMargins },
  { kind: "AHC cut", needs: ["tree"], measure: cutMargins },
  { kind: "VBx stop", needs: ["elbo"], measure: stopMargins },
  { kind: "living speaker", needs: ["pi", "q"], measure: livingMargins },
  { kind: "assignment", needs: ["segmentations", "softClusters"], measure: assignmentMargins },
  { kind: "frame ranking", needs: ["segmentations", "hardClusters", "count"], measure: rankingMargins },
];

/**
 * How far every decision of a run was from falling the other way.
 *
 * Two sorts are kept apart. Some decisions *measure*: a height against the cut, a score against the next. Those are what rounding, another
 * backend or another network can tip. Others *count* earlier decisions: votes of chunks, frames of a slot. They tip when one of those
 * does, by whole steps, and an exact tie is common.
 *
 * @param run A recording lacks the tree; `completeRun` computes it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const run = recordedRun(await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`));
 * const { nearestMeasured, missing } = decisionMargins(run);
 * assert(nearestMeasured[0].relative <= nearestMeasured[1].relative);
 * assert.deepEqual(missing.map(({ kind }) => kind), ["powerset argmax", "AHC cut"]);
 * ```
 */
export function decisionMargins(run: DriftRun, settings: DecisionMarginsOptions = {}): Margins {
  const { limit = 100, nearest = 10 } = settings;
  const options = parseOptions(run.options);
  const { grid } = options;
  const scale = {
    chunks: grid.chunks,
    frames: { ...grid.frames, startSec: grid.chunks.startSec },
    training: run.artefacts.training,
  };
  const lists: MarginList[] = [];
  const missing: { kind: MarginKind; why: string }[] = [];
  for (const { kind, needs, measure } of KINDS) {
    const lacking = needs.filter((name) => run.artefacts[name] === undefined);
    if (lacking.length > 0) missing.push({ kind, why: `not known: the run has no ${lacking.join(", ")}` });
    else lists.push(measure(run.artefacts as Artefacts, { options, scale, limit }));
  }
  const first = (counted: boolean): Margin[] =>
    lists.filter((list) => list.counted === counted).flatMap((list) => list.nearest)
      .sort((x, y) => x.relative - y.relative).slice(0, nearest);
  return { run: run.name, lists, nearestMeasured: first(false), nearestCounted: first(true), missing };
}
