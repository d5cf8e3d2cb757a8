import { Buffer } from "node:buffer";
import { speakerColours } from "#lib/plots/palette.ts";
import type { Recording, Turn } from "./report.ts";

/** A speaker of a recording. */
export interface Speaker {
  readonly label: string;
  /** A CSS colour for both themes. */
  readonly colour: string;
  /** Length of all turns. */
  readonly seconds: number;
}

/** What the page's scripts know of a recording; client/page_data.js tells the same. */
export interface RecordingData {
  readonly name: string;
  readonly durationSec: number;
  readonly speakers: readonly { readonly label: string; readonly colour: string }[];
  /** [start, end, place in `speakers`], in the order of their starts. */
  readonly turns: readonly (readonly [number, number, number])[];
  /** A byte each, in base64. */
  readonly peaks: string | null;
  readonly hasAudio: boolean;
}

/**
 * Turns in the order of their starts, then of their ends.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { turnsInOrder } from "#lib/report/recording_data.ts";
 * const turns = [{ startSec: 2, endSec: 3, label: "a" }, { startSec: 1, endSec: 9, label: "b" }];
 * assert.deepEqual(turnsInOrder(turns).map(({ label }) => label), ["b", "a"]);
 * ```
 */
export function turnsInOrder(turns: readonly Turn[]): Turn[] {
  return turns.toSorted((a, b) => a.startSec - b.startSec || a.endSec - b.endSec);
}

/**
 * The speakers of a recording in the order of their labels, with the colours that figures give them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { speakersOf } from "#lib/report/recording_data.ts";
 * const turns = [{ startSec: 0, endSec: 2, label: "b" }, { startSec: 2, endSec: 3, label: "a" }];
 * const speakers = speakersOf({ name: "talk", durationSec: 3, turns });
 * assert.deepEqual(speakers.map(({ label, seconds }) => [label, seconds]), [["a", 1], ["b", 2]]);
 * ```
 */
export function speakersOf({ turns }: Recording): Speaker[] {
  const seconds = new Map<string, number>();
  for (const { startSec, endSec, label } of turns) {
    seconds.set(label, (seconds.get(label) ?? 0) + endSec - startSec);
  }
  const dark = speakerColours(seconds.keys(), { theme: "dark" });
  return [...speakerColours(seconds.keys())].map(([label, light]) => ({
    label,
    colour: `light-dark(${light}, ${dark.get(label)})`,
    seconds: seconds.get(label) ?? 0,
  }));
}

/**
 * A recording as the page's scripts take it; times to the millisecond, peaks to a byte.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recordingData } from "#lib/report/recording_data.ts";
 * const turns = [{ startSec: 0.12345, endSec: 2, label: "ann" }];
 * const data = recordingData({ name: "talk", durationSec: 3, turns, peaks: Float32Array.of(0, 1) });
 * assert.deepEqual(data.turns, [[0.123, 2, 0]]);
 * assert.equal(data.peaks, "AP8=");
 * ```
 */
export function recordingData(recording: Recording): RecordingData {
  const { name, durationSec, turns, peaks, audio } = recording;
  const speakers = speakersOf(recording).map(({ label, colour }) => ({ label, colour }));
  const places = new Map(speakers.map(({ label }, i) => [label, i]));
  const milli = (seconds: number) => Math.round(1000 * seconds) / 1000;
  return {
    name,
    durationSec: milli(durationSec),
    speakers,
    turns: turnsInOrder(turns).map(({ startSec, endSec, label }) =>
      [milli(startSec), milli(endSec), places.get(label)!] as const
    ),
    peaks: peaks
      ? Buffer.from(Uint8Array.from(peaks, (peak) => Math.round(255 * Math.min(1, peak)))).toString("base64")
      : null,
    hasAudio: audio !== undefined,
  };
}
