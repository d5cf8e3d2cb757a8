import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  formatUem,
  parseUem,
  readUem,
  Segment,
  Timeline,
  TimelineFileError,
  writeUem,
} from "#lib/timeline/mod.ts";

const spans = (timeline: Timeline | undefined) => [...timeline ?? []].map(({ start, end }) => [start, end]);

describe("parseUem", () => {
  test("reads recordings in order of appearance, keeps overlaps, drops empty parts", () => {
    const read = parseUem("\uFEFF;; scored\r\nb NA 5 9\r\nb\t1  0 6\r\n\r\na 1 3 3\r\n");
    expect([...read.keys()]).toEqual(["b", "a"]);
    expect(spans(read.get("b"))).toEqual([[0, 6], [5, 9]]);
    expect([read.get("b")?.uri, read.get("a")?.size]).toEqual(["b", 0]);
  });

  test.each([
    ["a 1 0", "3 fields, a UEM line needs 4: uri channel start end"],
    ["a", "1 field, a UEM line needs 4: uri channel start end"],
    ["a 1 0 5 6", "5 fields, a UEM line needs 4: uri channel start end"],
    ["a 1 x 5", 'start "x" is not a time, it must be a number of seconds such as 2.977'],
    ["a 1 0 -5", 'end "-5" comes before start "0"'],
    ["a 1 9 3", 'end "3" comes before start "9"'],
  ])("refuses %s", (line, fault) => {
    expect(() => parseUem(`a 1 0 5\n${line}\n`, { file: "a.uem" })).toThrow(
      new TimelineFileError({ file: "a.uem", fault, line, lineNumber: 2 }).message,
    );
  });

  test("gives back what was written, or refuses any other text with a TimelineFileError", () => {
    const field = fc.constantFrom("a", "b", "1", "0.25", "7", "1e3", "-1", ";;", "\uFEFF", "nan", "\u00a0");
    const time = fc.oneof(fc.constantFrom("0", "0.25", "7", "1e3"), field);
    const line = fc.oneof(fc.tuple(field, field, time, time), fc.array(field, { maxLength: 6 }));
    const lines = fc.array(line.map((fields) => fields.join(" ")), { maxLength: 4 });
    let read = 0;
    fc.assert(
      fc.property(lines, (list) => {
        let timelines: Map<string, Timeline>;
        try {
          timelines = parseUem(list.join("\n"), { warn: () => {} });
        } catch (error) {
          expect(error).toBeInstanceOf(TimelineFileError);
          return;
        }
        for (const [uri, timeline] of timelines) {
          const again = parseUem(formatUem(timeline)).get(uri) ?? new Timeline();
          expect(again.equals(timeline)).toBe(true);
          read++;
        }
      }),
      { numRuns: 5000, seed: 8 },
    );
    expect(read).toBeGreaterThan(50);
  });
});

describe("formatUem", () => {
  const timeline = new Timeline([new Segment(5.0625, 30), new Segment(0, 2)], { uri: "a" });

  test("writes in order, with channel and decimals as wished", () => {
    expect(formatUem(timeline)).toBe("a 1 0.000 2.000\na 1 5.062 30.000\n");
    expect(formatUem(timeline, { channel: "NA", decimals: 1 })).toBe("a NA 0.0 2.0\na NA 5.1 30.0\n");
    expect(formatUem(new Timeline([new Segment(0, 1)]))).toBe("<NA> 1 0.000 1.000\n");
  });

  test("refuses names that would not come back, and infinite times", () => {
    for (const uri of ["a b", "", ";;a", "\uFEFFa"]) {
      expect(() => formatUem(new Timeline([new Segment(0, 1)], { uri }))).toThrow(RangeError);
    }
    expect(() => formatUem(timeline, { channel: "" })).toThrow(RangeError);
    expect(() => formatUem(new Timeline([new Segment(0, Infinity)], { uri: "a" }))).toThrow(RangeError);
  });

  test("files are written and read back", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.uem");
    await writeUem(path, [timeline, new Timeline([new Segment(1, 2)], { uri: "b" })]);
    expect(await readFile(path, "utf8")).toBe("a 1 0.000 2.000\na 1 5.062 30.000\nb 1 1.000 2.000\n");
    const read = await readUem(path);
    expect([...read.keys()]).toEqual(["a", "b"]);
    await writeUem(path, read);
    await writeUem(path, timeline);
    expect((await readUem(path)).size).toBe(1);
  });
});
