/** One recording of many: diarized, or passed over, or told why not; the others go on. */
import { counted } from "#lib/language/counted.ts";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Diarization, diarize } from "#lib/diarization/diarize.ts";
import type { Diarizer, DiarizeSettings } from "#lib/diarization/diarizer.ts";
import { gatherProvenance } from "#lib/diarization/gather_provenance.ts";
import type { FileScore } from "#lib/metrics/score_file.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import type { ReferencePage } from "#lib/report/reference_section.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { formatRttm } from "#lib/timeline/rttm.ts";
import { isForeseen, messageOf, tellError } from "../cli/tell_error.ts";
import { type OutputRequest, outputsOf, pagePath, writeOutputs } from "./outputs.ts";
import type { Progress } from "./progress.ts";
import type { References } from "./reference.ts";
import { putResults } from "./put_results.ts";
import { readRecord, type RecordedOutput } from "./result_record.ts";
import { checkOutputs, resumeVerdict } from "./results.ts";
import { writeDiarizationPage } from "./write_page.ts";

/** What became of one recording. */
export interface Outcome {
  readonly uri: string;
  readonly file: string;
  readonly status: "done" | "skipped" | "failed";
  readonly error?: string;
  readonly speakers?: number;
  readonly turns?: number;
  readonly durationSec?: number;
  /** Time taken over the recording's length. */
  readonly realTimeFactor?: number;
  readonly seconds?: Readonly<Record<string, number>>;
  readonly outputs?: readonly string[];
  readonly warnings?: readonly string[];
  /** What the result depends on. */
  readonly run?: RunProvenance;
  /** Against its reference, where there is one. */
  readonly scores?: readonly FileScore[];
}

/** What all recordings of a command share. */
export interface SharedSettings {
  readonly diarizer: Diarizer;
  readonly settings: Pick<DiarizeSettings, "options" | "channel">;
  readonly request: OutputRequest;
  /** Whether results that are there are left. */
  readonly resume: boolean;
  /** What the page tells. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly references?: References;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Does one recording. Whatever is wrong with it is told, and stands in what it gives. */
export async function oneRecording(
  { file, uri }: { readonly file: string; readonly uri: string },
  shared: SharedSettings,
): Promise<Outcome> {
  const { diarizer, settings, request, resume, progress, signal } = shared;
  const outputs = outputsOf(uri, request).map(({ name }) => `${request.out}/${name}`);
  let gathered: Promise<RunProvenance> | undefined;
  const provenance = () => gathered ??= gatherProvenance(file, { diarizer, settings });
  const warnings: string[] = [];
  try {
    checkOutputs(uri, request);
    const verdict = resume ? await resumeVerdict(uri, request, provenance) : "absent";
    if (verdict === "there") {
      progress.line(`${uri}: there already`);
      const { warnings: of = [], ...scored } = await scoreThere(uri, shared, provenance) ?? {};
      const made = await madeThen(uri, request);
      const all = [...made?.warnings ?? [], ...of];
      for (const warning of all) progress.line(`${uri}: warning: ${warning}`);
      const run = made?.run;
      return { uri, file, status: "skipped", outputs, warnings: all, ...(run && { run }), ...scored };
    }
    if (verdict !== "absent") warnings.push(`Computed again: ${verdict.because}.`);
    const result = await diarize(file, {
      ...settings,
      diarizer,
      uri,
      signal,
      hook: (stage, _, { completed, total }) => progress.at(uri, stage, completed, total),
    });
    const scored = shared.references?.score(
      uri,
      formatRttm(result.annotation, { warn: () => {} }),
      result.durationSec,
    );
    const odd = scored === undefined ? [] : [...scored.warnings, ...scored.faults];
    const whole = { ...result, warnings: [...warnings, ...result.warnings, ...odd] };
    const told = await putResults(
      uri,
      request,
      { run: whole.provenance, warnings: result.warnings },
      async (staged) => {
        await writeOutputs(uri, whole, staged);
        if (request.html) {
          await page(pagePath(uri, staged), whole, { file, uri, against: scored?.page }, shared);
        }
      },
    );
    const all = { ...whole, warnings: [...whole.warnings, ...told] };
    return { ...done(all, { file, uri, outputs }, progress), ...(scored && { scores: scored.files }) };
  } catch (error) {
    if (signal.aborted) return { uri, file, status: "failed", error: "interrupted" };
    const message = messageOf(error);
    progress.done(uri, `failed: ${message}`);
    if (!isForeseen(error)) progress.line(tellError(error).text.trimEnd());
    return { uri, file, status: "failed", error: message, warnings };
  }
}

/** What the results that are there were made with and what was warned of, as it was told then. */
async function madeThen(
  uri: string,
  request: OutputRequest,
): Promise<Pick<RecordedOutput, "run" | "warnings"> | undefined> {
  const names = outputsOf(uri, request).map(({ name }) => name);
  const record = await readRecord(request.out, uri);
  return record?.outputs.find(({ name }) => names.includes(name));
}

function page(
  path: string,
  result: Diarization,
  { file, uri, against }: {
    readonly file: string;
    readonly uri: string;
    readonly against: ReferencePage | undefined;
  },
  { diarizer, settings, facts }: SharedSettings,
): Promise<void> {
  const options = diarizer.optionsWith(settings.options);
  const { channel } = settings;
  return writeDiarizationPage(path, result, { file, name: uri, channel, options, facts, against });
}

/** Scores results that are there, from the RTTM beside them if it is of the same run and as dialab wrote it. */
async function scoreThere(
  uri: string,
  { references, request }: SharedSettings,
  provenance: () => Promise<RunProvenance>,
): Promise<Pick<Outcome, "scores" | "warnings"> | undefined> {
  if (references === undefined) return undefined;
  const path = `${request.out}/${uri}.rttm`;
  if (!existsSync(path)) {
    return { warnings: [`Its results that are there are no RTTM; they are not scored.`] };
  }
  const alone = { out: request.out, formats: ["rttm"], dump: undefined };
  const verdict = await resumeVerdict(
    uri,
    { ...alone, exclusive: false, html: false, embeddings: false, provenance: false },
    provenance,
  );
  if (verdict !== "there") {
    const why = verdict === "absent" ? "" : `: ${verdict.because}`;
    return { warnings: [`The RTTM beside the results that are there is not scored${why}.`] };
  }
  const { files, warnings, faults } = references.score(uri, await readFile(path, "utf8"));
  return { scores: files, warnings: [...warnings, ...faults] };
}

function done(
  { durationSec, seconds, annotation, warnings, provenance }: Diarization,
  named: Pick<Outcome, "file" | "uri" | "outputs">,
  progress: Progress,
): Outcome {
  const written = asWritten(annotation, { warn: () => {} }); // who writes it warns
  const turns = [...written.itertracks()].length, speakers = written.labels().length;
  const realTimeFactor = seconds.total / durationSec;
  const speed = `${(1 / realTimeFactor).toFixed(1)} x real time`;
  progress.done(named.uri, `${counted(speakers, "speaker")}, ${counted(turns, "turn")}, ${speed}`);
  for (const warning of warnings) progress.line(`${named.uri}: warning: ${warning}`);
  return {
    ...named,
    status: "done",
    speakers,
    turns,
    durationSec,
    realTimeFactor,
    seconds,
    warnings,
    run: provenance,
  };
}
