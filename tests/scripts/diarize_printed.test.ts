/** Results without --out: printed, for people at a terminal and for programs elsewhere. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Annotation } from "#lib/timeline/annotation.ts";
import { formatRttm, parseRttm } from "#lib/timeline/rttm.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { PrintedResults } from "#scripts/diarize/printed_results.ts";
import { Progress } from "#scripts/diarize/progress.ts";
import { turnTable } from "#scripts/diarize/turn_table.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";
import { diarizeCommand, DiarizeScratch } from "./diarize_command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = new DiarizeScratch();
afterAll(() => scratch[Symbol.dispose]());

const talk = (uri: string) =>
  Annotation.fromTracks([
    [new Segment(0.5, 3.25), "0", "A"],
    [new Segment(3, 4), "1", "Ben"],
    [new Segment(3700, 3701.5), "2", "A"],
  ], { uri });

/** A stream that keeps what is written. */
class Kept {
  text = "";
  readonly columns = 60;
  readonly isTTY: boolean;
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string) {
    this.text += text;
  }
}

describe("a table of turns", () => {
  const style = (_: string, text: string) => text;

  test("has a line for each turn, then who speaks how long, and fits", () => {
    const lines = turnTable(talk("a"), { columns: 60, style });
    expect(lines).toEqual([
      "",
      "     start        end seconds  speaker",
      "   0:00.50    0:03.25    2.75  A",
      "   0:03.00    0:04.00    1.00  Ben",
      "1:01:40.00 1:01:41.50    1.50  A",
      "",
      `A        4.25 s  81.0 %  ${"█".repeat(30)}`,
      `Ben      1.00 s  19.0 %  ${"█".repeat(7)}`,
      "",
    ]);
    for (const columns of [60, 40, 20]) {
      for (const line of turnTable(talk("a"), { columns, style })) {
        expect(line.trimEnd().length).toBeLessThanOrEqual(Math.max(40, columns));
      }
    }
  });

  test("says where nobody speaks", () => {
    expect(turnTable(undefined, { columns: 80, style })).toEqual(["Nobody speaks."]);
  });
});

describe("printed results", () => {
  const finished = (results: PrintedResults, uri: string) => {
    writeFileSync(join(results.folder, `${uri}.rttm`), formatRttm(talk(uri)));
    return { uri, file: `${uri}.wav`, status: "done", durationSec: 4000, outputs: ["x"] } as const;
  };
  const asked = { formats: undefined, asJson: false, count: 3 };

  test("come in the order of the recordings; of one that failed nothing", () => {
    const stream = new Kept(false);
    using results = new PrintedResults(stream, asked);
    results.done(2, finished(results, "c"));
    expect(stream.text).toBe("");
    results.done(0, finished(results, "a"));
    expect(stream.text).toBe(formatRttm(talk("a")));
    results.done(1, { uri: "b", file: "b.wav", status: "failed", error: "no" });
    expect([...parseRttm(stream.text).keys()]).toEqual(["a", "c"]);
  });

  test("are a table at a terminal, and nothing beside one JSON object, which has the turns", () => {
    const [terminal, pipe] = [new Kept(true), new Kept(false)];
    using table = new PrintedResults(terminal, asked);
    table.done(0, finished(table, "a"));
    expect(terminal.text).toContain("1:01:40.00 1:01:41.50    1.50  A\n");
    using json = new PrintedResults(pipe, { ...asked, asJson: true });
    const told = json.done(0, finished(json, "a"));
    expect(pipe.text).toBe("");
    expect(told).toMatchObject({ uri: "a", annotation: { uri: "a" } });
    expect(told).not.toHaveProperty("outputs");
  });

  test("leave nothing behind", () => {
    const results = new PrintedResults(new Kept(false), asked);
    results.done(0, finished(results, "a"));
    results[Symbol.dispose]();
    expect(existsSync(results.folder)).toBe(false);
    expect(() => new PrintedResults(new Kept(false), { ...asked, formats: ["srt"] })).toThrow(
      /3 recordings cannot be printed as srt, only as rttm; say where files go: --out DIR/,
    );
  });

  test("make the bars of the others give way", () => {
    const stream = new Kept(true);
    const progress = new Progress(stream, () => 0);
    progress.at("b", "segmentation", 1, 4);
    stream.text = "";
    progress.aside(() => stream.write("table\n"));
    // deno-lint-ignore no-control-regex -- what moves the cursor
    expect(stream.text).toMatch(/^\x1b\[1A\x1b\[Jtable\nb .*segmentation/);
  });
});

describeWith(
  "diarize without --out, on the networks that come with dialab",
  fixture("ami/trn06.wav"),
  (clip) => {
    test("prints RTTM, or what --format says, and writes nothing", async () => {
      const file = await scratch.cut(clip, "talk.wav", [0, 10]);
      const { status, stdout } = await diarizeCommand([file, "--preset", "own"]);
      expect(status).toBe(0);
      expect([...parseRttm(stdout).keys()]).toEqual(["talk"]);
      const srt = await diarizeCommand([file, "--preset", "own", "--format", "srt"]);
      expect(srt.stdout).toMatch(/^1\n00:00:0\d,\d{3} --> /);
      expect(scratch.files(".")).toEqual(["talk.wav"]);
    }, SLOW);
  },
);
