import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PraatEncoding, readRttm, readTextGrid } from "#lib/timeline/mod.ts";
import { describeWith, fixture } from "../harness/shared_data.ts";

const long = (text: string) =>
  `File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0 \nxmax = 10 \ntiers? <exists> \nsize = 1 \n` +
  `item []: \n    item [1]:\n        class = "IntervalTier" \n        name = "ann" \n        xmin = 0 \n` +
  `        xmax = 10 \n        intervals: size = 1 \n        intervals [1]:\n            xmin = 0 \n` +
  `            xmax = 10 \n            text = "${text}" \n`;
const short = (text: string) =>
  `File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n10\n<exists>\n1\n"IntervalTier"\n"ann"\n0\n10\n1\n0\n10\n"${text}"\n`;

const folder = await mkdtemp(join(tmpdir(), "dialab-"));

async function read(bytes: Uint8Array, options: { encoding?: PraatEncoding } = {}) {
  const path = join(folder, "a.TextGrid");
  await writeFile(path, bytes);
  const warnings: string[] = [];
  const warn = (warning: string) => warnings.push(warning.replace(path, "a.TextGrid"));
  const annotation = await readTextGrid(path, { labels: "text", warn, ...options });
  return { chart: annotation.chart(), warnings };
}

const swapped = (text: string) => Buffer.from(text, "utf16le").swap16();
/** MacRoman for the letters used here. */
const mac = (text: string) =>
  Buffer.from(
    text.replace(/[éüñÉ’]/g, (c) => ({ é: "\x8e", ü: "\x9f", ñ: "\x96", É: "\x83", "’": "\xd5" })[c]!),
    "latin1",
  );

describe("a TextGrid in", () => {
  test.each<[string, (text: string) => Uint8Array, string, RegExp | undefined]>([
    ["UTF-8", (text) => Buffer.from(text), "café 日本", undefined],
    ["UTF-8 with a byte order mark", (text) => Buffer.from(`\uFEFF${text}`), "café", undefined],
    ["UTF-16, big end first", (text) => swapped(`\uFEFF${text}`), "café 日本", undefined],
    ["UTF-16, little end first", (text) => Buffer.from(`\uFEFF${text}`, "utf16le"), "café 日本", undefined],
    ["UTF-16 without a byte order mark", swapped, "café", undefined],
    [
      "Latin-1",
      (text) => Buffer.from(text, "latin1"),
      "café ÿ\u00a0à",
      /are read as Latin-1, .*encoding: "macroman"/,
    ],
    ["MacRoman's upper letters", mac, "über", /are read as MacRoman/],
    ["MacRoman", mac, "café über mañana É", /are read as MacRoman, .*encoding: "latin-1"/],
  ])("%s is read, long or short", async (_, encode, text, told) => {
    for (const format of [long, short]) {
      const { chart, warnings } = await read(encode(format(text)));
      expect(chart).toEqual([[text, 10]]);
      expect(warnings).toEqual(told === undefined ? [] : [expect.stringMatching(told)]);
      expect(warnings.every((warning) => warning.startsWith("a.TextGrid: "))).toBe(true);
    }
  });

  test("an encoding that is given is taken without a word", async () => {
    expect(await read(mac(long("l’eau")), { encoding: "macroman" })).toEqual({
      chart: [["l’eau", 10]],
      warnings: [],
    });
    expect(await read(Buffer.from(long("\x8e"), "latin1"), { encoding: "latin-1" })).toEqual({
      chart: [["\x8e", 10]],
      warnings: [],
    });
  });

  test.each([
    ["ooBinaryFile\bTextGrid\0\0\0\0\0\0\0\0@$\0", /: a binary TextGrid, save it as a text file$/],
    ["ooBinaryFile\x05Sound\0\0\0", /: a binary Sound, save it as a text file$/],
    ["File type\0 = \xff", /byte 0xff is not UTF-8/],
    ["File type = \0", /it holds zero bytes, which no text does/],
  ])("%j is refused by name", async (bytes, message) => {
    await expect(read(Buffer.from(bytes, "latin1"))).rejects.toThrow(message);
  });
});

test("other files in UTF-16 are told so", async () => {
  const path = join(folder, "a.rttm");
  await writeFile(path, Buffer.from("\uFEFFSPEAKER a 1 0 1 <NA> <NA> x <NA> <NA>\r\n", "utf16le"));
  await expect(readRttm(path)).rejects.toThrow(`${path}: it is UTF-16, save the file as UTF-8`);
});

describeWith("the handed TextGrids", fixture("cases/textgrid-encodings"), (cases) => {
  test.each(["latin_1", "mac_roman"])("%s is one turn of ann", async (name) => {
    const warnings: string[] = [];
    const path = join(cases, `${name}.TextGrid`);
    const annotation = await readTextGrid(path, { warn: (warning) => warnings.push(warning) });
    expect([annotation.chart(), warnings.length]).toEqual([[["ann", 10]], 1]);
    expect((await readTextGrid(path, { labels: "text", warn: () => {} })).labels()).toEqual(["café"]);
  });

  test("binary is refused by name", async () => {
    await expect(readTextGrid(join(cases, "binary.TextGrid"))).rejects.toThrow(
      "a binary TextGrid, save it as a text file",
    );
  });
});

test("starts before 0 are cut there, however many, in time that grows with the file", async () => {
  const count = 3000;
  const intervals = Array.from({ length: count }, (_, i) => `${i - 10} ${i - 9} "x"`).join("\n");
  const text =
    `File type = "ooTextFile"\nObject class = "TextGrid"\n\n-10 ${count} <exists> 1\n"IntervalTier" "ann" -10 ${count} ${count}\n${intervals}\n`;
  const { chart, warnings } = await read(Buffer.from(text));
  expect([chart, warnings]).toEqual([[["x", count - 10]], [
    "a.TextGrid: 10 turns start before 0 and are cut there (first: line 6).",
  ]]);
});
