/** What drift found, as a page. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { DriftRun } from "#lib/parity/drift/drift_run.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { driftReport } from "#lib/report/drift_report.ts";
import { listen } from "#lib/report/listen.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { commandAsGiven } from "../cli/as_given.ts";

/** Writes it, whole or not at all. */
export async function writeDriftPage(
  path: string,
  report: DriftReport,
  runs: { readonly a: DriftRun; readonly b: DriftRun },
): Promise<void> {
  const [a, b] = [runs.a, runs.b].map(({ artefacts, decimals }) =>
    artefacts.diarization && asWritten(artefacts.diarization, { decimals })
  );
  const file = audioOf(report.a.source) ?? audioOf(report.b.source);
  const page = driftReport({
    report,
    turns: a && b && { a, b },
    sound: file === undefined ? undefined : await listen(file),
    command: commandAsGiven("drift"),
  });
  await writeWhole(path, await reportPage(page));
}

/** The recording itself, or the clip of a capture. */
function audioOf(source: string): string | undefined {
  if (!existsSync(source)) return undefined;
  const file = statSync(source).isFile() ? source : join(source, "clip_16k.wav");
  return existsSync(file) ? file : undefined;
}
