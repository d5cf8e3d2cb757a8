/** How far each recording is: bars on a terminal, a line now and then elsewhere. */
import { visibleText } from "#lib/warnings/visible_text.ts";
import { type Style, styleOf } from "../cli/style.ts";
import { wrapped } from "../cli/wrapped.ts";

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

interface Bar {
  completed: number;
  total: number;
  /** What was complete when the clock started; speed is counted from there. */
  readonly first: number;
  readonly startMs: number;
  /** When its last line was printed, where there are no bars. */
  toldMs: number;
}

const NAME_WIDTH = 16, STAGE_WIDTH = 12, LONGEST_BAR = 24, SHORTEST_BAR = 6;
/** Columns of a line beside its bar. */
const BESIDE = NAME_WIDTH + STAGE_WIDTH + 30;
/** At most so often. */
const REDRAW_MS = 100;
/** Where there are no bars, a stage tells how far it is at most so often. */
const LINE_MS = 30_000;
/** Stages that have something to count; the others take milliseconds. */
const COUNTED = ["segmentation", "embeddings"];

/** Draws progress; `end` leaves the terminal clean. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  readonly #style: Style;
  readonly #bars = new Map<string, Map<string, Bar>>();
  readonly #finished = new Set<string>();
  #drawn = 0;
  #lastMs = -Infinity;

  constructor(stream: ProgressStream, clock: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#clock = clock;
    this.#style = styleOf(stream);
  }

  /** A stage of a recording has come so far. What is still told of a finished recording is passed over. */
  at(name: string, stage: string, completed: number, total: number): void {
    if (!COUNTED.includes(stage) || this.#finished.has(name)) return;
    const stages = this.#bars.get(name) ?? new Map<string, Bar>();
    this.#bars.set(name, stages);
    const now = this.#clock();
    const bar = stages.get(stage) ?? { completed, total, first: completed, startMs: now, toldMs: now };
    stages.set(stage, Object.assign(bar, { completed, total }));
    if (this.#stream.isTTY) {
      if (completed === total || now - this.#lastMs >= REDRAW_MS) this.#show("");
    } else if (completed === total || now - bar.toldMs >= LINE_MS) {
      bar.toldMs = now;
      this.line(`${name}: ${stage} ${completed}${total > 0 ? `/${total}` : ""}`);
    }
  }

  /** A recording is finished, with a word on how. */
  done(name: string, outcome: string): void {
    this.#bars.delete(name);
    this.#finished.add(name);
    this.line(`${name}: ${outcome}`);
  }

  /** A line that stays, above the bars. */
  line(text: string): void {
    this.#show(`${wrapped(visibleText(text), this.#stream.isTTY ? this.#stream.columns : undefined)}\n`);
  }

  /** Something is printed on the same terminal: the bars make way for it. */
  aside<Result>(print: () => Result): Result {
    if (this.#drawn > 0) this.#stream.write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
    const result = print();
    if (this.#bars.size > 0) this.#show("");
    return result;
  }

  /** Nothing more will come. */
  end(): void {
    this.#bars.clear();
    if (this.#drawn > 0) this.#show("");
  }

  /** Wipes the bars, prints a text, draws the bars anew: in one write, so that nothing flickers. */
  #show(text: string): void {
    const wipe = this.#drawn > 0 ? `\x1b[${this.#drawn}A\x1b[J` : "";
    const lines = this.#stream.isTTY ? this.#lines() : [];
    this.#drawn = lines.length;
    this.#lastMs = this.#clock();
    this.#stream.write(wipe + text + lines.map((line) => `${line}\n`).join(""));
  }

  /** As many bars as the terminal has room for: what has scrolled out could not be wiped. */
  #lines(): string[] {
    const { rows = 24 } = this.#stream;
    return [...this.#bars].flatMap(([name, stages]) =>
      [...stages].map(([stage, bar], i) => this.#draw(i === 0 ? name : "", stage, bar))
    ).slice(0, Math.max(0, rows - 1));
  }

  #draw(name: string, stage: string, { completed, total, first, startMs }: Bar): string {
    const width = (this.#stream.columns ?? 80) - 1;
    const share = total > 0 ? completed / total : 0;
    const seconds = (this.#clock() - startMs) / 1000;
    const speed = seconds > 0 ? (completed - first) / seconds : 0;
    const begin = `${fitted(visibleText(name), NAME_WIDTH)}  ${stage.padEnd(STAGE_WIDTH)}  `;
    const end = `  ${(total > 0 ? `${Math.floor(share * 100)} %` : `${completed}`).padStart(5)}  ${
      (speed > 0 ? `${speed.toFixed(1)}/s` : "").padStart(7)
    }  ${(speed > 0 && completed < total ? clockTime((total - completed) / speed) : "").padStart(8)}`;
    const room = Math.min(LONGEST_BAR, width - BESIDE);
    if (room < SHORTEST_BAR) return `${begin}${end}`.slice(0, width).trimEnd();
    const full = Math.round(share * room);
    // A bar that never grows would look like one that hangs.
    const bar = total > 0
      ? this.#style("green", "█".repeat(full)) + this.#style("dim", "░".repeat(room - full))
      : " ".repeat(room);
    return `${begin}${bar}${end}`.trimEnd();
  }
}

/** A name in so many columns; a long one shows its beginning and its end, where numbered recordings differ. */
function fitted(name: string, width: number): string {
  const letters = [...name];
  if (letters.length <= width) return name + " ".repeat(width - letters.length);
  const tail = Math.floor((width - 1) / 2);
  return `${letters.slice(0, width - 1 - tail).join("")}…${letters.slice(-tail).join("")}`;
}

/** Time that is left: 0:07, 12:34, 3:04:05, 99:59:59 at most. */
function clockTime(seconds: number): string {
  const whole = Math.min(Math.ceil(seconds), 359_999);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
