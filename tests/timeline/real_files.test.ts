import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { formatRttm, formatUem, readRttm, readUem } from "#lib/timeline/mod.ts";
import { describeWith, fixture } from "../harness/shared_data.ts";

const below = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending)).sort().map((name) => join(folder, name));

/** The folder that holds `captures/...` or such; the project's own fixtures have a folder of that name too. */
const around = (relative: string) => {
  const path = fixture(relative);
  return path === undefined ? undefined : dirname(path);
};

/** The text of a file, and what reading and writing it gives, with as many decimals as it has. */
async function bothWays(file: string): Promise<[text: string, written: string]> {
  const text = await readFile(file, "utf8");
  const decimals = /\.(\d+)/.exec(text.split(" ")[3])?.[1].length;
  const annotations = [...(await readRttm(file)).values()];
  return [text, annotations.map((annotation) => formatRttm(annotation, { decimals })).join("")];
}

describeWith("RTTM files", around("captures/01_dialogue/reference.rttm"), (capture) => {
  test.each([
    ["captures", join(capture, ".."), 6],
    ["ami", around("ami/trn01.rttm") ?? "", 6],
    ["hints", around("reference/hints/01_dialogue") ?? "", 96],
  ])("of %s are written back to the same bytes", async (_, folder, count) => {
    const files = below(folder, ".rttm");
    expect(files.length).toBe(count);
    for (const file of files) {
      const [text, written] = await bothWays(file);
      expect(`${basename(file)}\n${written}`).toBe(`${basename(file)}\n${text}`);
    }
  });

  test("of hypotheses are written back to the same lines; not all come sorted by (start, end)", async () => {
    const files = below(around("reference/metrics/hypotheses") ?? "", ".rttm");
    expect(files.length).toBe(21);
    const lines = (text: string) => text.split("\n").sort().join("\n");
    for (const file of files) {
      const [text, written] = await bothWays(file);
      expect(`${basename(file)}\n${lines(written)}`).toBe(`${basename(file)}\n${lines(text)}`);
    }
  });
});

describeWith("UEM files of ami", around("ami/trn01.uem"), (path) => {
  test("are read, and written back to the same bytes", async () => {
    const files = below(path, ".uem");
    expect(files.length).toBe(6);
    for (const file of files) {
      const [timeline] = (await readUem(file)).values();
      expect(timeline.duration()).toBe(30);
      expect(formatUem(timeline, { channel: "NA" })).toBe(await readFile(file, "utf8"));
    }
  });

  test("hold a label beyond ASCII", async () => {
    const annotations = await readRttm(join(path, "trn03.rttm"));
    expect(annotations.get("trn03")?.labels()).toContain("MÉO069");
  });
});
