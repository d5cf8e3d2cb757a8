import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { RunDifference } from "#lib/parity/drift/run_difference.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { amplificationFigure } from "#lib/plots/amplification_figure.ts";
import { errorByStageFigure } from "#lib/plots/error_by_stage_figure.ts";
import { errorOverTimeFigure } from "#lib/plots/error_over_time_figure.ts";
import type { Figure } from "#lib/plots/figure.ts";
import { heatMapFigure } from "#lib/plots/heat_map_figure.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { marginsFigure } from "#lib/plots/margins_figure.ts";
import { ulpHistogramFigure } from "#lib/plots/ulp_histogram_figure.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import { bisectionTable, marginsTable, quantitiesTable, turnErrorsTable } from "./drift_tables.ts";
import { environmentSection } from "./environment_section.ts";
import type { Sound } from "./listen.ts";
import type { Block, Recording, Report, Section } from "./report.ts";
import { turnsOf } from "./turns_of.ts";

/** What a page on drift is made of. */
export interface DriftPage {
  readonly report: DriftReport;
  /** The turns of both runs, with times of as many decimals; lanes and the list of turns need them. */
  readonly turns?: { readonly a: Annotation; readonly b: Annotation };
  /** What `listen` gave, where the sound is at hand. */
  readonly sound?: Sound;
  /** The command that makes the page again. */
  readonly command?: string;
  /** @default now */
  readonly madeAt?: Date;
}

/** Maps and histograms of so many quantities, those whose errors are worst by their tolerance. */
const PICTURES = 3;

/** Fewer values than this make no histogram. */
const ENOUGH = 50;

/**
 * What `drift` found as a page: whether the runs part and where that begins, the recording to listen to, errors by stage, in
 * time and in their arrays, and, as far as they were asked for, bisection, margins and amplification.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { describeEnvironment } from "#lib/parity/environment.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { driftReport } from "#lib/report/drift_report.ts";
 * const run = recordedRun(await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`));
 * const a = { name: "a", computed: "recorded", source: "a" };
 * const report = { a, b: a, environment: describeEnvironment(), difference: compareRuns(run, run), seconds: {} };
 * assert.match(driftReport({ report }).verdict.text, /^The same turns/);
 * ```
 */
export function driftReport(page: DriftPage): Report {
  const { report, turns, sound, command } = page;
  const {
    a,
    b,
    difference,
    bisection,
    margins,
    amplification,
    environment,
    seconds,
    warnings = [],
    notes = [],
  } = report;
  const recording = turns && recordingOf(turns, sound);
  const heard = recording?.name;
  const sections: (Section | undefined)[] = [
    {
      heading: "Where it begins",
      blocks: [
        ...notes.map((text) => ({ kind: "text", text } as const)),
        ...warnings.map((text) => ({ kind: "text", text: `Warning: ${text}` } as const)),
        { kind: "facts", facts: [...otherSettings(report), ...beginning(difference)] },
        ...(bisection
          ? [{ kind: "text", text: bisection.verdict }, {
            kind: "table",
            table: bisectionTable(bisection, heard),
          }] as const
          : []),
      ],
    },
    turns && recording && {
      heading: "Turns",
      blocks: [
        { kind: "player", recording },
        figure(
          lanesFigure({ reference: turns.a, hypothesis: turns.b }, {
            names: { reference: `A: ${a.name}`, hypothesis: `B: ${b.name}` },
          }),
          heard,
        ),
        ...(difference.turns && difference.turns.errors.length > 0
          ? [{ kind: "table", table: turnErrorsTable(difference.turns, heard) } as const]
          : []),
      ],
    },
    {
      heading: "Errors",
      blocks: [
        { kind: "table", table: quantitiesTable(difference, heard) },
        ...errorFigures(difference).map((one) => figure(one, heard)),
      ],
    },
    margins && {
      heading: "How near decisions were",
      blocks: [margins.a, margins.b].flatMap((of, i): Block[] => [
        figure(marginsFigure(of.lists, { title: `${"AB"[i]}: ${of.run}` }), undefined),
        { kind: "table", table: marginsTable(of, heard) },
      ]),
    },
    amplification && {
      heading: "How noise spreads",
      blocks: [figure(amplificationFigure(amplification), undefined)],
    },
    environmentSection({
      environment,
      facts: [
        ["A", `${a.name}: ${a.computed}${a.adapter ? `, ${a.adapter}` : ""}`],
        ["B", `${b.name}: ${b.computed}${b.adapter ? `, ${b.adapter}` : ""}`],
        ...Object.entries(seconds).map(([part, value]) =>
          [`seconds, ${part}`, formatSeconds(value, { unit: "" })] as const
        ),
      ],
      command,
    }),
  ];
  return {
    title: `${a.name} against ${b.name}`,
    verdict: { text: verdictOf(difference), tone: difference.identical ? "good" : "bad" },
    summary: summaryOf(difference),
    sections: sections.filter((section) => section !== undefined),
    madeAt: page.madeAt ?? new Date(),
  };
}

function otherSettings({ settings = [] }: DriftReport): [string, string][] {
  return settings.map(({ what, a, b }) => [what, `${a} in A, ${b} in B`]);
}

function figure(one: Figure, recording: string | undefined): Block {
  return { kind: "figure", figure: one, recording };
}

function recordingOf({ a, b }: NonNullable<DriftPage["turns"]>, sound: Sound | undefined): Recording {
  const durationSec = Math.max(a.extent().end, b.extent().end, 1);
  return { durationSec, ...sound, name: a.uri ?? "recording", turns: turnsOf(a) };
}

function verdictOf({ identical, turns, quantities }: RunDifference): string {
  if (identical) {
    return quantities.every(({ differing }) => differing === 0)
      ? "The same turns, and every stage the same to the bit"
      : "The same turns; stages differ without a consequence";
  }
  if (turns === undefined) return "Nothing to say of the turns: a run has none";
  if (turns.namesOnly) return "The same turns under other names";
  const { firstChange } = turns;
  const first = firstChange
    ? `, first at ${clockTime(firstChange.startSec)}, where ${firstChange.words}`
    : ": the same speakers at every instant, in other lines";
  return `Other turns: DER ${formatPercent(turns.der)}${first}`;
}

function summaryOf({ quantities, turns }: RunDifference): string {
  const beyond = quantities.filter(({ beyondTolerance }) => beyondTolerance).length;
  const differing = quantities.filter((one) => one.differing > 0).length;
  const stages =
    `${differing} of ${quantities.length} quantities differ, ${beyond} beyond what rounding explains.`;
  if (turns === undefined || turns.identical) return stages;
  const { missed, falseAlarm, confusion } = turns;
  const seconds = [[missed, "missed"], [falseAlarm, "false alarm"], [confusion, "confusion"]] as const;
  return `${stages} In B, A being the reference: ${
    seconds.map(([value, name]) => `${formatSeconds(value)} ${name}`).join(", ")
  }.`;
}

function beginning({ firstDiffering, firstBeyondTolerance, onlyIn, turns }: RunDifference) {
  const facts: (readonly [string, string])[] = [
    ["first stage that differs at all", firstDiffering ?? "none"],
    ["first beyond what rounding explains", firstBeyondTolerance ?? "none"],
  ];
  if (turns) {
    facts.push(["speakers in A and B", turns.speakers.join(" and ")], [
      "turns in A and B",
      turns.turns.join(" and "),
    ]);
  }
  for (const run of ["a", "b"] as const) {
    if (onlyIn[run].length > 0) facts.push([`only in ${run.toUpperCase()}`, onlyIn[run].join(", ")]);
  }
  return facts;
}

/** Errors by stage and in time; the maps and histograms of the worst quantities. */
function errorFigures({ quantities }: RunDifference): Figure[] {
  const series = quantities.flatMap(({ quantity, overTime, differing }) =>
    overTime && differing > 0 ? [{ name: quantity, ...overTime }] : []
  );
  const severity = ({ maxAbs, tolerance, differing }: RunDifference["quantities"][number]) =>
    differing === 0 ? 0 : (maxAbs ?? Infinity) / Math.max(tolerance, Number.MIN_VALUE);
  const worst = quantities.filter(({ differing }) => differing > 0).sort((x, y) => severity(y) - severity(x));
  const maps = worst.filter(({ map }) => map).slice(0, PICTURES);
  const histograms = worst.filter(({ ulps, compared }) => ulps && compared >= ENOUGH).slice(0, PICTURES);
  return [
    errorByStageFigure(quantities),
    ...(series.length > 0 ? [errorOverTimeFigure(series)] : []),
    ...maps.map(({ quantity, map }) =>
      heatMapFigure(map!, {
        name: `drift-heat-map-${quantity}`,
        title: `${quantity}: largest error by ${map!.rows.axis} and ${map!.columns.axis}`,
      })
    ),
    ...histograms.map(({ quantity, ulps }) =>
      ulpHistogramFigure(ulps!, {
        title: `${quantity}: how many ${ulps!.type === "f8" ? "float64" : "float32"} steps apart`,
      })
    ),
  ];
}
