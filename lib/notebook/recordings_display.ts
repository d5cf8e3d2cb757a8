import { counted } from "#lib/language/counted.ts";
import type { RecordingList } from "#lib/corpus/recordings/recording_list.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { MimeBundle } from "./displayed.ts";
import { tableBundle } from "./table.ts";

/**
 * The forms of a list of recordings: a row for each, and how many hours they are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recordingsDisplay } from "#lib/notebook/recordings_display.ts";
 * const recordings = [{ wavId: "a", path: "a.wav", file: "/x/a.wav", durationSec: 7200 }];
 * const shown = recordingsDisplay({ source: "list.jsonl", recordings, totalSec: 7200, faults: [] });
 * assert.match(shown["text/plain"], /list.jsonl: 1 recording, 2.00 h[^]*a +7200.000 +a.wav/);
 * ```
 */
export function recordingsDisplay(list: RecordingList): MimeBundle {
  const { source, recordings, totalSec, faults } = list;
  const count = counted(recordings.length, "recording");
  const not = faults.length === 0 ? "" : `, ${faults.length} not taken`;
  const rows = recordings.slice(0, 51).map(({ wavId, path, durationSec }) => ({
    "wav_id": wavId,
    "duration (s)": formatSeconds(durationSec, { unit: "" }),
    path,
  }));
  return tableBundle(rows, {
    caption: `${source}: ${count}, ${(totalSec / 3600).toFixed(2)} h${not}`,
    columns: ["wav_id", "duration (s)", "path"],
    maxRows: 50,
  });
}
