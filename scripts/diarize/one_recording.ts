/** One recording of many: diarized, or passed over, or told why not; the others go on. */
import { type Diarization, diarize } from "#lib/diarization/diarize.ts";
import type { Diarizer, DiarizeSettings } from "#lib/diarization/diarizer.ts";
import { gatherProvenance } from "#lib/diarization/gather_provenance.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { isForeseen, messageOf, tellError } from "../cli/tell_error.ts";
import { type OutputRequest, outputsOf, pagePath, writeOutputs } from "./outputs.ts";
import type { Progress } from "./progress.ts";
import { checkOutputs, putResults, resumeVerdict } from "./results.ts";
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
  const provenance = () => gatherProvenance(file, { diarizer, settings });
  const warnings: string[] = [];
  try {
    checkOutputs(uri, request);
    const verdict = resume ? await resumeVerdict(uri, request, provenance) : "absent";
    if (verdict === "there") {
      progress.line(`${uri}: there already`);
      return { uri, file, status: "skipped", outputs };
    }
    if (verdict !== "absent") warnings.push(`Computed again: ${verdict.because}.`);
    const result = await diarize(file, {
      ...settings,
      diarizer,
      uri,
      signal,
      hook: (stage, _, { completed, total }) => progress.at(uri, stage, completed, total),
    });
    const whole = { ...result, warnings: [...warnings, ...result.warnings] };
    await putResults(uri, request, whole.provenance, async (staged) => {
      await writeOutputs(uri, whole, staged);
      if (request.html) await page(pagePath(uri, staged), whole, { file, uri }, shared);
    });
    return done(whole, { file, uri, outputs }, progress);
  } catch (error) {
    if (signal.aborted) return { uri, file, status: "failed", error: "interrupted" };
    const message = messageOf(error);
    progress.done(uri, `failed: ${message}`);
    if (!isForeseen(error)) progress.line(tellError(error).text.trimEnd());
    return { uri, file, status: "failed", error: message, warnings };
  }
}

function page(
  path: string,
  result: Diarization,
  { file, uri }: { readonly file: string; readonly uri: string },
  { diarizer, settings, facts }: SharedSettings,
): Promise<void> {
  const options = diarizer.optionsWith(settings.options);
  return writeDiarizationPage(path, result, { file, name: uri, channel: settings.channel, options, facts });
}

function done(
  { durationSec, seconds, annotation, warnings, provenance }: Diarization,
  named: Pick<Outcome, "file" | "uri" | "outputs">,
  progress: Progress,
): Outcome {
  const written = asWritten(annotation, { warn: () => {} }); // who writes it warns
  const turns = [...written.itertracks()].length, speakers = written.labels().length;
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
  const realTimeFactor = seconds.total / durationSec;
  const speed = `${(1 / realTimeFactor).toFixed(1)} x real time`;
  progress.done(named.uri, `${count(speakers, "speaker")}, ${count(turns, "turn")}, ${speed}`);
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
