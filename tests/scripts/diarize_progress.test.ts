/** What `diarize` shows while it works, as a terminal would show it. */
import { describe, expect, test } from "bun:test";
import { Progress, type ProgressStream } from "#scripts/diarize/progress.ts";

const ESC = String.fromCharCode(27);
const SEQUENCES = new RegExp(`${ESC}\\[(\\d+)A|${ESC}\\[J|${ESC}\\[\\d+m|\\n|[^${ESC}\\n]+`, "g");

/** A terminal of the three commands that progress is drawn with: lines up, wipe to the end, colour. */
class Terminal implements ProgressStream {
  readonly isTTY = true;
  readonly lines: string[] = [""];
  #row = 0;

  constructor(readonly columns = 80, readonly rows = 24) {}

  write(text: string): void {
    for (const [piece, up] of text.matchAll(SEQUENCES)) {
      if (up !== undefined) this.#row -= Number(up);
      else if (piece === `${ESC}[J`) this.lines.splice(this.#row, Infinity, "");
      else if (piece === "\n") this.lines[++this.#row] ??= "";
      else if (!piece.startsWith(ESC)) this.lines[this.#row] += piece;
      expect(this.#row).toBeGreaterThanOrEqual(0);
    }
  }

  get screen(): string[] {
    return this.lines.slice(0, -1);
  }
}

function onTerminal(columns?: number, rows?: number) {
  const terminal = new Terminal(columns, rows);
  const clock = { ms: 0 };
  return { terminal, clock, progress: new Progress(terminal, () => clock.ms) };
}

describe("on a terminal", () => {
  test("a line that is too long goes on below, above the bars; in a file it stays one", () => {
    const { terminal, progress } = onTerminal(40);
    progress.at("a", "segmentation", 1, 2);
    progress.line("a: warning: the first channel of two is silent, the second is taken");
    expect(terminal.screen.slice(0, 2)).toEqual([
      "a: warning: the first channel of two is",
      "silent, the second is taken",
    ]);
    let written = "";
    new Progress({ columns: 40, write: (text) => written += text }).line("word ".repeat(20).trimEnd());
    expect(written).toBe(`${"word ".repeat(20).trimEnd()}\n`);
  });

  test("a bar per recording and stage, with share, speed and time left", () => {
    const { terminal, clock, progress } = onTerminal();
    progress.at("meeting", "segmentation", 8, 200);
    clock.ms = 4000;
    progress.at("meeting", "segmentation", 48, 200);
    progress.at("meeting", "embeddings", 200, 200);
    expect(terminal.screen).toEqual([
      "meeting           segmentation  █████░░░░░░░░░░░░░░░░   24 %   10.0/s      0:16",
      "                  embeddings    █████████████████████  100 %",
    ]);
  });

  test("speed is counted from the first event, which may stand for a whole batch", () => {
    const { terminal, clock, progress } = onTerminal();
    progress.at("a", "segmentation", 100, 3900);
    clock.ms = 1000;
    progress.at("a", "segmentation", 101, 3900);
    expect(terminal.screen[0]).toMatch(/ 1\.0\/s {3}1:03:19$/);
  });

  test("a recording of unknown length: what is done and the speed, without a bar", () => {
    const { terminal, clock, progress } = onTerminal();
    progress.at("a.webm", "segmentation", 4, 0);
    clock.ms = 2000;
    progress.at("a.webm", "segmentation", 24, 0);
    expect(terminal.screen).toEqual([`a.webm            segmentation${" ".repeat(28)}24   10.0/s`]);
  });

  test.each([[200], [80], [70], [60], [40], [10]])("lines stay within %d columns", (columns) => {
    const { terminal, clock, progress } = onTerminal(columns);
    progress.at("a name that is longer than its column 01", "segmentation", 1, 99999);
    clock.ms = 700;
    progress.at("a name that is longer than its column 01", "segmentation", 2, 99999);
    expect(terminal.screen.length).toBe(1);
    expect([...terminal.screen[0]].length).toBeLessThan(columns);
  });

  test("a long name keeps its beginning and its end", () => {
    const { terminal, progress } = onTerminal();
    progress.at("interview-2026-11-20-part-07", "segmentation", 1, 2);
    expect(terminal.screen[0].slice(0, 16)).toBe("intervie…part-07");
  });

  test("lines that stay stand above the bars; a finished recording's bars go", () => {
    const { terminal, progress } = onTerminal();
    progress.at("a", "segmentation", 1, 2);
    progress.at("b", "segmentation", 2, 2);
    progress.line("b: warning: x");
    progress.done("b", "1 speaker");
    expect(terminal.screen.slice(0, 2)).toEqual(["b: warning: x", "b: 1 speaker"]);
    expect(terminal.screen.length).toBe(3);
    expect(terminal.screen[2]).toMatch(/^a {17}segmentation/);
    progress.end();
    expect(terminal.screen).toEqual(["b: warning: x", "b: 1 speaker"]);
  });

  test("what is told of a finished recording draws no bar", () => {
    const { terminal, progress } = onTerminal();
    progress.done("a", "failed: x");
    progress.at("a", "embeddings", 3, 3);
    expect(terminal.screen).toEqual(["a: failed: x"]);
  });

  test("no more bars than rows", () => {
    const { terminal, progress } = onTerminal(80, 5);
    for (let i = 0; i < 9; i++) progress.at(`file${i}`, "segmentation", 1, 1);
    expect(terminal.screen.length).toBe(4);
  });

  test("redrawn at most ten times a second, and at every stage's end", () => {
    const { terminal, clock, progress } = onTerminal();
    clock.ms = 1000;
    for (let i = 1; i <= 50; i++) progress.at("a", "segmentation", i, 100);
    expect(terminal.screen[0]).toContain("  1 %");
    clock.ms = 1099;
    progress.at("a", "segmentation", 60, 100);
    expect(terminal.screen[0]).toContain("  1 %");
    clock.ms = 1100;
    progress.at("a", "segmentation", 61, 100);
    expect(terminal.screen[0]).toContain(" 61 %");
    progress.at("a", "segmentation", 100, 100);
    expect(terminal.screen[0]).toContain("100 %");
  });

  test("a stage that is not counted draws nothing", () => {
    const { terminal, progress } = onTerminal();
    progress.at("a", "ahc", 0, 1);
    expect(terminal.screen).toEqual([]);
  });
});

describe("elsewhere", () => {
  test("plain lines: a stage's end, every half minute, and what happened", () => {
    const written: string[] = [];
    const clock = { ms: 0 };
    const progress = new Progress({ write: (text) => written.push(text) }, () => clock.ms);
    progress.at("a", "segmentation", 1, 100);
    clock.ms = 29_999;
    progress.at("a", "segmentation", 20, 100);
    clock.ms = 30_000;
    progress.at("a", "segmentation", 21, 100);
    clock.ms = 40_000;
    progress.at("a", "segmentation", 30, 100);
    progress.at("a", "segmentation", 100, 100);
    progress.done("a", "1 speaker");
    progress.end();
    expect(written).toEqual(["a: segmentation 21/100\n", "a: segmentation 100/100\n", "a: 1 speaker\n"]);
  });
});
