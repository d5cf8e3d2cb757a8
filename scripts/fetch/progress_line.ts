/** Progress of downloads: one line that is redrawn on a terminal, a line every quarter elsewhere. */

/** Where progress is written. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;

/** Shows how far each download is. */
export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #name = "";
  #begun = 0;
  #first = 0;
  #quarter = 0;
  #drawn = false;

  constructor(stream: ProgressStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Tells that a file has come this far. */
  update(name: string, received: number, total: number | undefined): void {
    if (name !== this.#name) {
      this.#name = name;
      this.#begun = this.#now();
      this.#first = received;
      this.#quarter = 0;
    }
    const done = total === undefined || total === 0 ? undefined : Math.min(1, received / total);
    const text = `${name} ${this.#bar(done)} ${amount(received)}${
      total === undefined ? "" : ` of ${amount(total)}`
    }${this.#speed(received)}`;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r${text}\x1b[K`);
      this.#drawn = true;
      return;
    }
    const quarter = Math.floor((done ?? 0) * 4);
    if (quarter <= this.#quarter) return;
    this.#quarter = quarter;
    this.#stream.write(`${text}\n`);
  }

  /** A line of its own, which the bar makes room for. */
  line(text: string): void {
    this.#stream.write(`${this.#drawn ? "\r\x1b[K" : ""}${text}\n`);
    this.#drawn = false;
  }

  #bar(done: number | undefined): string {
    if (done === undefined) return "";
    const filled = Math.round(done * WIDTH);
    return `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${Math.floor(done * 100)} %`;
  }

  #speed(received: number): string {
    const seconds = (this.#now() - this.#begun) / 1000;
    return seconds < 0.5 ? "" : `, ${amount((received - this.#first) / seconds)}/s`;
  }
}

function amount(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
