/** `process`: features of many recordings. See `--help`. */
import process from "node:process";
import { ProcessError } from "#lib/corpus/processors/process_error.ts";
import { type ProcessEvent, processRecordings } from "#lib/corpus/processors/process_recordings.ts";
import { processorNamed } from "#lib/corpus/processors/registry.ts";
import { readRecordings } from "#lib/corpus/recordings/read_recordings.ts";
import { groupBy } from "#lib/language/group_by.ts";
import { checkFolder } from "./cli/check_destination.ts";
import { type Command, type CommandLine, EXIT, main, UsageError } from "./cli/command_line.ts";
import { pipelineSettings } from "./cli/pipeline_settings.ts";
import { writeJson } from "./cli/print_report.ts";
import { say } from "./cli/say.ts";
import { Interruption } from "./diarize/interruption.ts";
import { networkProviders } from "./diarize/network_providers.ts";
import { Progress } from "./diarize/progress.ts";
import { help, options } from "./process/usage.ts";

function needed(values: CommandLine["values"], name: string, what: string): string {
  const value = values.get(name);
  if (value === undefined) throw new UsageError(`--${name} is needed: ${what}.`);
  return value;
}

function whole(values: CommandLine["values"], name: string): number | undefined {
  const given = values.get(name);
  if (given !== undefined && !/^[1-9]\d*$/.test(given)) {
    throw new UsageError(`--${name} is a whole number from 1, not ${given}.`);
  }
  return given === undefined ? undefined : Number(given);
}

function processorsNamed(names: readonly string[]) {
  if (names.length === 0) throw new UsageError("Name one processor or more: vad, snr, loudness, ...");
  try {
    return [...new Set(names)].map(processorNamed);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function run(line: CommandLine): Promise<number> {
  const { values, positionals } = line;
  const wanted = await pipelineSettings(line);
  if (wanted === undefined) return EXIT.fine;
  const processors = processorsNamed(positionals);
  const manifest = needed(values, "manifest", "a list of recordings, such as dialab manifest writes");
  const out = needed(values, "out", "a folder for the results");
  const jobs = whole(values, "jobs"), batchSize = whole(values, "batch-size");
  const provider = networkProviders(values.get("provider"));
  checkFolder(out, "--out");
  const notes: string[] = [], warnings: string[] = [];
  const { recordings } = await readRecordings(manifest, {
    warn(text) {
      warnings.push(text);
      say("warning", text);
    },
  });
  using interruption = new Interruption();
  const progress = new Progress(process.stderr);
  let finished = 0;
  const onEvent = (event: ProcessEvent) => {
    if (event.kind === "note") {
      notes.push(event.text);
      progress.line(`note: ${event.text}`);
    } else if (event.kind === "warning") {
      warnings.push(event.text);
      progress.line(`warning: ${event.text}`);
    } else if (event.kind === "progress") {
      progress.at(event.wavId, event.stage, event.completed, event.total);
    } else {
      progress.done(event.recording.wavId, `${outcome(event)} (${++finished}/${recordings.length})`);
      for (const line of failures(event)) progress.line(line);
    }
  };
  let report;
  try {
    report = await processRecordings(recordings, {
      ...{ out, processors, jobs, batchSize, provider, onEvent },
      resume: values.has("resume"),
      preset: wanted.preset,
      options: wanted.options,
      models: values.get("models"),
      signal: interruption.signal,
    });
  } catch (error) {
    progress.end();
    if (interruption.exitCode === undefined) throw error;
    progress.line("Interrupted. What is finished stays; --resume goes on.");
    return interruption.exitCode;
  }
  progress.end();
  const json = values.get("json");
  if (json !== undefined) await writeJson(json, JSON.stringify({ ...report, notes, warnings }, null, 2));
  const { made, kept, failed } = report;
  const left = kept > 0 ? `, ${kept} there already` : "", not = failed > 0 ? `, ${failed} failed` : "";
  progress.line(`${out}: ${made} made${left}${not}`);
  return failed > 0 ? EXIT.failed : EXIT.fine;
}

function outcome({ made, kept }: Extract<ProcessEvent, { kind: "done" }>): string {
  const done = made.filter(({ feature }) => feature.success).map(({ processor }) => processor);
  const failed = made.length - done.length;
  return [
    ...(done.length > 0 ? [done.join(", ")] : []),
    ...(kept > 0 ? [`${kept} there already`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join("; ");
}

/** What failed and why; what fails all of them is told once. */
function failures({ recording: { wavId }, made }: Extract<ProcessEvent, { kind: "done" }>): string[] {
  const failed = made.filter(({ feature }) => !feature.success);
  return [...groupBy(failed, ({ feature }) => feature.error)].map(([error, rows]) => {
    const which = rows.length === made.length ? "" : `${rows.map(({ processor }) => processor).join(", ")} `;
    return `${wavId}: ${which}failed: ${error}`;
  });
}

/** The command. */
export const command: Command = {
  help,
  options,
  run,
  statusOf: (error) =>
    error instanceof ProcessError ? error.kind === "occupied" ? EXIT.usage : EXIT.failed : undefined,
};

if (import.meta.main) await main(command);
