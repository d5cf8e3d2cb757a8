import { counted } from "#lib/language/counted.ts";
import type { StoredFeature } from "#lib/corpus/processors/feature.ts";
import type { FeatureProcessor } from "#lib/corpus/processors/feature_processor.ts";
import type { ProcessReport } from "#lib/corpus/processors/process_recordings.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { MimeBundle } from "./displayed.ts";
import { tableBundle } from "./table.ts";

/**
 * The forms of what a processor made of a recording: what its row says, or why it failed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { featureDisplay } from "#lib/notebook/processors_display.ts";
 * const row = { wavId: "a", path: "a.wav", durationSec: null, originalSr: null, audioSha256: null, dialab: "0", warnings: [] };
 * const shown = featureDisplay({ ...row, success: false, error: "a.wav: there is no such file", scalars: {}, segments: [] });
 * assert.match(shown["text/plain"], /^a: failed[^]*there is no such file/);
 * ```
 */
export function featureDisplay(feature: StoredFeature): MimeBundle {
  const { wavId, success, error, durationSec, segments, arrays = {}, scalars, warnings } = feature;
  if (!success) return tableBundle([{ error }], { caption: `${wavId}: failed` });
  const names = Object.entries(arrays).map(([name, { shape }]) => `${name} (${shape.join(", ")})`);
  const parts = [
    formatSeconds(durationSec ?? 0),
    ...(segments.length > 0 ? [counted(segments.length, "segment")] : []),
    ...names,
  ];
  const rows = Object.entries(scalars).map(([column, value]) => ({ column, value }));
  return tableBundle([...rows, ...warnings.map((warning) => ({ column: "warning", value: warning }))], {
    caption: `${wavId}: ${parts.join(", ")}`,
    columns: ["column", "value"],
  });
}

/**
 * The forms of a processor: what it is for, and its columns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { processorNamed } from "#lib/corpus/processors/registry.ts";
 * import { processorDisplay } from "#lib/notebook/processors_display.ts";
 * assert.match(processorDisplay(processorNamed("diarization"))["text/plain"], /label +text +segments/);
 * ```
 */
export function processorDisplay({ name, title, columns, segments = {} }: FeatureProcessor): MimeBundle {
  const rows = [[columns, "recordings"], [segments, "segments"]] as const;
  return tableBundle(
    rows.flatMap(([of, table]) =>
      Object.entries(of).map(([column, type]) => ({ column, type, "of": table }))
    ),
    { caption: `${name}: ${title}` },
  );
}

/**
 * The forms of what became of recordings: counts, and those that failed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { processReportDisplay } from "#lib/notebook/processors_display.ts";
 * const counts = { recordings: 2, made: 2, kept: 0, failed: 0 };
 * const shown = processReportDisplay({ out: "out", processors: ["vad"], ...counts, failures: [] });
 * assert.match(shown["text/plain"], /^out: vad of 2 recordings; 2 made, 0 there already, 0 failed/);
 * ```
 */
export function processReportDisplay(report: ProcessReport): MimeBundle {
  const { out, processors, recordings, made, kept, failed, failures } = report;
  const told = `${made} made, ${kept} there already, ${failed} failed`;
  return tableBundle(failures.map(({ wavId, processor, error }) => ({ wav_id: wavId, processor, error })), {
    caption: `${out}: ${processors.join(", ")} of ${counted(recordings, "recording")}; ${told}`,
    columns: ["wav_id", "processor", "error"],
  });
}
