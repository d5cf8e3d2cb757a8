/** How far each recording is: bars on a terminal, a line per event elsewhere. */

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface Bar {
  stage: string;
  completed: number;
  total: number;
  startMs: number;
}

const WIDTH = 24;
/** At most so many times a second. */
const REDRAW_MS = 100;
/** Stages that have something to count; the others take milliseconds. */
const COUNTED = ["segmentation", "embeddings"];

/** Draws progress; `end` leaves the terminal clean. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  readonly #bars = new Map<string, Map<string, Bar>>();
  #drawn = 0;
  #lastMs = -Infinity;

  constructor(stream: ProgressStream, clock: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#clock = clock;
  }

  /** A stage of a recording has come so far. */
  at(name: string, stage: string, completed: number, total: number): void {
    if (!COUNTED.includes(stage)) return;
    const stages = this.#bars.get(name) ?? new Map<string, Bar>();
    this.#bars.set(name, stages);
    const bar = stages.get(stage) ?? { stage, completed: 0, total, startMs: this.#clock() };
    stages.set(stage, Object.assign(bar, { completed, total }));
    if (this.#stream.isTTY) this.#redraw(completed === total);
    else if (completed === total) this.line(`${name}: ${stage} ${completed}/${total}`);
  }

  /** A recording is finished, with a word on how. */
  done(name: string, outcome: string): void {
    this.#bars.delete(name);
    this.line(`${name}: ${outcome}`);
  }

  /** A line that stays. */
  line(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
    if (this.#stream.isTTY) this.#redraw(true);
  }

  /** Nothing more will come. */
  end(): void {
    this.#clear();
    this.#bars.clear();
  }

  #clear(): void {
    if (this.#drawn > 0) this.#stream.write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }

  #redraw(now: boolean): void {
    if (!now && this.#clock() - this.#lastMs < REDRAW_MS) return;
    this.#lastMs = this.#clock();
    this.#clear();
    const lines = [...this.#bars].flatMap(([name, stages]) =>
      [...stages.values()].map((bar) => this.#draw(name, bar))
    );
    for (const line of lines) this.#stream.write(`${line.slice(0, this.#stream.columns ?? 80)}\n`);
    this.#drawn = lines.length;
  }

  #draw(name: string, { stage, completed, total, startMs }: Bar): string {
    const share = total > 0 ? completed / total : 0;
    const full = Math.round(share * WIDTH);
    const seconds = (this.#clock() - startMs) / 1000;
    const left = completed > 0 ? seconds / completed * (total - completed) : Infinity;
    const speed = seconds > 0 ? `${(completed / seconds).toFixed(1)}/s` : "";
    const rest = Number.isFinite(left) ? `${Math.ceil(left)} s left` : "";
    return `${name.slice(0, 16).padEnd(16)} ${stage.padEnd(12)} ${"█".repeat(full)}${
      "░".repeat(WIDTH - full)
    } ` +
      `${completed}/${total} ${speed} ${rest}`;
  }
}
