import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Annotation,
  formatTextGrid,
  parseTextGrid,
  readTextGrid,
  Segment,
  writeTextGrid,
} from "#lib/timeline/mod.ts";
import { writtenAnnotations } from "./arbitraries.ts";

const turns = (annotation: Annotation) =>
  [...annotation.itertracks({ yieldLabel: true })].map(([{ start, end }, , label]) => [start, end, label]);

/** Turns of one label that overlap, joined: what a tier can hold. */
const joined = (annotation: Annotation) =>
  annotation.labels().flatMap((label) => {
    const spans: number[][] = [];
    for (const { start, end } of annotation.labelTimeline(label)) {
      const last = spans.at(-1);
      if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
      else spans.push([start, end]);
    }
    return spans.map(([start, end]) => [start, end, label]);
  });

const meeting = new Annotation({ uri: "meeting" })
  .add(new Segment(1.5, 3), 'the "A"').add(new Segment(2, 4.25), "MÉO069").add(new Segment(3, 5), 'the "A"');

const LONG = `File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 6 
tiers? <exists> 
size = 2 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "MÉO069" 
        xmin = 0 
        xmax = 6 
        intervals: size = 3 
        intervals [1]:
            xmin = 0 
            xmax = 2 
            text = "" 
        intervals [2]:
            xmin = 2 
            xmax = 4.25 
            text = "MÉO069" 
        intervals [3]:
            xmin = 4.25 
            xmax = 6 
            text = "" 
    item [2]:
        class = "IntervalTier" 
        name = "the ""A""" 
        xmin = 0 
        xmax = 6 
        intervals: size = 4 
        intervals [1]:
            xmin = 0 
            xmax = 1.5 
            text = "" 
        intervals [2]:
            xmin = 1.5 
            xmax = 3 
            text = "the ""A""" 
        intervals [3]:
            xmin = 3 
            xmax = 5 
            text = "the ""A""" 
        intervals [4]:
            xmin = 5 
            xmax = 6 
            text = "" 
`;

const SHORT = `File type = "ooTextFile"
Object class = "TextGrid"

0
6
<exists>
3
"IntervalTier"
"ann"
0
6
2
0
1.5
""
1.5
6
"says ""hi"",
and more"
"TextTier"
"clicks"
0
6
1
2.5
"click"
"IntervalTier"
"bob"
0
6
1
0
6
" "
`;

describe("formatTextGrid", () => {
  test("writes the long format: a tier per speaker, silence filled, quotes doubled", () => {
    expect(formatTextGrid(meeting, { durationSec: 6 })).toBe(LONG);
  });

  test("joins turns of one label that overlap, and keeps those that touch", () => {
    const annotation = new Annotation().add(new Segment(0, 2), "a").add(new Segment(1, 3), "a")
      .add(new Segment(3, 4), "a");
    expect(turns(parseTextGrid(formatTextGrid(annotation)))).toEqual([[0, 3, "a"], [3, 4, "a"]]);
  });

  test("of turns that all lie before 0 warns, and holds silence", () => {
    const heard: string[] = [];
    const warn = (warning: string) => void heard.push(warning);
    const annotation = new Annotation({ uri: "talk" }).add(new Segment(-2, -1), "a");
    const text = formatTextGrid(annotation, { warn });
    expect(heard).toEqual([
      "talk: 1 turn starts before 0, which A TextGrid cannot say; it is cut there, 1 left out.",
    ]);
    expect([text.includes("xmax = 1 "), turns(parseTextGrid(text, { strict: true }))]).toEqual([true, []]);
  });

  test("takes silence, if told how long it is", () => {
    const text = formatTextGrid(new Annotation(), { durationSec: 2 });
    expect(text).toContain("xmax = 2 \ntiers? <exists> \nsize = 0");
    expect(turns(parseTextGrid(text))).toEqual([]);
    expect(() => formatTextGrid(new Annotation())).toThrow(RangeError);
  });

  test.each([
    [new Segment(0, 1), " ", undefined, /The label " "/],
    [new Segment(0, 1), "half\ud83d", undefined, /The label/],
    [new Segment(0, Infinity), "a", undefined, /got 0 to Infinity/],
    [new Segment(0, 3), "a", 2, /got 2 for 3/],
    [new Segment(0, 3), "a", NaN, /got NaN for 3/],
  ])("refuses %s %j within %s s", (segment, label, durationSec, message) => {
    expect(() => formatTextGrid(new Annotation().add(segment, label), { durationSec })).toThrow(message);
  });

  test("gives back exactly what was written", () => {
    const label = fc.string({ unit: "grapheme", maxLength: 6 }).filter((text) =>
      text.trim() !== "" && text.isWellFormed()
    );
    const turn = fc.tuple(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.double({ min: 1e-5, max: 100, noNaN: true }),
      label,
    );
    const exact = fc.array(turn, { minLength: 1, maxLength: 20 }).map((list) =>
      list.reduce(
        (annotation, [start, length, label]) => annotation.add(new Segment(start, start + length), label),
        new Annotation(),
      )
    );
    fc.assert(
      fc.property(fc.oneof(exact, writtenAnnotations.filter(({ size }) => size > 0)), (annotation) => {
        expect(turns(parseTextGrid(formatTextGrid(annotation))).sort()).toEqual(joined(annotation).sort());
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

describe("parseTextGrid", () => {
  test("reads the long and the short format, by tier or by text, and passes over points", () => {
    expect(turns(parseTextGrid(LONG, { uri: "meeting" }))).toEqual(turns(meeting));
    expect(parseTextGrid(LONG, { uri: "meeting" }).uri).toBe("meeting");
    for (
      const text of [
        SHORT,
        SHORT.replaceAll("\n", "\r\n"),
        SHORT.replace('ooTextFile"', 'ooTextFile short"').replace("Object class = ", ""),
      ]
    ) {
      expect(turns(parseTextGrid(text))).toEqual([[1.5, 6, "ann"]]);
    }
    expect(turns(parseTextGrid(SHORT, { labels: "text" }))).toEqual([[1.5, 6, 'says "hi",\nand more']]);
  });

  test("takes comments, units, and everything on one line", () => {
    const text =
      'File type = "ooTextFile" Object class = "TextGrid" ! made by hand: 7\n0s 3s <exists> 1 "IntervalTier" "a" 0 3 1 0 3.0e0s "x"';
    expect(turns(parseTextGrid(text))).toEqual([[0, 3, "a"]]);
    expect(turns(parseTextGrid('"ooTextFile" "TextGrid" 0 1 <absent>'))).toEqual([]);
  });

  test.each([
    ["", 1, 'the file ends where the file type "ooTextFile" is needed'],
    ['"ooBinaryFile"', 1, 'the file type is not "ooTextFile", save the TextGrid as a text file'],
    ['"ooTextFile"\n"Pitch"', 2, 'the class is not "TextGrid"'],
    ['"ooTextFile" "TextGrid"\n0 "one"', 2, '"one" stands where the end is needed, a number'],
    ['"ooTextFile" "TextGrid"\n0 1\n<exists>\n1.5', 4, "the number of tiers is 1.5, it must be 0, 1, 2, ..."],
    [
      '"ooTextFile" "TextGrid"\n0 1 <exists> 1\n"Tier"',
      3,
      'a tier is an "IntervalTier" or a "TextTier", not a "Tier"',
    ],
    [
      '"ooTextFile" "TextGrid" 0 1 <exists> 1\n"IntervalTier" "a" 0 1 2\n0 1 "x"',
      3,
      "the file ends where an interval's start is needed",
    ],
    [
      '"ooTextFile" "TextGrid" 0 1 <exists> 1\n"IntervalTier" "a" 0 1 1\r\n  3 1 "x"',
      3,
      "the interval's end 1 comes before its start 3",
    ],
    [
      '"ooTextFile" "TextGrid" 0 1 <exists> 1\n"IntervalTier" "a',
      2,
      "a text is not closed, it needs a second quote",
    ],
  ])("refuses %j", (text, lineNumber, fault) => {
    const lines = text.split(/\r?\n/);
    const error = (() => {
      try {
        parseTextGrid(text, { file: "a.TextGrid" });
      } catch (caught) {
        return caught;
      }
    })();
    const line = lines[lineNumber - 1];
    expect(error).toMatchObject({ name: "TimelineFileError", file: "a.TextGrid", fault, lineNumber, line });
  });
});

describe("A TextGrid that contradicts itself", () => {
  const tier = (name: string, size: number) => `"IntervalTier" "${name}" 0 2 ${size}\n0 1 "x"\n1 2 "y"\n`;
  const head = '"ooTextFile"\n"TextGrid"\n0 2 ';

  test.each([
    [`<exists> 1\n${tier("a", 2)}${tier("b", 2)}`, [["a", 2], ["b", 2]], "1 count is smaller", 6],
    [`<exists> 2\n${tier("a", 1)}${tier("b", 0)}`, [["a", 2], ["b", 2]], "2 counts are smaller", 5],
    [`<exists> 1\n"TextTier" "p" 0 2 1\n1 "x"\n2 "y"\n`, [], "1 count is smaller", 5],
    [
      `<exists> 1\n"IntervalTier" "c" 0 2 2\n0 1.5 "x"\n1 2 "y"\n`,
      [["c", 2]],
      "1 interval begins before the one before it has ended",
      6,
    ],
    [`<absent>\n"IntervalTier"\n`, [], "1 value stands behind the last", 3],
  ])("is read with a warning, and refused under strict: %j", (text, chart, told, line) => {
    const heard: string[] = [];
    const warn = (warning: string) => void heard.push(warning);
    expect(parseTextGrid(head + text, { file: "a.TextGrid", warn }).chart()).toEqual(
      chart as [string, number][],
    );
    expect(heard.length).toBe(1);
    expect(heard[0]).toContain(`a.TextGrid: ${told}`);
    expect(heard[0]).toContain(`line ${line})`);
    expect(() => parseTextGrid(head + text, { strict: true })).toThrow(/strict reading refuses/);
  });
});

describe("TextGrid files", () => {
  test("are written whole and read back, in UTF-8 and in Praat's UTF-16", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.TextGrid");
    await writeTextGrid(path, meeting);
    expect(turns(await readTextGrid(path))).toEqual(turns(meeting));
    const little = Buffer.from(`\ufeff${LONG}`, "utf16le");
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      await writeFile(path, bytes);
      expect(turns(await readTextGrid(path))).toEqual(turns(meeting));
    }
    await writeFile(path, Buffer.from(LONG, "latin1"));
    expect(turns(await readTextGrid(path, { warn: () => {} }))).toEqual(turns(meeting));
  });
});
