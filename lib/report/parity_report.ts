import { counted } from "#lib/language/counted.ts";
import { groupBy } from "#lib/language/group_by.ts";
import {
  ERROR_COLUMNS,
  exactness,
  notComparedLines,
  shortError,
  shortNumber,
} from "#lib/parity/parity_columns.ts";
import type { CaptureReport, StageReport } from "#lib/parity/report.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { environmentSection, type Provenance } from "./environment_section.ts";
import type { Sound } from "./listen.ts";
import type { Block, Cell, Recording, Report, Section, Table } from "./report.ts";
import { turnsOf } from "./turns_of.ts";

/** A capture replayed, with its turns. */
export interface ParityItem {
  readonly report: CaptureReport;
  readonly reference: Annotation;
  /** What the replay gave; to be compared with the reference, with times of as many decimals. */
  readonly hypothesis: Annotation;
  /** Whether pyannote itself made the capture. @default {false} */
  readonly isPyannotes?: boolean;
}

/** What a parity report is made of. */
export interface ParityPage extends Provenance {
  /** In the order of the table; a capture comes once for each backend. */
  readonly items: readonly ParityItem[];
  /** The sound of captures, by name, where there is any. */
  readonly sounds: ReadonlyMap<string, Sound>;
  /** What could not be done, in sentences. */
  readonly notes?: readonly string[];
  /** Captures that could not be replayed, and why. */
  readonly faults?: readonly { readonly name: string; readonly error: string }[];
  /** @default now */
  readonly madeAt?: Date;
}

const TITLES: Readonly<Record<string, string>> = { plda: "PLDA", elbo: "ELBO", score: "scores" };

/**
 * What `parity` found as a page: the verdict, all captures with their errors beside what is tolerated, and for each capture its
 * turns to listen to, its lanes, and every quantity.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describeEnvironment } from "#lib/parity/environment.ts";
 * import { parityReport } from "#lib/report/parity_report.ts";
 * const { verdict } = parityReport({ items: [], sounds: new Map(), environment: describeEnvironment() });
 * assert.equal(verdict.tone, "bad");
 * ```
 */
export function parityReport(page: ParityPage): Report {
  const { items, sounds, notes = [], faults = [] } = page;
  const names = [...new Set(items.map(({ report }) => report.name))];
  const good = items.filter(({ report }) => report.ok).length;
  const ok = items.length > 0 && good === items.length && faults.length === 0;
  const backends = [...new Set(items.map(({ report }) => `${report.backend} (${report.precision})`))].join(
    ", ",
  );
  const of = `${good} of ${counted(items.length, "replay")}`;
  return {
    title: `Parity with ${items.length > 0 && items.every((item) => item.isPyannotes) ? "pyannote: " : ""}${
      counted(names.length, "capture")
    } on ${backends || "no backend"}`,
    verdict: {
      text: ok
        ? `Parity: ${of} identical, every stage${
          items.some(({ report }) => report.notCompared.length > 0) ? " that was compared" : ""
        } within tolerance`
        : `No parity: ${of} as they should be`,
      tone: ok ? "good" : "bad",
    },
    summary: summaryOf(items) +
      (faults.length > 0 ? ` ${counted(faults.length, "capture")} could not be replayed.` : ""),
    sections: [
      {
        heading: "Captures",
        blocks: [
          ...notes.map((text) => ({ kind: "text", text } as const)),
          ...(faults.length > 0 ? [{ kind: "table", table: faultsTable(faults) } as const] : []),
          { kind: "table", table: capturesTable(items) },
          ...notComparedLines(items.map(({ report }) => report)).map((
            text,
          ) => ({ kind: "text", text } as const)),
          ...(items.some(({ report }) => report.hints?.length)
            ? [{ kind: "table", table: hintsTable(items) } as const]
            : []),
        ],
      },
      ...names.map((name) =>
        captureSection(items.filter(({ report }) => report.name === name), sounds.get(name))
      ),
      environmentSection(page),
    ],
    madeAt: page.madeAt ?? new Date(),
  };
}

function summaryOf(items: readonly ParityItem[]): string {
  const stages = items.flatMap(({ report }) => report.stages);
  const far = stages.filter(({ ok }) => !ok);
  const { length } = items.filter(({ report }) => report.rttm.identical && report.isolatedRttm.identical);
  const turns = `${length} of ${items.length} give the reference RTTM line for line.`;
  if (far.length === 0) {
    return `${turns} ${counted(stages.length, "quantity", "quantities")} compared, none beyond tolerance.`;
  }
  const [first] = far;
  return `${turns} ${far.length} of ${
    counted(stages.length, "quantity", "quantities")
  } are beyond tolerance, the first in ` +
    `${first.stage}: ${first.fault ?? first.quantity}.`;
}

function capturesTable(items: readonly ParityItem[]): Table {
  const several = new Set(items.map(({ report }) => report.backend)).size > 1;
  return {
    caption:
      "Largest absolute errors, the worse of the isolated and the chained run, rounded up to one digit. The bar is that " +
      "quantity of the column which is nearest to its tolerance, from 1e-17 to 1 on a logarithmic scale; the mark is the tolerance.",
    columns: [
      { title: "capture" },
      ...(several ? [{ title: "backend" }] : []),
      { title: "turns", isNumber: true },
      { title: "speakers", isNumber: true },
      { title: "exact" },
      ...ERROR_COLUMNS.map(({ title }) => ({ title: TITLES[title] ?? title, isNumber: true })),
      { title: "RTTM" },
      { title: "DER", isNumber: true },
      { title: "ms", isNumber: true },
    ],
    rows: items.map(({ report }): Cell[] => {
      const { name, backend, stages, notCompared, rttm, isolatedRttm, seconds } = report;
      const exact = exactness(stages, notCompared);
      const same = rttm.identical && isolatedRttm.identical;
      return [
        name,
        ...(several ? [backend] : []),
        `${rttm.turns}`,
        `${rttm.speakers}`,
        exact === "-" ? exact : {
          text: exact,
          ...(/^\d/.test(exact) ? {} : { tone: exact === "equal" ? "good" : "bad" } as const),
        },
        ...ERROR_COLUMNS.map(({ holds }) => errorCell(stages.filter(holds))),
        { text: same ? "same" : "different", tone: same ? "good" : "bad" },
        { text: formatFixed(rttm.der, 4), ...(rttm.der > 0 && { tone: "bad" as const }) },
        (1000 * seconds.total).toFixed(0),
      ];
    }),
  };
}

/** The one of some errors that came nearest to its tolerance, or went farthest beyond it. */
function errorCell(reports: readonly StageReport[]): Cell {
  const known = reports.filter(({ maxAbs }) => maxAbs !== null);
  if (known.length < reports.length || known.length === 0) {
    return reports.length === 0 ? "-" : { text: shortError(reports), tone: "bad" };
  }
  const closeness = ({ maxAbs, tolerance }: StageReport) => maxAbs === 0 ? 0 : maxAbs! / tolerance;
  const { maxAbs, tolerance } = known.reduce((a, b) => closeness(b) > closeness(a) ? b : a);
  const ok = reports.every((report) => report.ok);
  return {
    text: shortError(reports),
    // What is to be equal and is, needs no scale.
    ...(maxAbs === 0 && tolerance === 0 ? {} : { bar: { error: maxAbs!, tolerance } }),
    ...(ok ? {} : { tone: "bad" as const }),
  };
}

function faultsTable(faults: NonNullable<ParityPage["faults"]>): Table {
  return {
    caption: "Captures that could not be replayed.",
    columns: [{ title: "capture" }, { title: "what is wrong" }],
    rows: faults.map(({ name, error }): Cell[] => [name, { text: error, tone: "bad", isLong: true }]),
  };
}

function hintsTable(items: readonly ParityItem[]): Table {
  const share = (flags: readonly (boolean | undefined)[]): Cell => {
    const known = flags.filter((flag) => flag !== undefined), good = known.filter(Boolean).length;
    return { text: `${good} of ${known.length}`, tone: good === known.length ? "good" : "bad" };
  };
  return {
    caption: "Replays with hints on the number of speakers.",
    columns: ["capture", "backend", "full", "exclusive", "KMeans"].map((title) => ({ title })),
    rows: items.filter(({ report }) => report.hints?.length).map((
      { report: { name, backend, hints = [] } },
    ) => [
      name,
      backend,
      share(hints.map(({ identical }) => identical)),
      share(hints.map(({ exclusiveIdentical }) => exclusiveIdentical)),
      share(hints.map(({ kmeansLabelsEqual }) => kmeansLabelsEqual)),
    ]),
  };
}

function captureSection(items: readonly ParityItem[], sound: Sound | undefined): Section {
  const [{ report: { name }, reference, isPyannotes }] = items;
  const shown = items.find(({ report }) => !report.ok) ?? items[0];
  const durationSec = Math.max(reference.extent().end, shown.hypothesis.extent().end, 1);
  const recording: Recording = { durationSec, ...sound, name, turns: turnsOf(shown.hypothesis) };
  const lanes = lanesFigure({ reference, hypothesis: shown.hypothesis }, {
    names: {
      reference: isPyannotes ? "pyannote" : "Reference",
      hypothesis: `dialab, ${shown.report.backend}`,
    },
  });
  const table: Block = { kind: "table", table: quantitiesTable(items), foldedAs: "Every quantity" };
  return {
    heading: name,
    blocks: [{ kind: "player", recording }, { kind: "figure", figure: lanes, recording: name }, table],
  };
}

function quantitiesTable(items: readonly ParityItem[]): Table {
  return {
    caption:
      "Largest errors. Isolated, each stage is fed what the capture holds; chained, all come from segmentations and " +
      "embeddings alone.",
    columns: [
      ...["stage", "quantity", "backend"].map((title) => ({ title })),
      ...["isolated", "chained", "ulp", "tolerated"].map((title) => ({ title, isNumber: true })),
      { title: "" },
    ],
    rows: items.flatMap(({ report: { backend, stages } }) =>
      [...groupBy(stages, ({ stage, quantity }) => `${stage} ${quantity}`).values()].map(
        (reports): Cell[] => {
          const [{ stage, quantity, tolerance }] = reports;
          const far = reports.find(({ ok }) => !ok);
          const ulps = reports.some((report) => report.ulps === null)
            ? null
            : Math.max(...reports.map(({ ulps }) => ulps!));
          return [
            stage,
            quantity,
            backend,
            errorCell(reports.filter(({ mode }) => mode === "isolated")),
            errorCell(reports.filter(({ mode }) => mode === "chained")),
            ulps === null ? "-" : `${ulps}`,
            tolerance === 0 ? "equal" : shortNumber(tolerance),
            far
              ? { text: far.fault ?? "beyond tolerance", tone: "bad", isLong: true }
              : { text: "fine", tone: "good" },
          ];
        },
      )
    ),
  };
}
