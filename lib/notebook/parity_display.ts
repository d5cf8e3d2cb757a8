import { groupBy } from "#lib/language/group_by.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import type { CaptureReport, StageReport } from "#lib/parity/report.ts";
import type { MimeBundle } from "./displayed.ts";
import { type Cell, tableBundle } from "./table.ts";

/**
 * The forms of a replayed capture: every quantity of every stage with its largest error, isolated and chained, beside what is tolerated.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parityDisplay } from "#lib/notebook/parity_display.ts";
 * import { findPlda, readCapture, replayCapture } from "#lib/parity/mod.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * const { model: plda } = await findPlda(capture);
 * const { "text/plain": text } = parityDisplay(await replayCapture(capture, { models: { plda } }));
 * assert.match(text, /a_two_speakers on scalar, f64: parity; RTTM identical, DER 0\.0000/);
 * assert.match(text, /ahc +\S+ +0 +0 +0 +yes/);
 * ```
 */
export function parityDisplay(report: CaptureReport): MimeBundle {
  const { name, backend, precision, adapter, ok, rttm, isolatedRttm, stages } = report;
  const same = rttm.identical && isolatedRttm.identical;
  const caption = `${name} on ${backend}, ${precision}${adapter ? `, ${adapter}` : ""}: ${
    ok ? "parity" : "no parity"
  }; RTTM ${same ? "identical" : "differs"}, DER ${formatFixed(rttm.der, 4)}`;
  const quantities = groupBy(stages, ({ stage, quantity }) => `${stage} ${quantity}`);
  const rows = [...quantities.values()].map((both) => ({
    "stage": both[0].stage,
    "quantity": both[0].quantity,
    "isolated": errorOf(both.find(({ mode }) => mode === "isolated")),
    "chained": errorOf(both.find(({ mode }) => mode === "chained")),
    "tolerated": both[0].tolerance,
    "within": both.every((stage) => stage.ok),
  }));
  return tableBundle(rows, { caption });
}

function errorOf(report: StageReport | undefined): Cell {
  if (report === undefined) return undefined;
  return report.maxAbs ?? "far";
}
