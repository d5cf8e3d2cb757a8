/** What the figure of lanes shows, before anything is drawn: groups of rows, each with its turns. */
import { formatPercent } from "#lib/numerics/format_percent.ts";
import type { ScoringOptions } from "#lib/metrics/scoring_options.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { pairedColours } from "./paired_colours.ts";
import { paletteOf, type Theme } from "./palette.ts";
import type { Turn } from "./thin_turns.ts";
import { DIFFERENCE_KINDS, type TurnDifferences, turnDifferences } from "./turn_differences.ts";

/** One or both of the annotations to show; with both, their differences too. */
export interface LanesData {
  readonly reference?: Annotation;
  readonly hypothesis?: Annotation;
}

/** One lane. */
export interface LaneRow {
  readonly label: string;
  /** The same for the lanes of one speaker in both annotations: the label in the reference. */
  readonly speaker: string;
  readonly turns: readonly Turn[];
  /** Seconds in the lane, each moment counted once; speaker time for differences. */
  readonly totalSec: number;
  readonly colour: (theme: Theme) => string;
}

/** Lanes that belong together. */
export interface LaneGroup {
  readonly heading: string;
  readonly kind: "reference" | "hypothesis" | "differences";
  readonly rows: readonly LaneRow[];
}

/** All lanes and what lies between them. */
export interface LaneGroups {
  readonly groups: readonly LaneGroup[];
  readonly differences?: TurnDifferences;
}

/** How lanes are named. */
export interface LaneNames {
  /** @default "Reference" */
  readonly reference?: string;
  /** @default "Hypothesis" */
  readonly hypothesis?: string;
}

/** Settings of {@link laneGroups}. */
export interface LaneOptions {
  readonly names?: LaneNames;
  /** Those of the RTTM that the turns are held against; shown are the turns that it holds. @default {3} */
  readonly decimals?: number;
  /** What of the differences counts. @default {all} */
  readonly scoring?: ScoringOptions;
  /** Whose speakers have the colours of `speakerColours`, as elsewhere on a page; those of the other have their partners'. @default {"reference"} */
  readonly coloursOf?: "reference" | "hypothesis";
}

/** Longer than this must a difference be to be shown: an RTTM's times are rounded to milliseconds. */
export const ROUNDING_SEC = 0.001 + 1e-6;

const KIND_NAMES = { missed: "missed", falseAlarm: "false alarm", confusion: "confusion" } as const;

/**
 * Rows for a reference, a hypothesis, or both and their differences. Speakers of the hypothesis stand in the order of their partners in
 * the reference, in the same colours.
 *
 * @throws {TypeError} when there is neither.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { laneGroups } from "#lib/plots/lane_rows.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 4), "ann");
 * const { groups } = laneGroups({ reference, hypothesis: reference.renameLabels(new Map([["ann", "x"]])) });
 * assert.deepEqual(groups.map(({ rows }) => rows.length), [1, 1, 3]);
 * assert.equal(groups[1].rows[0].colour("dark"), groups[0].rows[0].colour("dark"));
 * ```
 */
export function laneGroups(data: LanesData, options: LaneOptions = {}): LaneGroups {
  if (data.reference === undefined && data.hypothesis === undefined) {
    throw new TypeError("Lanes need a reference, a hypothesis, or both");
  }
  const { names = {}, decimals, scoring, coloursOf = "reference" } = options;
  const reference = data.reference && asWritten(data.reference, { decimals });
  const hypothesis = data.hypothesis && asWritten(data.hypothesis, { decimals });
  const differences = reference && hypothesis ? turnDifferences(reference, hypothesis, scoring) : undefined;
  const mapping = differences?.rate.mapping ?? new Map<string, string>();
  const labels = { reference: reference?.labels() ?? [], hypothesis: hypothesis?.labels() ?? [] };
  const paired = (theme: Theme) => {
    if (coloursOf === "reference") return pairedColours(labels, { mapping, theme });
    const turned = pairedColours(
      { reference: labels.hypothesis, hypothesis: labels.reference },
      { mapping: new Map([...mapping].map(([label, partner]) => [partner, label])), theme },
    );
    return { reference: turned.hypothesis, hypothesis: turned.reference };
  };
  const themed = { light: paired("light"), dark: paired("dark") };
  const groups: LaneGroup[] = [];
  for (const [kind, annotation] of [["reference", reference], ["hypothesis", hypothesis]] as const) {
    if (annotation === undefined) continue;
    const rows = annotation.labels().map((label): LaneRow => ({
      label,
      speaker: kind === "hypothesis" ? mapping.get(label) ?? label : label,
      turns: turnsOf(annotation, label),
      totalSec: annotation.labelDuration(label),
      colour: (theme) => themed[theme][kind].get(label)!,
    }));
    const place = (row: LaneRow) => mapping.has(row.label) ? labels.reference.indexOf(row.speaker) : Infinity;
    if (kind === "hypothesis") rows.sort((a, b) => place(a) === place(b) ? 0 : place(a) - place(b));
    const heading = names[kind] ?? (kind === "reference" ? "Reference" : "Hypothesis");
    groups.push({ heading, kind, rows });
  }
  if (differences !== undefined) groups.push(differenceGroup(differences));
  return { groups, differences };
}

function differenceGroup({ turns, rate }: TurnDifferences): LaneGroup {
  const rows = DIFFERENCE_KINDS.map((kind): LaneRow => ({
    label: KIND_NAMES[kind],
    speaker: kind,
    turns: turns[kind].filter(({ startSec, endSec }) => endSec - startSec > ROUNDING_SEC),
    totalSec: rate[kind],
    colour: (theme) => paletteOf(theme).error,
  }));
  return { heading: `Differences, DER ${formatPercent(rate.der)}`, kind: "differences", rows };
}

function turnsOf(annotation: Annotation, label: string): Turn[] {
  return annotation.labelTimeline(label).segments.map(({ start, end }) => ({ startSec: start, endSec: end }));
}
