/** Pieces at most; when there would be more, two become one. */
const MOST = 40_000;

/** Samples in a piece of a short recording: 50 ms at 16 kHz. */
const FIRST = 800;

/**
 * The loudness of a recording while it is read: the largest magnitude of each of equally long pieces, 20 000 to 40 000 of
 * them for a long recording, 20 a second for a short one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PeakMeter } from "#lib/report/peak_meter.ts";
 * const meter = new PeakMeter();
 * meter.push(Float32Array.of(0.25, -0.5));
 * assert.deepEqual([...meter.peaks()], [0.5]);
 * ```
 */
export class PeakMeter {
  #peaks: number[] = [];
  #pieceLength = FIRST;
  #inPiece = 0;
  #peak = 0;

  /** Takes the next samples; what is no finite number counts as silence. */
  push(samples: Float32Array): void {
    for (const sample of samples) {
      const magnitude = Math.abs(sample);
      if (magnitude > this.#peak && magnitude < Infinity) this.#peak = magnitude;
      if (++this.#inPiece === this.#pieceLength) this.#end();
    }
  }

  /** The pieces so far, the last one perhaps shorter. */
  peaks(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#inPiece > 0 ? [...this.#peaks, this.#peak] : this.#peaks);
  }

  #end(): void {
    this.#peaks.push(this.#peak);
    this.#inPiece = 0;
    this.#peak = 0;
    if (this.#peaks.length < MOST) return;
    this.#peaks = Array.from(
      { length: MOST / 2 },
      (_, i) => Math.max(this.#peaks[2 * i], this.#peaks[2 * i + 1]),
    );
    this.#pieceLength *= 2;
  }
}
