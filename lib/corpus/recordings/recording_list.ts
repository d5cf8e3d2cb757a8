import type { WavId } from "../ids/wav_id.ts";

/** A recording of a corpus, as a list has it. */
export interface ListedRecording {
  /** What it is called everywhere: by default the file's name without its last ending. */
  readonly wavId: WavId;
  /** As the list has it; a relative one is relative to the list's folder. */
  readonly path: string;
  /** Where it lies: `path` from the list's folder on. */
  readonly file: string;
  /** Length in seconds as the list has it, from 0. Nobody has checked it. */
  readonly durationSec: number;
  /** Its line in the list, from 1; undefined where it was not read from one. */
  readonly lineNumber?: number;
}

/** The recordings of a corpus, each id once. */
export interface RecordingList {
  /** The list, or the folder that was looked through. */
  readonly source: string;
  readonly recordings: readonly ListedRecording[];
  /** Of all of them, in seconds. */
  readonly totalSec: number;
  /** Recordings that could not be taken, and why: a sentence each, which names file or line. */
  readonly faults: readonly string[];
}
