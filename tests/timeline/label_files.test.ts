import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Annotation,
  formatAudacity,
  formatLab,
  formatSrt,
  formatVtt,
  parseAudacity,
  parseLab,
  parseSrt,
  parseVtt,
  readAudacity,
  readLab,
  readSrt,
  readVtt,
  Segment,
  TimelineFileError,
  writeAudacity,
  writeLab,
  writeSrt,
  writeVtt,
} from "#lib/timeline/mod.ts";
import { writtenAnnotations } from "./arbitraries.ts";
import { testWith } from "./outside_tools.ts";

const turns = (annotation: Annotation) =>
  [...annotation.itertracks({ yieldLabel: true })].map(([{ start, end }, , label]) => [start, end, label]);

/** In whole milliseconds, sorted: what formats with three decimals keep. */
const inMillis = (annotation: Annotation) =>
  turns(annotation).map(([start, end, label]) =>
    `${Math.round(+start * 1000)} ${Math.round(+end * 1000)} ${label}`
  ).sort();

const meeting = new Annotation({ uri: "meeting" })
  .add(new Segment(1.5, 3), "Ann").add(new Segment(2, 3661.0625), "MÉO069").add(new Segment(5.0625, 7), "10");

/** Text, and the fault that its first bad line has. */
type Bad = readonly (readonly [text: string, lineNumber: number, fault: string])[];

const FORMATS = [
  {
    name: "Audacity labels",
    format: formatAudacity,
    parse: parseAudacity,
    read: readAudacity,
    write: writeAudacity,
    golden: "1.500000\t3.000000\tAnn\n2.000000\t3661.062500\tMÉO069\n5.062500\t7.000000\t10\n",
    others:
      "\uFEFF1.5\t3\tAnn\r\n\\\t100.0\t2000.0\r\n\r\n 2 \t3661.0625\tMÉO069\r\n4\t4\tpoint\r\n5.0625\t7\t10",
    refused: ["a\tb", "a\nb", "a\rb", "half\ud83d"],
    bad: [
      ["1\t2\tok\n1.5", 2, "1 field, a label needs 2 or 3 set apart by tabs: start end label"],
      ["1\t2\ta\tb", 1, "4 fields, a label needs 2 or 3 set apart by tabs: start end label"],
      ["1,5\t2\ta", 1, 'start "1,5" is not a time, it must be a number of seconds such as 2.977'],
      ["1\t-2\ta", 1, "end -2 comes before start 1"],
      ["\n3\t2\ta", 2, "end 2 comes before start 3"],
    ] as Bad,
  },
  {
    name: "lab",
    format: formatLab,
    parse: parseLab,
    read: readLab,
    write: writeLab,
    golden: "1.500 3.000 Ann\n2.000 3661.062 MÉO069\n5.062 7.000 10\n",
    others: ";; made by hand\r\n1.5 3 Ann\r\n\r\n2\t3661.0625\tMÉO069\r\n5.0625 7 10\r\n",
    refused: ["Ann Lee", "", "a\u00a0b", "half\ud83d"],
    bad: [
      ["1 2 ok\n1.5 2", 2, "2 fields, a lab line needs 3: start end label"],
      ["1 2 Ann Lee", 1, "4 fields, a lab line needs 3: start end label (a label cannot hold spaces)"],
      ["x 2 a", 1, 'start "x" is not a time, it must be a number of seconds such as 2.977'],
      ["3 2 a", 1, "end 2 comes before start 3"],
    ] as Bad,
  },
  {
    name: "SRT",
    format: formatSrt,
    parse: parseSrt,
    read: readSrt,
    write: writeSrt,
    golden: "1\n00:00:01,500 --> 00:00:03,000\nAnn\n\n2\n00:00:02,000 --> 01:01:01,062\nMÉO069\n\n" +
      "3\n00:00:05,062 --> 00:00:07,000\n10\n\n",
    others:
      "\uFEFF\r\n1\r\n00:00:01.500 --> 00:00:03.000  X1:40 X2:600\r\nAnn\r\n\r\n7\r\n00:00:02,000 --> 01:01:01,062\r\nMÉO069\r\n\r\n\r\n" +
      "8\r\n00:00:09,000 --> 00:00:10,000\r\n\r\n9\r\n00:00:05,062-->00:00:07,000\r\n10",
    refused: ["", " a", "a ", "a\nb", "a\rb", "to --> from", "half\ud83d"],
    bad: [
      ["Ann", 1, '"Ann" is no number, a cue starts with its number'],
      ["1\n", 2, '"" is no timing, it must read 00:00:01,500 --> 00:00:02,000'],
      [
        "1\n00:01 --> 00:02\na",
        2,
        '"00:01 --> 00:02" is no timing, it must read 00:00:01,500 --> 00:00:02,000',
      ],
      [
        "1\n00:61:01,500 --> 00:00:02,000\na",
        2,
        '"00:61:01,500 --> 00:00:02,000" is no timing, it must read 00:00:01,500 --> 00:00:02,000',
      ],
      ["1\r\n00:00:03,000 --> 00:00:02,000\r\na", 2, "end 2 comes before start 3"],
    ] as Bad,
  },
  {
    name: "WebVTT",
    format: formatVtt,
    parse: parseVtt,
    read: readVtt,
    write: writeVtt,
    empty: "WEBVTT\n",
    golden: "WEBVTT\n\n00:00:01.500 --> 00:00:03.000\n<v Ann>Ann</v>\n\n" +
      "00:00:02.000 --> 01:01:01.062\n<v MÉO069>MÉO069</v>\n\n00:00:05.062 --> 00:00:07.000\n<v 10>10</v>\n",
    others:
      "\uFEFFWEBVTT\r\n\r\nNOTE by hand\r\n\r\n00:01.500 --> 00:03.000 align:start\r\n<v.loud Ann>Good\r\n\r\n" +
      "name\r\n00:00:02.000 --> 01:01:01.062\r\n<v MÉO069>Hello.\r\n\r\n00:05.062 --> 00:07.000\r\n<v 10>Yes.",
    refused: ["", " a", "a ", "a\nb", "a\rb", "a\tb", "a  b", "half\ud83d"],
    bad: [
      ["WEBVTT\n\n1 --> 2\n<v a>a", 3, '"1 --> 2" is no timing, it must read 00:01.500 --> 00:02.000'],
      ["WEBVTT\n\n00:03.000 --> 00:02.000\n<v a>a", 3, "end 2 comes before start 3"],
      ["1\n00:00:01,000 --> 00:00:02,000\na", 1, "the first line is not WEBVTT"],
    ] as Bad,
  },
];

for (const { name, format, parse, read, write, empty = "", golden, others, refused, bad } of FORMATS) {
  describe(name, () => {
    test("is written as it should, and read back", () => {
      expect(format(meeting)).toBe(golden);
      expect(inMillis(parse(golden, { uri: "meeting" }))).toEqual(inMillis(parse(format(meeting))));
      expect(parse(golden, { uri: "meeting" }).uri).toBe("meeting");
      expect(turns(parse(format(meeting)))[0]).toEqual([1.5, 3, "Ann"]);
      expect([format(new Annotation()), parse(empty).size]).toEqual([empty, 0]);
    });

    test("is read as others write it", () => {
      const rounded = inMillis(parse(golden));
      const given = inMillis(parse(others));
      expect(given.length).toBe(3);
      // Others write 5.0625 in full where a format allows it.
      expect(given.map((turn) => turn.replace("5063", "5062").replace("3661063", "3661062")))
        .toEqual(rounded.map((turn) => turn.replace("5063", "5062").replace("3661063", "3661062")));
    });

    test.each(refused)("refuses the label %j", (label) => {
      expect(() => format(new Annotation().add(new Segment(0, 1), label))).toThrow(
        /The label .* cannot be written/,
      );
    });

    test("refuses infinite times", () => {
      expect(() => format(new Annotation().add(new Segment(0, Infinity), "a"))).toThrow(/needs finite times/);
    });

    test("cuts turns at 0 with a warning, so that what is written is read back", () => {
      const warnings: string[] = [];
      const early = new Annotation({ uri: "early" }).add(new Segment(-1, 1), "a").add(
        new Segment(-3, -2),
        "a",
      );
      const text = format(early, { warn: (warning) => warnings.push(warning) });
      expect(turns(parse(text, { warn: (warning) => warnings.push(warning) }))).toEqual([[0, 1, "a"]]);
      expect(warnings).toEqual([
        expect.stringMatching(
          /^early: 2 turns start before 0, which .* cannot say; they are cut there, 1 left out\.$/,
        ),
      ]);
    });

    test.each([...bad])("refuses %j with its line", (text, lineNumber, fault) => {
      const line = text.split(/\r?\n/)[lineNumber - 1];
      const error = (() => {
        try {
          parse(text, { file: "a.txt" });
        } catch (caught) {
          return caught;
        }
      })();
      expect(error).toBeInstanceOf(TimelineFileError);
      expect(error).toMatchObject({ file: "a.txt", lineNumber, line, fault });
    });

    test("gives back what was written, to the millisecond", () => {
      fc.assert(
        fc.property(writtenAnnotations, (annotation) => {
          const readBack = parse(format(annotation), { uri: "day", warn: () => {} });
          expect(inMillis(readBack)).toEqual(inMillis(annotation));
          expect(inMillis(parse(format(readBack), { warn: () => {} }))).toEqual(inMillis(annotation));
        }),
        { numRuns: 300, seed: 5 },
      );
    });

    test("of any text is read, or refused with a TimelineFileError", () => {
      const word = fc.constantFrom(
        "1",
        "00:00:01,500 --> 00:00:02,000",
        "0.5",
        "2",
        "\t",
        " ",
        "\n",
        "\r\n",
        "a",
        "-1",
        "\\",
        "\uFEFF",
        "1e999",
      );
      fc.assert(
        fc.property(fc.array(word, { maxLength: 20 }), (words) => {
          try {
            parse(empty + words.join(""), { warn: () => {} });
          } catch (error) {
            expect(error).toBeInstanceOf(TimelineFileError);
          }
        }),
        { numRuns: 2000, seed: 6 },
      );
    });

    test("files are written whole and read back; not UTF-8, they are refused", async () => {
      const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.txt");
      await write(path, meeting);
      expect(await readFile(path, "utf8")).toBe(golden);
      expect(turns(await read(path, { uri: "meeting" }))).toEqual(turns(parse(golden)));
      await writeFile(path, golden, "latin1");
      await expect(read(path)).rejects.toThrow(/byte 0xc9 is not UTF-8/);
    });
  });
}

describe("lab in HTK's units", () => {
  test("counts tenths of microseconds", () => {
    const text = formatLab(meeting, { unit: "100ns" });
    expect(text).toBe("15000000 30000000 Ann\n20000000 36610625000 MÉO069\n50625000 70000000 10\n");
    expect(turns(parseLab(text, { unit: "100ns" }))).toEqual(turns(meeting));
    expect(() => parseLab(text, { unit: "ms" as "s" })).toThrow(
      'The unit of a lab file is "s" or "100ns", got "ms"',
    );
    expect(formatLab(meeting, { decimals: 6 })).toContain("5.062500 7.000000 10");
  });

  const heard = (text: string, options: { unit?: "s" | "100ns" } = {}) => {
    const warnings: string[] = [];
    const warn = (warning: string) => warnings.push(warning);
    const faults: string[] = [];
    const onFault = ({ fault }: TimelineFileError) => faults.push(fault);
    return { turns: turns(parseLab(text, { file: "a.lab", warn, onFault, ...options })), warnings, faults };
  };

  test("is guessed where whole numbers can be no seconds, and told", () => {
    expect(heard(";; made by HTK\n0 5000000 sil\n5000000 20000000 ann\n\n")).toEqual({
      turns: [[0, 0.5, "sil"], [0.5, 2, "ann"]],
      warnings: [
        "a.lab: times are whole numbers up to 20000000 (line 3) and were taken for HTK's units of 100 ns.",
      ],
      faults: [],
    });
    expect(heard("0 1000000 a").turns).toEqual([[0, 0.1, "a"]]);
    // A line that is none changes nothing of the others.
    const mixed = heard("0 5000000 a\nx 2 b\n7\n");
    expect([mixed.turns, mixed.warnings.length, mixed.faults.length]).toEqual([[[0, 0.5, "a"]], 1, 2]);
  });

  test("is not guessed of seconds, nor where it is given", () => {
    const seconds = ["0 999999 a", "0 5000000.0 a", "0.5 5000000 a", "0 5000000 a\n1.5 2 b", "0 5e6 a", ""];
    for (const text of seconds) expect([text, heard(text).warnings]).toEqual([text, []]);
    expect(heard("0 5000000.0 a").turns).toEqual([[0, 5_000_000, "a"]]);
    expect(heard("0 20000000 a", { unit: "s" })).toEqual({
      turns: [[0, 2e7, "a"]],
      warnings: [],
      faults: [],
    });
    expect(heard("0 20 a", { unit: "100ns" })).toEqual({ turns: [[0, 2e-6, "a"]], warnings: [], faults: [] });
  });

  test("strict, is refused where it would be guessed", () => {
    expect(() => parseLab("0 1 a\n0 20000000 a", { file: "a.lab", strict: true })).toThrow(
      "a.lab:2: times are whole numbers up to 20000000, and strict reading does not take them for HTK's units of 100 ns",
    );
    expect(turns(parseLab("0 20000000 a", { strict: true, unit: "100ns" }))).toEqual([[0, 2, "a"]]);
  });
});

describe("SRT", () => {
  test("rounds halves to even, and always ends after it starts", () => {
    const times = (start: number, end: number) =>
      formatSrt(new Annotation().add(new Segment(start, end), "a")).split("\n")[1];
    expect(times(0.0625, 0.1875)).toBe("00:00:00,062 --> 00:00:00,188");
    expect(times(59.9996, 3599.9999)).toBe("00:01:00,000 --> 01:00:00,000");
    expect(times(1.0009, 1.0015)).toBe("00:00:01,001 --> 00:00:01,002");
    expect(times(360_000, 360_001)).toBe("100:00:00,000 --> 100:00:01,000");
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.double({ min: 0.00051, max: 1, noNaN: true }),
        (start, length) => {
          const [from, to] = times(start, start + length).split(" --> ");
          expect(from.padStart(13, "0") < to.padStart(13, "0")).toBe(true);
        },
      ),
      { numRuns: 500, seed: 8 },
    );
  });

  test("takes CRLF on request, and texts of several lines", () => {
    expect(formatSrt(meeting, { lineEnd: "\r\n" })).toBe(formatSrt(meeting).replaceAll("\n", "\r\n"));
    expect(turns(parseSrt("1\n00:00:01,000 --> 00:00:02,000\n10\nlines\n"))).toEqual([[1, 2, "10\nlines"]]);
  });

  testWith("ffprobe", "is read by ffmpeg as it is meant", async (ffprobe) => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.srt");
    for (const lineEnd of ["\n", "\r\n"] as const) {
      await writeSrt(path, meeting, { lineEnd });
      const shown = ffprobe(["-v", "error", "-show_packets", "-show_data", "-of", "json", path]);
      const { packets } = JSON.parse(shown) as {
        packets: { pts_time: string; duration_time: string; size: string }[];
      };
      expect(packets.map(({ pts_time, duration_time, size }) => [+pts_time, +duration_time, +size])).toEqual([
        [1.5, 1.5, 3],
        [2, 3659.062, 7], // É is two bytes
        [5.062, 1.938, 2],
      ]);
    }
  });
});

describe("WebVTT", () => {
  const awkward = new Annotation().add(new Segment(0, 1), "Ann & <Bob>").add(
    new Segment(1, 2),
    "a --> b &lt;",
  );

  test("writes signs that mean something by their names, and reads them back", () => {
    const text = formatVtt(awkward);
    expect(text).toContain("\n<v Ann &amp; &lt;Bob&gt;>Ann &amp; &lt;Bob&gt;</v>\n");
    expect(text.match(/-->/g)?.length).toBe(2); // those of the times
    expect(turns(parseVtt(text))).toEqual([[0, 1, "Ann & <Bob>"], [1, 2, "a --> b &lt;"]]);
    expect(turns(parseVtt(text.replaceAll("&lt;B", "&nbsp;B")))[0][2]).toBe("Ann & \u00a0Bob>");
  });

  testWith("ffprobe", "is read by ffmpeg as it is meant", async (ffprobe) => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.vtt");
    await writeVtt(path, meeting);
    const shown = ffprobe(["-v", "error", "-show_packets", "-of", "json", path]);
    const { packets } = JSON.parse(shown) as { packets: { pts_time: string; duration_time: string }[] };
    expect(packets.map(({ pts_time, duration_time }) => [+pts_time, +duration_time])).toEqual([
      [1.5, 1.5],
      [2, 3659.062],
      [5.062, 1.938],
    ]);
  });
});
