/** A recording's diarization as a page. */
import type { Diarization } from "#lib/diarization/diarize.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { diarizationReport } from "#lib/report/diarization_report.ts";
import { listen } from "#lib/report/listen.ts";
import type { ReferencePage } from "#lib/report/reference_section.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { commandAsGiven } from "../cli/as_given.ts";

/** What the page tells besides the result. */
export interface PageSettings {
  readonly file: string;
  readonly name: string;
  readonly channel: number | undefined;
  readonly options: CommunityOptionsInput;
  /** What the result depends on, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Its reference, and how far the result is from it. */
  readonly against?: ReferencePage;
}

/** Writes it, whole or not at all. */
export async function writeDiarizationPage(
  path: string,
  result: Diarization,
  { file, name, channel, options, facts, against }: PageSettings,
): Promise<void> {
  const report = await diarizationReport({
    name,
    result,
    sound: await listen(file, { channel }),
    options,
    environment: describeEnvironment(),
    facts,
    against,
    command: commandAsGiven("diarize"),
  });
  await writeWhole(path, await reportPage(report));
}
