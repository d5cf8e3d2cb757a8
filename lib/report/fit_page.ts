import type { DrawnFigure } from "./render_figure.ts";
import type { Recording } from "./report.ts";

/** What a page is to hold besides its texts. */
export interface PageParts {
  readonly recordings: readonly Recording[];
  readonly figures: readonly DrawnFigure[];
}

/** What is left of it when all is to fit. */
export interface FittedParts {
  readonly recordings: readonly Recording[];
  /** The figures that Plotly draws; the others stay pictures. */
  readonly live: readonly DrawnFigure[];
}

/**
 * Makes a page's parts fit: the largest sound is left out first, with a note, then the interaction of the largest figures.
 *
 * @param maxBytes What the parts may take as they stand in the page, in base64 and escaped.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitPage } from "#lib/report/fit_page.ts";
 * const audio = { type: "audio/wav", bytes: new Uint8Array(9000) };
 * const recordings = [{ name: "talk", durationSec: 1, turns: [], audio }];
 * assert(fitPage({ recordings, figures: [] }, 20_000).recordings[0].audio);
 * assert.match(fitPage({ recordings, figures: [] }, 10_000).recordings[0].audioNote!, /left out/);
 * ```
 */
export function fitPage({ recordings, figures }: PageParts, maxBytes: number): FittedParts {
  const kept = [...recordings], live = [...figures];
  const still = figures.reduce((sum, { picture, narrow }) => sum + picture.length + narrow.length, 0) +
    recordings.reduce((sum, recording) => sum + turnBytes(recording), 0);
  const bytes = () =>
    still + kept.reduce((sum, recording) => sum + soundBytes(recording), 0) +
    live.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
  while (bytes() > maxBytes && kept.some(({ audio }) => audio)) {
    const at = kept.indexOf(kept.reduce((a, b) => soundBytes(b) > soundBytes(a) ? b : a));
    const audioNote = "The sound is left out, so that the page stays small.";
    kept[at] = { ...kept[at], audio: undefined, audioNote };
  }
  while (bytes() > maxBytes && live.length > 0) {
    live.splice(live.indexOf(live.reduce((a, b) => b.dataBytes > a.dataBytes ? b : a)), 1);
  }
  return { recordings: kept, live };
}

const soundBytes = ({ audio }: Recording) => 4 / 3 * (audio?.bytes.length ?? 0);

/** A turn takes up to 28 characters in the data; each of the first hundred is a row of the list too. */
function turnBytes({ turns, peaks }: Recording): number {
  return 28 * turns.length + 400 * Math.min(100, turns.length) + 4 / 3 * (peaks?.length ?? 0);
}
