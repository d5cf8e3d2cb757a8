import type { Bisection, HybridOutcome, SmallestPart } from "#lib/parity/drift/bisection.ts";
import type { Amplification } from "#lib/parity/drift/amplification.ts";
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { Margins } from "#lib/parity/drift/margins.ts";
import type { DriftSpot, RunDifference } from "#lib/parity/drift/run_difference.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { amplificationFigure } from "#lib/plots/amplification_figure.ts";
import { formatNumber } from "#lib/plots/format_number.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import type { MimeBundle } from "./displayed.ts";
import { tableBundle } from "./table.ts";

/**
 * The forms of two runs' difference: every artefact with its errors, where they begin, and what became of the turns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { differenceDisplay } from "#lib/notebook/drift_display.ts";
 * import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const run = recordedRun(await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`));
 * const { "text/plain": text } = differenceDisplay(compareRuns(run, run));
 * assert.match(text, /^a_two_speakers and a_two_speakers: the same in every stage\n/);
 * assert.match(text, /vbx +q +equal/);
 * ```
 */
export function differenceDisplay(difference: RunDifference): MimeBundle {
  const { a, b, identical, turns, quantities, firstBeyondTolerance, firstDiffering, doubt } = difference;
  const same = identical && firstDiffering === undefined;
  const rate = turns === undefined ? "" : ` (DER ${formatPercent(turns.der)})`;
  const from = firstBeyondTolerance === undefined
    ? "every stage within tolerance"
    : `${firstBeyondTolerance} is the first stage beyond tolerance`;
  const verdict = same
    ? "the same in every stage"
    : `${identical ? "the same" : "other"} turns${rate}; ${from}`;
  const rows = quantities.map((quantity) => {
    const equal = quantity.differing === 0 && !quantity.beyondTolerance;
    const { decisions } = quantity;
    return {
      "stage": quantity.stage,
      "artefact": quantity.quantity,
      "largest error": equal ? "equal" : errorText(quantity.maxAbs),
      "99.9 % within": equal ? undefined : errorText(quantity.percentiles["99.9"]),
      "decisions changed": decisions && decisions.changed > 0
        ? `${decisions.changed} of ${decisions.total} ${decisions.what}`
        : undefined,
      "first at": equal || quantity.first === undefined ? undefined : placeText(quantity.first),
    };
  });
  return tableBundle(rows, {
    caption: `${a} and ${b}: ${verdict}${doubt === undefined ? "" : `. Warning: ${doubt}`}`,
  });
}

/**
 * The forms of a bisection: its verdict, and for each stage what it alone, and what all up to it, do to the turns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bisectionDisplay } from "#lib/notebook/drift_display.ts";
 * const same = { identical: true, der: 0 }, other = { identical: false, der: 0.25, startSec: 61.5 };
 * const stage = { stage: "vbx", by: "rerun", differs: [], own: other, handOver: other } as const;
 * const { "text/plain": text } = bisectionDisplay({
 *   ...{ a: "A", b: "B", whole: other, culprit: "vbx", verdict: "It is vbx.", notes: [], stagesRun: 1 },
 *   stages: [{ ...stage, stage: "ahc", own: same, handOver: same }, stage],
 * });
 * assert.match(text, /^It is vbx\.\n/);
 * assert.match(text, /vbx +equal +DER 25\.00 %, from 1:01/);
 * ```
 */
export function bisectionDisplay({ verdict, stages, smallest, notes }: Bisection): MimeBundle {
  const rows = stages.map(({ stage, differs, own, handOver }) => ({
    "stage": stage,
    "its own difference": differs.length === 0
      ? "equal"
      : `${differs[0].artefact} ${errorText(differs[0].maxAbs)}`,
    "turns with only this stage of B": outcomeText(own),
    "turns with B up to here": outcomeText(handOver),
  }));
  const enough = smallest === undefined ? [] : [enoughText(smallest)];
  return tableBundle(rows, { caption: [verdict, ...enough, ...notes].join("\n") });
}

/**
 * The forms of a run's margins: of those decisions that numbers made, the nearest to falling the other way.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { marginsDisplay } from "#lib/notebook/drift_display.ts";
 * import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const run = recordedRun(await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`));
 * assert.match(marginsDisplay(decisionMargins(run))["text/plain"], /^a_two_speakers: the nearest of \d+ decisions/);
 * ```
 */
export function marginsDisplay({ run, lists, nearestMeasured }: Margins): MimeBundle {
  const total = lists.reduce((sum, list) => sum + list.total, 0);
  const units = new Map(lists.map(({ kind, unit }) => [kind, unit]));
  const rows = nearestMeasured.map((margin) => ({
    "decision": margin.kind,
    "value": margin.value,
    "held against": margin.threshold,
    "apart": `${formatNumber(margin.distance)} ${units.get(margin.kind) ?? ""}`,
    "relative": margin.relative,
    "where": placeText(margin),
  }));
  return tableBundle(rows, { caption: `${run}: the nearest of ${total} decisions` });
}

/**
 * The forms of how noise grows: its figure, and what that says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { amplificationDisplay } from "#lib/notebook/drift_display.ts";
 * const errors = [{ artefact: "q", error: 1e-3, decisions: undefined }];
 * const steps = [{ size: 1e-6, errors, identical: true, der: 0 }] as never;
 * const shown = await amplificationDisplay({ run: "a", stage: "plda", disturbed: ["q"], seed: 1, steps });
 * assert.match(shown["text/plain"], /^Noise of 1 sizes at plda/);
 * ```
 */
export async function amplificationDisplay(amplification: Amplification): Promise<MimeBundle> {
  const figure = amplificationFigure(amplification);
  return { "image/svg+xml": await renderSvg(figure), "text/plain": figure.description };
}

/**
 * The forms of all that `drift` found: the difference, and as far as they were asked for, bisection and margins.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { driftReportDisplay } from "#lib/notebook/drift_display.ts";
 * import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { describeEnvironment } from "#lib/parity/environment.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const run = recordedRun(await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`));
 * const a = { name: "a", computed: "recorded", source: "a" };
 * const report = { a, b: a, environment: describeEnvironment(), difference: compareRuns(run, run), seconds: {} };
 * assert.match(driftReportDisplay(report)["text/plain"], /the same in every stage/);
 * ```
 */
export function driftReportDisplay({ difference, bisection, margins }: DriftReport): MimeBundle {
  const bundles = [
    differenceDisplay(difference),
    ...(bisection ? [bisectionDisplay(bisection)] : []),
    ...(margins ? [marginsDisplay(margins.a), marginsDisplay(margins.b)] : []),
  ];
  return {
    "text/html": bundles.map((bundle) => bundle["text/html"] ?? "").join("\n"),
    "text/plain": bundles.map((bundle) => bundle["text/plain"]).join("\n\n"),
  };
}

function enoughText({ artefact, unit, enough, differing, spots }: SmallestPart): string {
  const places = spots.slice(0, 3).map(placeText).join("; ");
  const where = places === "" ? "" : `: ${places}${enough > 3 ? "; ..." : ""}`;
  return `Of what differs in ${artefact}, ${enough} of ${differing} (by ${unit}) ${
    enough === 1 ? "is" : "are"
  } enough${where}`;
}

function errorText(error: number | null): string {
  return error === null ? "infinite" : formatNumber(error);
}

function outcomeText({ identical, der, startSec, fault }: HybridOutcome): string {
  if (fault !== undefined) return "does not fit";
  if (identical) return "the same";
  const rate = der === null ? "others" : `DER ${formatPercent(der)}`;
  return startSec === undefined ? rate : `${rate}, from ${clockTime(startSec)}`;
}

/** "chunk 3, slot 1, at 0:03". */
function placeText({ at, startSec }: DriftSpot): string {
  // A cluster that nobody is in has no chunk to name.
  const places = Object.entries(at).flatMap(([axis, index]) =>
    index === undefined ? [] : [`${axis} ${index}`]
  );
  return [...places, ...startSec === undefined ? [] : [`at ${clockTime(startSec)}`]].join(", ");
}
