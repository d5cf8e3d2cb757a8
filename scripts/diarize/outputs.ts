/** The files that a diarization is written to. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import type { Diarization } from "#lib/diarization/diarize.ts";
import { DUMP_STAGES, type DumpStage, writeCapture } from "#lib/diarization/write_capture.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { annotationToJson } from "#lib/timeline/annotation_json.ts";
import { writeAudacity } from "#lib/timeline/audacity.ts";
import { writeCsv } from "#lib/timeline/csv.ts";
import { writeLab } from "#lib/timeline/lab.ts";
import { writeRttm } from "#lib/timeline/rttm.ts";
import { writeSrt } from "#lib/timeline/srt.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { writeTextGrid } from "#lib/timeline/textgrid.ts";
import { writeVtt } from "#lib/timeline/vtt.ts";

/** What a format may need besides the turns. */
interface Beside {
  readonly durationSec: number;
  readonly run: RunProvenance;
}

type Writer = (path: string, annotation: Annotation, beside: Beside) => Promise<void>;

/** Each format's ending and writer. */
const WRITERS: Readonly<Record<string, readonly [ending: string, write: Writer]>> = {
  rttm: ["rttm", (path, annotation) => writeRttm(path, annotation)],
  json: ["json", (path, annotation, { run }) => writeWhole(path, annotationToJson(annotation, { run }))],
  textgrid: [
    "TextGrid",
    (path, annotation, { durationSec }) => writeTextGrid(path, annotation, { durationSec }),
  ],
  audacity: ["audacity.txt", (path, annotation) => writeAudacity(path, annotation)],
  lab: ["lab", (path, annotation) => writeLab(path, annotation)],
  srt: ["srt", (path, annotation) => writeSrt(path, annotation)],
  vtt: ["vtt", (path, annotation, { run }) => writeVtt(path, annotation, { note: vttNote(run) })],
  csv: ["csv", (path, annotation) => writeCsv(path, annotation)],
};

/** Names for `--format`. */
export const FORMATS: readonly string[] = Object.keys(WRITERS);

/** What names of a format's files end in, without the dot. */
export function fileEnding(format: string): string {
  return WRITERS[format][0];
}

/** Names for `--dump`. */
export const DUMP_CHOICES: readonly string[] = ["all", ...DUMP_STAGES];

/** What is to be written. */
export interface OutputRequest {
  readonly out: string;
  readonly formats: readonly string[];
  readonly exclusive: boolean;
  /** Whether there is to be a page; write_page.ts writes it. */
  readonly html: boolean;
  /** What tells a page with a reference from another. */
  readonly against?: string;
  readonly embeddings: boolean;
  /** Whether what the results depend on is told in a file of its own. */
  readonly provenance: boolean;
  /** Stages of the capture; undefined for no capture. */
  readonly dump: readonly string[] | undefined;
}

/** A file or folder that one recording is to have. */
export interface Output {
  /** Path below the folder of results, with forward slashes. */
  readonly name: string;
  readonly isFolder: boolean;
  /** What tells it from another of its name: the stages of a capture. */
  readonly detail: string;
  /** Which turns it holds; undefined where it holds none or both. */
  readonly turns?: RunProvenance["turns"];
}

/** What a run depended on as one line that may stand in a WebVTT comment, where "-->" may not. */
function vttNote(run: RunProvenance): string {
  return `dialab ${JSON.stringify({ run }).replaceAll(">", "\\u003e")}`;
}

/** All that one recording is to have. */
export function outputsOf(uri: string, request: OutputRequest): Output[] {
  const { formats, exclusive, html, against = "", embeddings, provenance, dump } = request;
  const file = (name: string): Output => ({ name, isFolder: false, detail: "" });
  const endings = formats.map((format) => WRITERS[format][0]);
  return [
    ...endings.map((ending): Output => ({ ...file(`${uri}.${ending}`), turns: "overlapping" })),
    ...(exclusive
      ? endings.map((ending): Output => ({ ...file(`${uri}.exclusive.${ending}`), turns: "exclusive" }))
      : []),
    ...(html ? [{ ...file(`${uri}.html`), detail: against }] : []),
    ...(embeddings ? [file(`${uri}.embeddings.npz`)] : []),
    ...(provenance ? [file(provenanceName(uri))] : []),
    ...(dump === undefined
      ? []
      : [{ name: `captures/${uri}`, isFolder: true, detail: stagesOf(dump).join(",") }]),
  ];
}

function stagesOf(dump: readonly string[]): DumpStage[] {
  return DUMP_STAGES.filter((stage) => dump.includes("all") || dump.includes(stage));
}

/** The name of the file that tells of the run and of each result's sum. */
export function provenanceName(uri: string): string {
  return `${uri}.provenance.json`;
}

/** Where the page of a recording goes. */
export function pagePath(uri: string, { out }: OutputRequest): string {
  return join(out, `${uri}.html`);
}

/** Writes them but for the page and what `putResults` writes by itself, each whole or not at all. */
export async function writeOutputs(
  uri: string,
  result: Diarization,
  request: OutputRequest,
): Promise<void> {
  const run = result.provenance;
  const { out, formats, exclusive, embeddings, dump } = request;
  const { durationSec } = result;
  for (const format of formats) {
    const [ending, write] = WRITERS[format];
    await write(join(out, `${uri}.${ending}`), result.annotation, {
      durationSec,
      run: { ...run, turns: "overlapping" },
    });
    if (exclusive) {
      await write(join(out, `${uri}.exclusive.${ending}`), result.exclusive, {
        durationSec,
        run: { ...run, turns: "exclusive" },
      });
    }
  }
  if (embeddings) {
    await writeNpz(join(out, `${uri}.embeddings.npz`), { embeddings: result.embeddings }, { compress: true });
  }
  if (dump !== undefined) {
    await mkdir(join(out, "captures"), { recursive: true });
    await writeCapture(join(out, "captures", uri), result.stages, { run, stages: stagesOf(dump) });
  }
}
