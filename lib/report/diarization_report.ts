import { ndArray } from "#lib/arrays/nd_array.ts";
import type { Diarization } from "#lib/diarization/diarize.ts";
import { type CommunityOptionsInput, parseOptions } from "#lib/pipeline/options.ts";
import { provenanceFacts } from "#lib/pipeline/provenance_facts.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { dendrogramFigure } from "#lib/plots/dendrogram_figure.ts";
import { elboFigure } from "#lib/plots/elbo_figure.ts";
import { embeddingMapFigure } from "#lib/plots/embedding_map_figure.ts";
import type { Figure } from "#lib/plots/figure.ts";
import { counted } from "#lib/plots/format_number.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { principalPlane } from "#lib/plots/principal_plane.ts";
import { responsibilitiesFigure } from "#lib/plots/responsibilities_figure.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import { clusterLabels } from "./cluster_labels.ts";
import { environmentSection, type Provenance } from "./environment_section.ts";
import type { Sound } from "./listen.ts";
import { type ReferencePage, referenceSection } from "./reference_section.ts";
import type { Recording, Report, Section, Table } from "./report.ts";
import { speakersOf } from "./recording_data.ts";
import { turnsOf } from "./turns_of.ts";

/** What a diarization report is made of. */
export interface DiarizationPage extends Provenance {
  readonly name: string;
  readonly result: Omit<Diarization, "provenance"> & Partial<Pick<Diarization, "provenance">>;
  /** What `listen` gave; without it the reader is asked for the file. */
  readonly sound?: Sound;
  /** The reference, where there is one, and the scores. */
  readonly against?: ReferencePage;
  /** Settings of the stages; for the height at which the tree was cut. */
  readonly options?: CommunityOptionsInput;
  /** @default now */
  readonly madeAt?: Date;
}

/**
 * A diarized recording as a page: how many speak and how long, the recording to listen to turn by turn, its lanes, and how the
 * clusters came about, as far as the result tells.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { describeEnvironment } from "#lib/parity/environment.ts";
 * import { diarizationReport } from "#lib/report/diarization_report.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const annotation = new Annotation().add(new Segment(0, 2), "SPEAKER_00");
 * const embeddings = ndArray("f4", [0, 3, 256], new Float32Array(0));
 * const rest = { stages: {}, durationSec: 3, seconds: { total: 1 }, warnings: [] };
 * const { verdict } = await diarizationReport({
 *   name: "talk",
 *   result: { annotation, exclusive: annotation, embeddings, ...rest },
 *   environment: describeEnvironment(),
 * });
 * assert.equal(verdict.text, "One speaker in 0:03");
 * ```
 */
export async function diarizationReport(page: DiarizationPage): Promise<Report> {
  const { name, result, sound, options, against } = page;
  const { durationSec, seconds, warnings, provenance } = result;
  const annotation = asWritten(result.annotation);
  const turns = turnsOf(annotation);
  const end = Math.max(durationSec, annotation.extent().end);
  const recording: Recording = { ...sound, name, turns, durationSec: end };
  const speakers = annotation.labels().length;
  const whole = clockTime(durationSec, { decimals: 0 });
  const spoken = annotation.getTimeline().support().duration();
  const figures = await clusteringFigures(result.stages, options);
  const sections: Section[] = [
    {
      heading: "Listen",
      blocks: [
        ...warnings.map((text) => ({ kind: "text", text: `Warning: ${text}` } as const)),
        { kind: "player", recording },
        {
          kind: "figure",
          figure: lanesFigure({ hypothesis: annotation }, { names: { hypothesis: name } }),
          recording: name,
        },
      ],
    },
    ...(against ? [referenceSection(against, name)] : []),
    { heading: "Speakers", blocks: [{ kind: "table", table: speakersTable(recording) }] },
    ...(figures.length > 0
      ? [{
        heading: "How the speakers were told apart",
        blocks: figures.map((figure) => ({ kind: "figure", figure } as const)),
      }]
      : []),
    ...(provenance
      ? [{
        heading: "Provenance",
        isFolded: true,
        blocks: [{ kind: "facts", facts: provenanceFacts(provenance) } as const],
      }]
      : []),
    { heading: "Time taken", blocks: [{ kind: "table", table: secondsTable(seconds) }] },
    environmentSection(page),
  ];
  return {
    title: name,
    verdict: {
      text: `${
        speakers === 0 ? "No speech" : speakers === 1 ? "One speaker" : `${speakers} speakers`
      } in ${whole}`,
      tone: "neutral",
    },
    summary:
      `${counted(turns.length, "turn")}; somebody speaks for ${formatSeconds(spoken)}, two or more at ` +
      `once for ${formatSeconds(annotation.getOverlap().duration())}. Computed ${
        (durationSec / seconds.total).toFixed(1)
      } times ` +
      "faster than it plays.",
    sections,
    ...(provenance && { run: provenance }),
    madeAt: page.madeAt ?? new Date(),
  };
}

function speakersTable(recording: Recording): Table {
  const speakers = speakersOf(recording);
  const all = speakers.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    caption: "Speaking time; overlapping speech counts for each who speaks.",
    columns: [
      { title: "speaker" },
      ...["time", "share", "turns", "median turn", "longest turn"].map((title) => ({
        title,
        isNumber: true,
      })),
      { title: "first heard" },
    ],
    rows: speakers.map(({ label, seconds }) => {
      const own = recording.turns.filter((turn) => turn.label === label);
      const lengths = own.map(({ startSec, endSec }) => endSec - startSec).sort((a, b) => a - b);
      const startSec = own.reduce((least, turn) => Math.min(least, turn.startSec), Infinity);
      return [
        label,
        formatSeconds(seconds),
        formatPercent(seconds / all, { decimals: 1 }),
        `${own.length}`,
        formatSeconds(median(lengths)),
        formatSeconds(lengths[lengths.length - 1]),
        { text: clockTime(startSec), heardAt: { recording: recording.name, startSec } },
      ];
    }),
  };
}

/** Of sorted values, at least one. */
function median(values: readonly number[]): number {
  const { length } = values;
  return (values[Math.floor((length - 1) / 2)] + values[Math.ceil((length - 1) / 2)]) / 2;
}

function secondsTable(seconds: Readonly<Record<string, number>>): Table {
  return {
    caption: "Seconds of each stage.",
    columns: [{ title: "stage" }, { title: "seconds", isNumber: true }],
    rows: Object.entries(seconds).map(([stage, value]) => [
      stage.replaceAll("_", " "),
      formatSeconds(value, { unit: "" }),
    ]),
  };
}

/** Pictures of what the stages gave; of what is not there, none. */
async function clusteringFigures(
  stages: Partial<Artefacts>,
  options: CommunityOptionsInput | undefined,
): Promise<Figure[]> {
  const { tree, q, pi, elbo } = stages;
  const map = await embeddingMap(stages);
  return [
    ...(map ? [map] : []),
    ...(tree && tree.shape[0] > 0
      ? [dendrogramFigure({ tree: tree.data, threshold: parseOptions(options).ahc.threshold })]
      : []),
    ...(q && q.shape[0] > 0 ? [responsibilitiesFigure({ q, pi })] : []),
    ...(elbo && elbo.data.length > 0 ? [elboFigure(elbo.data)] : []),
  ];
}

/** The embeddings that were clustered, each under the speaker that its slot became. */
async function embeddingMap(stages: Partial<Artefacts>): Promise<Figure | undefined> {
  const { embeddings, training, hardClusters, discreteDiarization } = stages;
  if (!embeddings || !hardClusters || !discreteDiarization || !training || training.chunkIndex.length < 3) {
    return undefined;
  }
  const [, slots, columns] = embeddings.shape;
  const places = Array.from(training.chunkIndex, (chunk, i) => chunk * slots + training.speakerIndex[i]);
  const points = new Float32Array(places.length * columns);
  places.forEach((place, i) =>
    points.set(embeddings.data.subarray(place * columns, (place + 1) * columns), i * columns)
  );
  const names = clusterLabels(discreteDiarization);
  // In the order of the speakers' names, so that each has the colour it has everywhere.
  const labels = names.filter((label) => label !== undefined).sort();
  const clusters = places.map((place) => {
    const label = names[hardClusters.data[place]];
    return label === undefined ? -1 : labels.indexOf(label);
  });
  const plane = await principalPlane(ndArray("f4", [places.length, columns], points));
  return embeddingMapFigure({ plane, clusters }, { labels });
}
