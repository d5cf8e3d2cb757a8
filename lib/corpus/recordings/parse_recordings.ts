import { dirname, resolve } from "node:path";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { asWavId } from "../ids/wav_id.ts";
import { filePathOf } from "./file_path_of.ts";
import { fileStem } from "./file_stem.ts";
import { type ListRowData, listRows } from "./list_rows.ts";
import type { ListedRecording, RecordingList } from "./recording_list.ts";

/** How a list of recordings is read. */
export interface RecordingListOptions {
  /** The list's path, from whose folder relative paths go on, and which messages name. @default "recordings" in the working folder */
  readonly file?: string;
  /** Whether what is wrong in single lines goes into `faults`, and the other lines are taken. @default false: it is thrown */
  readonly keepGoing?: boolean;
  /** Hears of lines with an `offset` in their file, which is not read. @default a warning of the process */
  readonly warn?: Warn;
}

/**
 * A list of recordings from text: JSON lines, or CSV with a header. Each has `audio_filepath` or `path`, `duration` in seconds, and maybe
 * `wav_id`, which is the file's stem by default; other columns are passed over. An `offset`, where NeMo's lists have a line begin within its
 * file, is warned of: recordings are taken whole.
 *
 * @throws {TimelineFileError} with file and line: no path or two that differ, no duration or one that is no number from 0, an id that is
 * none, two recordings of one id (both lines are named), a key that stands twice, a line that is no object, or a list without recordings.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseRecordings } from "#lib/corpus/recordings/parse_recordings.ts";
 * const text = '{"audio_filepath": "day1/a.wav", "duration": 2}\n{"path": "/b.flac", "wav_id": "x", "duration": 3.5}\n';
 * const { recordings, totalSec } = parseRecordings(text, { file: "/corpus/list.jsonl" });
 * assert.deepEqual(recordings.map(({ wavId, file }) => [wavId, file]), [["a", "/corpus/day1/a.wav"], ["x", "/b.flac"]]);
 * assert.equal(totalSec, 5.5);
 * const twice = "path,duration\na/1.wav,2\nb/1.wav,2\n";
 * assert.throws(() => parseRecordings(twice, { file: "l.csv" }), /l.csv:3: "1" is the recording of line 2, too/);
 * ```
 */
export function parseRecordings(text: string, options: RecordingListOptions = {}): RecordingList {
  const { file = "recordings", keepGoing = false, warn = warnOnProcess } = options;
  const faults: string[] = [];
  const fault = (error: TimelineFileError) => {
    if (!keepGoing) throw error;
    faults.push(error.message);
  };
  const byId = new Map<string, ListedRecording>();
  const folder = resolve(dirname(file));
  const within: number[] = [];
  for (const row of listRows(text, { file, fault })) {
    try {
      const recording = recordingOf(row, folder);
      const before = byId.get(recording.wavId);
      if (before !== undefined) throw refusal(row, twice(recording, before));
      byId.set(recording.wavId, recording);
      if (beginsWithin(row)) within.push(row.place.lineNumber);
    } catch (error) {
      if (!(error instanceof TimelineFileError)) throw error;
      fault(error);
    }
  }
  if (byId.size === 0 && faults.length === 0) {
    throw new TimelineFileError({ file, fault: "it has a header and no recording" });
  }
  if (within.length > 0) {
    const lines = within.length === 1
      ? `line ${within[0]}`
      : `${within.length} lines (the first is ${within[0]})`;
    warn(`${file}: the offset of ${lines} is not read: recordings are taken whole.`);
  }
  const recordings = [...byId.values()];
  return {
    source: file,
    recordings,
    totalSec: recordings.reduce((sum, r) => sum + r.durationSec, 0),
    faults,
  };
}

function refusal({ place }: ListRowData, fault: string): TimelineFileError {
  return new TimelineFileError({ ...place, fault });
}

function twice({ wavId, path }: ListedRecording, { lineNumber, path: other }: ListedRecording): string {
  return `${JSON.stringify(wavId)} is the recording of line ${lineNumber}, too (${path} and ${other}); ` +
    "give one of them another wav_id";
}

function recordingOf(row: ListRowData, folder: string): ListedRecording {
  const { values, place } = row;
  const path = pathOf(row);
  const { wav_id: given = fileStem(path) } = values;
  let wavId: string;
  try {
    // Whole numbers are ids in many lists.
    wavId = asWavId(Number.isSafeInteger(given) ? String(given) : text(given, row, "wav_id"));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refusal(row, error.message.replace(/\.$/, ""));
  }
  const file = filePathOf(path, folder);
  return { wavId, path, file, durationSec: durationOf(row), lineNumber: place.lineNumber };
}

/** Whether a row is of a part of its file that begins later than the file does. */
function beginsWithin({ values: { offset } }: ListRowData): boolean {
  return offset !== undefined && offset !== null && Number(offset) !== 0;
}

function pathOf(row: ListRowData): string {
  const { audio_filepath: filepath, path } = row.values;
  if (filepath === undefined && path === undefined) {
    throw refusal(row, "it has neither audio_filepath nor path");
  }
  if (filepath !== undefined && path !== undefined && filepath !== path) {
    throw refusal(row, "audio_filepath and path differ, one is needed");
  }
  const given = text(filepath ?? path, row, filepath === undefined ? "path" : "audio_filepath");
  if (given === "" || given.includes("\0")) throw refusal(row, "its path is empty or has a NUL");
  return given;
}

function durationOf(row: ListRowData): number {
  const { duration } = row.values;
  if (duration === undefined || duration === null) {
    throw refusal(row, "it has no duration, seconds are needed");
  }
  const isNumeral = typeof duration === "string" && /^\s*\d+(\.\d*)?([eE][-+]?\d+)?\s*$/.test(duration);
  const seconds = isNumeral ? Number(duration) : duration;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) {
    throw refusal(row, `its duration is ${JSON.stringify(duration)}, seconds from 0 are needed`);
  }
  return seconds;
}

function text(value: unknown, row: ListRowData, name: string): string {
  if (typeof value !== "string") {
    throw refusal(row, `its ${name} is ${JSON.stringify(value)}, text is needed`);
  }
  return value;
}
