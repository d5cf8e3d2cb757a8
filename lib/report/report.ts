import type { Figure } from "#lib/plots/figure.ts";

/** How a cell or a verdict is meant; a word or a sign always says the same as the colour. */
export type Tone = "good" | "bad" | "quiet";

/** A cell of a table. */
export interface RichCell {
  readonly text: string;
  readonly tone?: Tone;
  /** A sentence, that may take several lines. @default {false} */
  readonly isLong?: boolean;
  /** A bar on a logarithmic scale below the text: how near an error came to what it may be. */
  readonly bar?: ErrorBar;
  /** A moment of a recording, in seconds: the cell becomes a button from which it is heard. */
  readonly heardAt?: { readonly recording: string; readonly startSec: number };
}

/** An error beside its tolerance; both absolute, 0 for "equal". */
export interface ErrorBar {
  readonly error: number;
  readonly tolerance: number;
}

/** A cell: plain text, or text with something to it. */
export type Cell = string | RichCell;

/** A column's heading. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right. @default {false} */
  readonly isNumber?: boolean;
}

/** A table of a report. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of each row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A turn: who speaks from when to when, in seconds. */
export interface Turn {
  readonly startSec: number;
  readonly endSec: number;
  readonly label: string;
}

/** How a recording's sound comes with the page. */
export interface EmbeddedAudio {
  /** Such as "audio/wav". */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A recording that can be listened to, turn by turn. */
export interface Recording {
  /** What figures and cells call it; unique in the report. */
  readonly name: string;
  readonly durationSec: number;
  readonly turns: readonly Turn[];
  /** Without it, the reader is asked for the file. */
  readonly audio?: EmbeddedAudio;
  /** In a sentence, how the sound was made smaller, or why there is none. */
  readonly audioNote?: string;
  /** Largest magnitude of each of equally long pieces, 0 to 1, for the drawing of its wave. */
  readonly peaks?: Float32Array;
}

/** One piece of a section. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly label: string; readonly text: string }
  /** With `foldedAs`, shown folded under these words. */
  | { readonly kind: "table"; readonly table: Table; readonly foldedAs?: string }
  | { readonly kind: "facts"; readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "figure"; readonly figure: Figure; readonly recording?: string }
  | { readonly kind: "player"; readonly recording: Recording };

/** A section with a heading of its own. */
export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
  /** Shown folded, to be opened. @default {false} */
  readonly isFolded?: boolean;
}

/** All that a report page shows. */
export interface Report {
  /** What it is about: "Parity of six captures". */
  readonly title: string;
  /** The verdict, in plain words and big; the sign beside it says whether it is good. */
  readonly verdict: { readonly text: string; readonly tone: "good" | "bad" | "neutral" };
  /** One to three sentences under the verdict. */
  readonly summary: string;
  readonly sections: readonly Section[];
  /** What its result was computed from, as data that `dialab why` reads from the page. */
  readonly run?: object;
  /** When the page was made; told in UTC. */
  readonly madeAt: Date;
}
