/** Lists of recordings: what is read, and what is refused with its line. */
import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecordings } from "#lib/corpus/recordings/parse_recordings.ts";
import { readRecordings } from "#lib/corpus/recordings/read_recordings.ts";
import { formatRecordings, writeRecordings } from "#lib/corpus/recordings/write_recordings.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-lists-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const told = (text: string) =>
  parseRecordings(text, { file: "/c/list" }).recordings.map(({ wavId, file, durationSec }) => [
    wavId,
    file,
    durationSec,
  ]);

describe("what is read", () => {
  test.each<[string, string]>([
    [
      "JSON lines",
      '{"audio_filepath":"a.b.wav","duration":2}\n{"path":"/x/é.flac","duration":0.5,"wav_id":7}',
    ],
    [
      "with CRLF, a mark and blank lines",
      '\uFEFF{"path":"a.b.wav","duration":2}\r\n\r\n{"path":"/x/é.flac","wav_id":"7","duration":5e-1}\r\n',
    ],
    ["CSV", "wav_id,audio_filepath,duration,more\n,a.b.wav,2,x\n7,/x/é.flac,0.5,\n"],
    [
      "quoted CSV with CRLF and a mark",
      '\uFEFF"path","duration","wav_id"\r\n"a.b.wav","2",""\r\n"/x/é.flac",0.50,"7"\r\n',
    ],
  ])("%s", (_, text) => {
    expect(told(text)).toEqual([["a.b", "/c/a.b.wav", 2], ["7", "/x/é.flac", 0.5]]);
  });

  test("names are taken as they are", () => {
    expect(told('path,duration\n" with space .wav",1\n"a,""b"".wav",1\n')).toEqual([
      [" with space ", "/c/ with space .wav", 1],
      ['a,"b"', '/c/a,"b".wav', 1],
    ]);
  });
});

describe("what is refused with its line", () => {
  test.each<[string, string, RegExp]>([
    ["nothing", " \n", /^l: it is empty/],
    ["a header alone", "path,duration\n", /it has a header and no recording/],
    ["an array", '[\n{"path":"a","duration":1}]', /^l:1: it is one JSON array, JSON lines are needed/],
    ["an object over lines", '{\n "path": "a",\n "duration": 1}', /^l:1: it is one JSON object over lines/],
    ["a broken line", '{"path":"a","duration":1}\n{"path":', /^l:2: it is no JSON/],
    ["a number in a line", '{"path":"a","duration":1}\n7', /^l:2: it is no object/],
    ["null in a line", '{"path":"a","duration":1}\nnull', /^l:2: it is no object/],
    ["an array in a line", '{"path":"a","duration":1}\n[1]', /^l:2: it is no object/],
    [
      "a key twice",
      '{"path":"a","duration":1}\n{"path":"b","duration":1,"path":"c"}',
      /^l:2: the key "path" stands there twice/,
    ],
    ["a column twice", "path,duration,path\na,1,b\n", /^l:1: the header has "path" twice/],
    ["no path", '{"file":"a","duration":1}', /^l:1: it has neither audio_filepath nor path/],
    ["two paths", '{"path":"a","audio_filepath":"b","duration":1}', /^l:1: audio_filepath and path differ/],
    ["a path that is no text", '{"path":["a"],"duration":1}', /^l:1: its path is \["a"\], text is needed/],
    ["no duration", "path,duration\na,1\nb,\n", /^l:3: it has no duration/],
    ["null for a duration", '{"path":"a","duration":null}', /^l:1: it has no duration/],
    ["no column of durations", "path\na\n", /^l:2: it has no duration/],
    ["words for a duration", "path,duration\na,1 min\n", /^l:2: its duration is "1 min", seconds from 0/],
    ["a negative one", '{"path":"a","duration":-1}', /^l:1: its duration is -1/],
    [
      "an id that is none",
      '{"path":"a","duration":1,"wav_id":"x/y"}',
      /^l:1: "x\/y" is no id of a recording: it has a slash/,
    ],
    ["half an id", '{"path":"a","duration":1,"wav_id":1.5}', /^l:1: its wav_id is 1.5, text is needed/],
    [
      "two of one stem",
      "path,duration\na/1.wav,1\nb/2.wav,1\nb/1.flac,1\n",
      /^l:4: "1" is the recording of line 2, too \(b\/1.flac and a\/1.wav\)/,
    ],
    ["fields too few", "path,duration\na\n", /^l:2: it has 1 fields, and the header 2/],
    ["quotes that do not match", 'path,duration\n"a,1\n', /^l:2: quotes do not match/],
  ])("%s", (_, text, message) => {
    expect(() => parseRecordings(text, { file: "l" })).toThrow(message);
  });

  test("UTF-16 and other bytes are named", async () => {
    const wide = join(scratch, "wide.csv"), latin = join(scratch, "latin.csv");
    writeFileSync(wide, new Uint8Array([0xff, 0xfe, 0x70, 0, 0x61, 0]));
    writeFileSync(latin, new Uint8Array([...new TextEncoder().encode("path,duration\n"), 0xe9, 0x2c, 0x31]));
    await expect(readRecordings(wide)).rejects.toThrow("it is UTF-16, save the file as UTF-8");
    await expect(readRecordings(latin)).rejects.toThrow(":2: byte 0xe9 is not UTF-8");
  });

  test("one bad line leaves the others, where that is asked for", () => {
    const text =
      '{"path":"a","duration":1}\n{"path":"b"}\nx\n{"path":"c","duration":2}\n{"path":"c","duration":2}\n';
    const { recordings, faults, totalSec } = parseRecordings(text, { file: "l", keepGoing: true });
    expect(recordings.map(({ wavId }) => wavId)).toEqual(["a", "c"]);
    expect(faults.map((fault) => fault.slice(0, 4))).toEqual(["l:2:", "l:3:", "l:5:"]);
    expect(totalSec).toBe(3);
  });
});

describe("what is written", () => {
  test.each(["list.jsonl", "list.csv"])("is read again from %s, wherever its folder goes", async (name) => {
    const recordings = [
      { wavId: 'a,"b"', file: join(scratch, "in", "ä 日本.wav"), durationSec: 1 / 3 },
      { wavId: "x", file: "/elsewhere/x.wav", durationSec: 0 },
    ];
    await writeRecordings(join(scratch, name), recordings);
    const read = await readRecordings(join(scratch, name));
    expect(read.recordings.map(({ wavId, file, durationSec }) => ({ wavId, file, durationSec }))).toEqual(
      recordings,
    );
    expect(read.recordings.map(({ path }) => path)).toEqual([join("in", "ä 日本.wav"), "/elsewhere/x.wav"]);
  });

  test("any names and lengths survive both forms", () => {
    const id = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }).filter((text) =>
      !/[/\0]/.test(text) && text !== "." && text !== ".." && new TextEncoder().encode(text).length <= 200
    );
    const list = fc.uniqueArray(
      fc.record({ wavId: id, durationSec: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
      {
        selector: ({ wavId }) => wavId,
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(list, fc.constantFrom("csv" as const, "jsonl" as const), (rows, format) => {
        const recordings = rows.map((row) => ({ ...row, file: `/c/${row.wavId}` }));
        const text = formatRecordings(recordings, { format, folder: "/c" });
        const read = parseRecordings(text, { file: "/c/list" }).recordings;
        expect(read.map(({ wavId, durationSec }) => ({ wavId, durationSec: durationSec + 0 }))).toEqual(
          rows.map(({ wavId, durationSec }) => ({ wavId, durationSec: durationSec + 0 })),
        );
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe("an offset, where a list has parts of files", () => {
  const told = (text: string) => {
    const warnings: string[] = [];
    parseRecordings(text, { file: "list", warn: (warning) => warnings.push(warning) });
    return warnings;
  };

  test("is warned of once, also in CSV; none at 0", () => {
    const line = (path: string, offset: unknown) => JSON.stringify({ path, duration: 1, offset });
    expect(told([line("a.wav", 0), line("b.wav", 0.2), line("c.wav", 3)].join("\n"))).toEqual([
      "list: the offset of 2 lines (the first is 2) is not read: recordings are taken whole.",
    ]);
    expect(told("path,duration,offset\na.wav,1,0.5\nb.wav,1,\n")).toEqual([
      "list: the offset of line 2 is not read: recordings are taken whole.",
    ]);
    expect(told([line("a.wav", 0), line("b.wav", null), line("c.wav", undefined)].join("\n"))).toEqual([]);
  });
});
