import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Annotation,
  formatCsv,
  parseCsv,
  readCsv,
  Segment,
  TimelineFileError,
  writeCsv,
} from "#lib/timeline/mod.ts";

const turns = (annotation: Annotation | undefined) =>
  [...annotation?.itertracks({ yieldLabel: true }) ?? []].map((
    [{ start, end }, , label],
  ) => [start, end, label]);

const one = new Annotation({ uri: "a, b" }).add(new Segment(1.5, 3), 'the "A"').add(
  new Segment(2, 5.0625),
  "two\r\nlines",
);
const two = new Annotation().add(new Segment(0, 1), "");

const GOLDEN =
  'uri,start,end,speaker\r\n"a, b",1.500,3.000,"the ""A"""\r\n"a, b",2.000,5.062,"two\r\nlines"\r\n,0.000,1.000,\r\n';

describe("CSV", () => {
  test("is written after RFC 4180, and read back", () => {
    expect(formatCsv([one, two])).toBe(GOLDEN);
    expect(formatCsv(one, { decimals: 6 })).toContain(",2.000000,5.062500,");
    const read = parseCsv(GOLDEN);
    expect([...read.keys()]).toEqual(["a, b", ""]);
    expect(turns(read.get("a, b"))).toEqual([[1.5, 3, 'the "A"'], [2, 5.062, "two\r\nlines"]]);
    expect([turns(read.get("")), read.get("")?.uri]).toEqual([[[0, 1, ""]], undefined]);
    expect(formatCsv(read)).toBe(GOLDEN);
    expect(parseCsv(formatCsv([])).size).toBe(0);
  });

  test("is read with other columns, another order, line ends and blank lines", () => {
    const text = "\uFEFFspeaker,end,score,start,uri\n\nann,2,0.9,.5,a\rbob,4,,3,a\n";
    expect(turns(parseCsv(text).get("a"))).toEqual([[0.5, 2, "ann"], [3, 4, "bob"]]);
  });

  test.each([
    ["", undefined, "it is empty, a header is needed: uri,start,end,speaker"],
    ["a,0,1,ann\r\n", 1, "the header lacks uri, start, end, speaker"],
    ['uri,start,end,speaker\r\n"a\r\nb",0,1,x\r\na,0,1\r\n', 4, "3 fields, the header has 4"],
    ["uri,start,start,end,speaker\r\na,0,1,2,x", 1, "the header has start twice"],
    [
      "uri,start,end,speaker\na,0,one,x",
      2,
      'end "one" is not a time, it must be a number of seconds such as 2.977',
    ],
    ["uri,start,end,speaker\na,3,1,x", 2, "end 1 comes before start 3"],
    [
      'uri,start,end,speaker\na,0,1,the "A"',
      2,
      "quotes do not match: a field with quotes stands in quotes as a whole, and each quote in it is doubled",
    ],
    [
      'uri,start,end,speaker\na,0,1,"A" the',
      2,
      "quotes do not match: a field with quotes stands in quotes as a whole, and each quote in it is doubled",
    ],
    [
      'uri,start,end,speaker\na,0,1,"A\nb,0,1,B',
      2,
      "quotes do not match: a field with quotes stands in quotes as a whole, and each quote in it is doubled",
    ],
  ])("refuses %j with its line", (text, lineNumber, fault) => {
    const error = (() => {
      try {
        parseCsv(text, { file: "a.csv" });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(TimelineFileError);
    expect(error).toMatchObject({
      file: "a.csv",
      lineNumber,
      fault,
      line: text.split(/\r?\n/)[(lineNumber ?? NaN) - 1],
    });
  });

  test("refuses infinite times and half characters, cuts turns at 0", () => {
    expect(() => formatCsv(new Annotation().add(new Segment(0, Infinity), "a"))).toThrow(
      /CSV needs finite times/,
    );
    const warnings: string[] = [];
    const early = new Annotation({ uri: "early" }).add(new Segment(-1, 1), "a");
    expect(formatCsv(early, { warn: (warning) => warnings.push(warning) })).toContain("early,0.000,1.000,a");
    expect(warnings).toEqual(["early: 1 turn starts before 0, which CSV cannot say; it is cut there."]);
    expect(() => formatCsv(new Annotation().add(new Segment(0, 1), "half\ud83d"))).toThrow(RangeError);
  });

  test("gives back any names, to the millisecond", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 6 }).filter((name) => name.isWellFormed());
    const nasty = fc.oneof(
      text,
      fc.array(fc.constantFrom('"', ",", "\n", "\r", " ", "a"), { maxLength: 5 }).map((c) => c.join("")),
    );
    const turn = fc.tuple(nasty, fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 1, max: 1e5 }), nasty);
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 20 }), (list) => {
        const annotations = new Map<string, Annotation>();
        for (const [uri, start, length, label] of list) {
          const annotation = annotations.get(uri) ?? new Annotation(uri === "" ? {} : { uri });
          annotations.set(uri, annotation.add(new Segment(start / 1000, (start + length) / 1000), label));
        }
        const written = formatCsv(annotations);
        const read = parseCsv(written);
        expect([...read.keys()]).toEqual([...annotations.keys()]);
        expect([...read.values()].map(turns).flat().sort()).toEqual(
          [...annotations.values()].map(turns).flat().sort(),
        );
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test("of any text is read, or refused with a TimelineFileError", () => {
    const piece = fc.constantFrom('"', ",", "\n", "\r", "a", "0", "1", " ", '""');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parseCsv(`uri,start,end,speaker\n${pieces.join("")}`);
        } catch (error) {
          expect(error).toBeInstanceOf(TimelineFileError);
        }
      }),
      { numRuns: 2000, seed: 9 },
    );
  });

  test("of a megabyte with one quote is refused quickly", () => {
    const started = performance.now();
    expect(() => parseCsv(`uri,start,end,speaker\n"${"x,".repeat(500_000)}`)).toThrow(/quotes do not match/);
    expect(performance.now() - started).toBeLessThan(20_000); // 10 ms; quadratic: hours
  });

  test("holds no formula for a spreadsheet, and reads back what it was", () => {
    const labels = [
      "=1+1",
      "+1",
      "-1",
      "@cmd",
      "\tx",
      "\rx",
      "\nx",
      "'=1",
      "''@",
      "'tis",
      "＝1",
      'a"b',
      '="x"',
    ];
    for (const label of labels) {
      const annotation = new Annotation({ uri: "=cmd|x" }).add(new Segment(0, 1), label);
      const text = formatCsv(annotation);
      expect(text.split("\r\n")[1]).toMatch(/^"'=cmd\|x",0\.000,1\.000,/);
      expect(text).not.toMatch(/(?:^|[,"\n])[=+\-@＝＋－＠\t]/m);
      expect(turns(parseCsv(text).get("=cmd|x"))).toEqual([[0, 1, label]]);
    }
    expect(formatCsv(new Annotation({ uri: "a" }).add(new Segment(0, 1), "x-1"))).toContain(
      "a,0.000,1.000,x-1\r\n",
    );
  });

  test("files are written whole and read back", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.csv");
    await writeCsv(path, [one, two]);
    expect(await readFile(path, "utf8")).toBe(GOLDEN);
    expect(formatCsv(await readCsv(path))).toBe(GOLDEN);
  });
});
