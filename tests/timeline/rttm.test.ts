import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Annotation,
  formatRttm,
  parseRttm,
  readRttm,
  Segment,
  TimelineFileError,
  writeRttm,
} from "#lib/timeline/mod.ts";
import { decodeUtf8 } from "#lib/timeline/text_files.ts";
import { writtenAnnotations } from "./arbitraries.ts";

const turns = (annotation: Annotation | undefined) =>
  [...annotation?.itertracks({ yieldLabel: true }) ?? []].map((
    [{ start, end }, , label],
  ) => [start, end, label]);

function faultOf(text: string): TimelineFileError {
  try {
    parseRttm(text, { file: "a.rttm" });
  } catch (error) {
    if (error instanceof TimelineFileError) return error;
    throw error;
  }
  throw new Error(`No fault was found in ${JSON.stringify(text)}`);
}

describe("parseRttm", () => {
  test("parts fields at blanks, of which Python has some more; other control characters belong to a name", () => {
    const [uri] = parseRttm("SPEAKER a\x01b 1 0 1 <NA> <NA> ann\x02 <NA> <NA>\n").keys();
    expect(uri).toBe("a\x01b");
    const [annotation] = parseRttm("SPEAKER\x0ba\x0c1\t0 1 <NA> <NA> ann\x02 <NA> <NA>\n").values();
    expect(turns(annotation)).toEqual([[0, 1, "ann\x02"]]);
  });

  test("gives turns that start together by their ends, and equal ones by their lines as text", () => {
    const line = (start: number, duration: number, label: string) =>
      `SPEAKER a 1 ${start} ${duration} <NA> <NA> ${label} <NA> <NA>`;
    const lines = [
      line(1, 3, "long"),
      line(1, 2, "short"),
      ...Array.from({ length: 11 }, (_, i) => line(9, 1, `n${i}`)),
    ];
    const [annotation] = parseRttm(lines.join("\n")).values();
    expect(turns(annotation).map(([, , label]) => label)).toEqual([
      ...["short", "long"],
      // Tracks 2 to 12: "10" < "11" < "12" < "2".
      ...["n8", "n9", "n10", "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"],
    ]);
  });

  test("reads recordings in order of appearance, and passes over what is not a turn", () => {
    const text = [
      "\uFEFF;; a comment",
      "SPKR-INFO b 1 <NA> <NA> <NA> unknown ann <NA>",
      "SPEAKER\tb  1 0.5\t1.5 <NA> <NA> MÉO069 <NA> <NA>  ",
      "",
      "  SPEAKER a 1 3 1e0 <NA> <NA> bob <NA>",
      "LEXEME a 1 3 0.2 word lex bob 0.9 <NA>",
      "NOSCORE c 1 0 5 <NA> <NA> <NA> <NA>",
      "SPEAKER a 1 .25 +0.5 <NA> <NA> cy <NA> <NA>",
    ].join("\r\n");
    const read = parseRttm(text);
    expect([...read.keys()]).toEqual(["b", "a", "c"]);
    expect(turns(read.get("b"))).toEqual([[0.5, 2, "MÉO069"]]);
    expect(turns(read.get("a"))).toEqual([[0.25, 0.75, "cy"], [3, 4, "bob"]]);
    expect([read.get("c")?.size, read.get("b")?.uri]).toEqual([0, "b"]);
  });

  test("keeps equal lines and a speaker's overlaps apart, drops turns of no length", () => {
    const line = "SPEAKER a 1 1 2 <NA> <NA> x <NA> <NA>\n";
    const text = line + line + line.replace("1 1 2", "1 2 2") + line.replace("1 1 2", "1 9 0");
    const read = parseRttm(text, { warn: () => {} });
    const tracks = [...read.get("a")!.itertracks()].map(([{ start }, track]) => [start, track]);
    expect(tracks).toEqual([[1, "0"], [1, "1"], [2, "2"]]);
  });

  test("reads nothing from nothing, and files joined with their byte order marks", () => {
    expect(parseRttm("").size).toBe(0);
    expect(parseRttm("\uFEFF\r\n;;\n").size).toBe(0);
    const line = "\uFEFFSPEAKER a 1 1 2 <NA> <NA> x <NA> <NA>\n";
    expect(parseRttm(line + line).get("a")?.labelDuration("x")).toBe(2);
  });

  test.each([
    ["SPEAKER a 1 1 -0.5 <NA> <NA> x <NA>", 'duration "-0.5" is negative, it must be 0 or more'],
    [
      "SPEAKER a 1 nan 0.5 <NA> <NA> x <NA>",
      'start "nan" is not a time, it must be a number of seconds such as 2.977',
    ],
    [
      "SPEAKER a 1 1 inf <NA> <NA> x <NA>",
      'duration "inf" is not a time, it must be a number of seconds such as 2.977',
    ],
    [
      "SPEAKER a 1 1,5 2 <NA> <NA> x <NA>",
      'start "1,5" is not a time, it must be a number of seconds such as 2.977',
    ],
    [
      "SPEAKER a 1 0x10 2 <NA> <NA> x <NA>",
      'start "0x10" is not a time, it must be a number of seconds such as 2.977',
    ],
    [
      "SPEAKER a 1 1e999 2 <NA> <NA> x <NA>",
      'start "1e999" is too large, it must be a finite number of seconds',
    ],
    ["SPEAKER a 1 1 2 <NA> <NA>", "7 fields, a SPEAKER line needs 9 or 10"],
    ["SPEAKER a 1 1 2 <NA> x <NA>", "8 fields, a SPEAKER line needs 9 or 10"],
    [
      "SPEAKER a 1 1 2 <NA> <NA> Ann Lee <NA> <NA>",
      "11 fields, a SPEAKER line needs 9 or 10 (a recording or label cannot hold spaces)",
    ],
    [
      "SPEAKERS a 1 1 2 <NA> <NA> x <NA>",
      'type "SPEAKERS" is not known, it must be SPEAKER or another type of NIST\'s RTTM',
    ],
    ["SPKR-INFO", "1 field, at least a recording must follow the type"],
  ])("refuses %s", (line, fault) => {
    const error = faultOf(`;; first\nSPEAKER a 1 0 1 <NA> <NA> x <NA>\r\n${line}\r\n`);
    expect([error.file, error.lineNumber, error.line, error.fault]).toEqual(["a.rttm", 3, line, fault]);
    expect(error.message).toBe(`a.rttm:3: ${fault}: ${line}`);
  });

  test("two times whose sum no recording has are refused, in whatever form", () => {
    for (const time of ["9000000000", "9e9"]) {
      expect(faultOf(`SPEAKER a 1 ${time} 9000000 <NA> <NA> x <NA>`).fault).toBe(
        "the turn's end is beyond what a recording has",
      );
    }
    expect(faultOf("SPEAKER a 1 0 1e308 <NA> <NA> x <NA>").fault).toBe(
      'duration "1e308" is beyond what a recording has',
    );
  });

  test("shows invisible characters of a damaged line, and cuts a long one", () => {
    expect(faultOf("SPEAKER\u001b[2J").message).toContain('type "SPEAKER\\u{1b}[2J"');
    expect(faultOf("x".repeat(1e6)).message.length).toBeLessThan(1000);
  });
});

describe("formatRttm", () => {
  test("writes by (start, end), rounds as Python, and names no recording <NA>", () => {
    const annotation = new Annotation()
      .add(new Segment(5.0625, 7), "b").add(new Segment(1, 3), "a").add(new Segment(1, 2), "b");
    expect(formatRttm(annotation)).toBe([
      "SPEAKER <NA> 1 1.000 1.000 <NA> <NA> b <NA> <NA>\n",
      "SPEAKER <NA> 1 1.000 2.000 <NA> <NA> a <NA> <NA>\n",
      "SPEAKER <NA> 1 5.062 1.938 <NA> <NA> b <NA> <NA>\n",
    ].join(""));
    expect(formatRttm(annotation, { decimals: 6 })).toContain(" 5.062500 1.937500 ");
  });

  test.each(["Ann Lee", "", "a\tb", "a\u00a0b", "a\nb", "half\ud83d"])(
    "refuses the label or uri %j",
    (name) => {
      expect(() => formatRttm(new Annotation({ uri: "a" }).add(new Segment(0, 1), name))).toThrow(
        /The label/,
      );
      expect(() => formatRttm(new Annotation({ uri: name }))).toThrow(/The uri/);
    },
  );

  test("refuses infinite times", () => {
    expect(() => formatRttm(new Annotation().add(new Segment(0, Infinity), "x"))).toThrow(RangeError);
  });

  test.each([3, 6])(
    "with %d decimals, gives back what was written to the millisecond, in any order of lines",
    (decimals) => {
      fc.assert(
        fc.property(writtenAnnotations, (annotation) => {
          const text = formatRttm(annotation, { decimals });
          const read = parseRttm(text).get("day") ?? new Annotation();
          expect(formatRttm(read, { decimals }).split("\n").sort()).toEqual(text.split("\n").sort());
          const rounded = (of: Annotation) =>
            turns(of).map(([start, end, label]) =>
              `${Math.round(+start * 1000)} ${Math.round(+end * 1000)} ${label}`
            ).sort();
          expect(rounded(read)).toEqual(rounded(annotation));
        }),
        { numRuns: 300, seed: 6 },
      );
    },
  );

  test("parsing any text gives an annotation that can be written, or a TimelineFileError", () => {
    const word = fc.oneof(
      fc.constantFrom("SPEAKER", "SPEAKER", "a", "1", "0.5", "-1", "<NA>", ";;", "\uFEFF", "1e400", "LEXEME"),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    const line = fc.oneof(
      fc.array(word, { maxLength: 11 }).map((words) => words.join(" ")),
      fc.tuple(word, word, word).map(([uri, label, end]) =>
        `SPEAKER ${uri} 1 1 2 <NA> <NA> ${label} <NA>${end}`
      ),
    );
    let written = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        try {
          for (const annotation of parseRttm(lines.join("\n"), { warn: () => {} }).values()) {
            formatRttm(annotation);
            written++;
          }
        } catch (error) {
          expect(error).toBeInstanceOf(TimelineFileError);
        }
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(written).toBeGreaterThan(100);
  });
});

describe("RTTM files", () => {
  test("are written whole and read back; a failure leaves the old file and nothing beside it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dialab-"));
    const path = join(folder, "a.rttm");
    const one = new Annotation({ uri: "a" }).add(new Segment(0, 1), "x");
    const two = new Annotation({ uri: "b" }).add(new Segment(0, 1), "y");
    await writeRttm(path, [one, two]);
    expect(await readFile(path, "utf8")).toBe(formatRttm(one) + formatRttm(two));
    const read = await readRttm(path);
    expect([...read.keys()]).toEqual(["a", "b"]);
    await writeRttm(path, read);
    await writeRttm(path, one, { decimals: 1 });
    expect(await readFile(path, "utf8")).toContain("a 1 0.0 1.0");
    await expect(writeRttm(join(folder, "none", "a.rttm"), one)).rejects.toThrow("ENOENT");
    await expect(writeRttm(path, new Annotation({ uri: "a b" }))).rejects.toThrow(RangeError);
    await mkdir(join(folder, "b.rttm"));
    await expect(writeRttm(join(folder, "b.rttm"), one)).rejects.toThrow();
    expect((await readdir(folder)).sort()).toEqual(["a.rttm", "b.rttm"]);
  });

  test("that are not UTF-8 are refused with the line", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "latin1.rttm");
    const lines = ["SPEAKER a 1 0 1 <NA> <NA> é <NA>", "SPEAKER a 1 0 1 <NA> <NA> MÉO069 <NA>", ""].join(
      "\r\n",
    );
    await writeFile(
      path,
      Buffer.concat([Buffer.from(lines.slice(0, 34)), Buffer.from(lines.slice(34), "latin1")]),
    );
    const error = await readRttm(path).then(() => undefined, (caught: unknown) => caught);
    expect(error).toBeInstanceOf(TimelineFileError);
    expect((error as Error).message).toBe(
      `${path}:2: byte 0xc9 is not UTF-8, save the file as UTF-8: SPEAKER a 1 0 1 <NA> <NA> M\ufffdO069 <NA>`,
    );
  });

  test("name the first bad byte, past replacement characters that the file holds itself", () => {
    const bytes = Buffer.concat([
      Buffer.from("\ufeffé\n\ufffd 日本"),
      Buffer.from([0xff]),
      Buffer.from("\r\n"),
    ]);
    expect(() => decodeUtf8(bytes, { file: "a" })).toThrow(
      /^a:2: byte 0xff is not UTF-8.*: \ufffd 日本\ufffd$/,
    );
    expect(decodeUtf8(bytes.subarray(0, 9))).toBe("é\n\ufffd");
  });
});
