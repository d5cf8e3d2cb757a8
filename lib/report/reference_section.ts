import { counted } from "#lib/language/counted.ts";
import type { Scores } from "#lib/metrics/score_file.ts";
import type { ScoringOptions } from "#lib/metrics/scoring_options.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import type { Section } from "./report.ts";

/** A result held against its reference. */
export interface ReferencePage {
  readonly reference: Annotation;
  /** As it was scored: with times of as many decimals as a file has. */
  readonly hypothesis: Annotation;
  readonly scores: Scores;
  /** By which rules. */
  readonly scoring?: ScoringOptions;
}

/**
 * How far a result is from its reference: DER and its parts, JER, how many speakers, and lanes of both and of what differs.
 *
 * @param recording Name of the page's recording.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scoreFile } from "#lib/metrics/score_file.ts";
 * import { referenceSection } from "#lib/report/reference_section.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 8), "ann");
 * const hypothesis = new Annotation().add(new Segment(0, 6), "x");
 * const scores = scoreFile(reference, hypothesis, { uri: "talk" });
 * const { blocks } = referenceSection({ reference, hypothesis, scores }, "talk");
 * assert.deepEqual(blocks[0].kind === "facts" && blocks[0].facts[0], ["DER", "25.00 %"]);
 * ```
 */
export function referenceSection(page: ReferencePage, recording: string): Section {
  const { reference, hypothesis, scores: { diarization, jaccard }, scoring = {} } = page;
  const { der, missed, falseAlarm, confusion, total } = diarization;
  const part = (seconds: number) =>
    `${formatPercent(total > 0 ? seconds / total : NaN)} (${formatSeconds(seconds)})`;
  return {
    heading: "Against the reference",
    blocks: [
      {
        kind: "facts",
        facts: [
          ["DER", formatPercent(der)],
          ["missed", part(missed)],
          ["false alarm", part(falseAlarm)],
          ["confusion", part(confusion)],
          ["JER", formatPercent(jaccard.jer)],
          ["speakers", `${jaccard.hypothesisSpeakers} found, ${jaccard.speakers} in the reference`],
          ["scored", `${formatSeconds(total)} of ${speakersIn(jaccard.speakers)}; ${rulesOf(scoring)}`],
        ],
      },
      {
        kind: "figure",
        figure: lanesFigure({ reference, hypothesis }, {
          title: "Reference, result and differences",
          names: { reference: "Reference", hypothesis: "Result" },
          scoring,
          coloursOf: "hypothesis", // as in the player and the lists
        }),
        recording,
      },
    ],
  };
}

/** Seconds of a DER's total are those of each who speaks. */
function speakersIn(count: number): string {
  return counted(count, "speaker");
}

function rulesOf({ collarSec = 0, collarKind, skipOverlap, uem }: ScoringOptions): string {
  const collar = `collar ${collarSec} s ${collarKind === "side" ? "on each side" : "in total"}`;
  return [
    collarSec > 0 ? collar : "no collar",
    skipOverlap ? "overlap skipped" : "overlap scored",
    uem === undefined ? "no UEM" : "within the UEM",
  ].join(", ");
}
