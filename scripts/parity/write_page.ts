/** The parity report as a page. */
import { stat } from "node:fs/promises";
import { describeEnvironment } from "#lib/parity/environment.ts";
import type { FoundCapture } from "#lib/parity/find_captures.ts";
import { readManifest } from "#lib/parity/read_manifest.ts";
import { listen, type Sound } from "#lib/report/listen.ts";
import { type ParityItem, parityReport } from "#lib/report/parity_report.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { commandAsGiven } from "../cli/as_given.ts";
import { clipOf } from "./end_to_end.ts";
import type { CaptureFault } from "./faults.ts";

/** What all clips of a page may take together, in bytes. */
const SOUND_BYTES = 4e6;

/** The clips of captures, each with its share of the page. */
export async function soundsOf(
  captures: readonly FoundCapture[],
  maxBytes = SOUND_BYTES,
): Promise<Map<string, Sound>> {
  const clips = await Promise.all(captures.flatMap((capture) => {
    const file = clipOf(capture);
    return file === undefined ? [] : [stat(file).then(({ size }) => ({ name: capture.name, file, size }))];
  }));
  const total = clips.reduce((sum, { size }) => sum + size, 0);
  const sounds = new Map<string, Sound>();
  for (const { name, file, size } of clips) {
    sounds.set(name, await listen(file, { maxBytes: maxBytes * size / total }));
  }
  return sounds;
}

/** Writes the page, whole or not at all. */
export async function writeParityPage(
  path: string,
  page: {
    readonly items: readonly ParityItem[];
    readonly captures: readonly FoundCapture[];
    readonly missing: readonly string[];
    readonly faults: readonly CaptureFault[];
  },
): Promise<void> {
  const { items, captures, missing, faults } = page;
  const pyannotes = new Set<string>();
  for (const { name, folder } of captures) {
    const manifest = await readManifest(folder).catch(() => undefined); // what is wrong with it is among the faults
    if (manifest?.pyannote !== undefined) pyannotes.add(name);
  }
  const report = parityReport({
    items: items.map((item) => ({ ...item, isPyannotes: pyannotes.has(item.report.name) })),
    sounds: await soundsOf(captures),
    notes: missing,
    faults,
    environment: describeEnvironment(),
    facts: [...new Set(items.flatMap(({ report: { adapter } }) => adapter ?? []))].map((
      adapter,
    ) => ["GPU", adapter]),
    command: commandAsGiven("parity"),
  });
  await writeWhole(path, await reportPage(report));
}
