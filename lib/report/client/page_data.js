/**
 * What the page's data block holds; lib/report/recording_data.ts and render_figure.ts write it.
 *
 * @typedef {{ label: string, colour: string }} Speaker
 * @typedef {readonly [startSec: number, endSec: number, speaker: number]} TurnRow
 * @typedef {object} RecordingData
 * @property {string} name
 * @property {number} durationSec
 * @property {readonly Speaker[]} speakers
 * @property {readonly TurnRow[]} turns In the order of their starts.
 * @property {string | null} peaks Bytes in base64, 255 for full scale; null where nothing is known.
 * @property {boolean} hasAudio
 *
 * @typedef {readonly [path: readonly (string | number)[], value: unknown]} Patch
 * @typedef {Record<string, unknown> & { xaxis?: { range?: [number, number] } }} Layout
 * @typedef {object} FigureData
 * @property {{ data: Record<string, unknown>[], layout: Layout, config?: object }} light
 * @property {readonly Patch[]} dark What the dark theme has otherwise.
 * @property {"x" | "y" | null} timeAxis Which axis is seconds of the recording.
 * @property {number | null} recording
 *
 * @typedef {{ recordings: readonly RecordingData[], figures: readonly FigureData[] }} PageData
 */

/**
 * Reads the data block.
 *
 * @returns {PageData}
 */
export function readPageData() {
  return JSON.parse(element(document, "#report-data").textContent ?? "");
}

/**
 * The one element that a selector means; that it is missing is a fault of the page.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function element(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page lacks ${selector}.`);
  return found;
}

/**
 * Peaks from their bytes; silence where there are none.
 *
 * @param {string | null} base64
 * @returns {Float32Array<ArrayBuffer>}
 */
export function decodePeaks(base64) {
  if (base64 === null) return new Float32Array(2);
  return Float32Array.from(atob(base64), (character) => character.charCodeAt(0) / 255);
}
