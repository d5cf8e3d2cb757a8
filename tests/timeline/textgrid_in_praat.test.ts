import { describe, expect } from "bun:test";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Annotation, readTextGrid, Segment, writeTextGrid } from "#lib/timeline/mod.ts";
import { testWith } from "./outside_tools.ts";

const turns = (annotation: Annotation) =>
  [...annotation.itertracks({ yieldLabel: true })].map(([{ start, end }, , label]) => [start, end, label]);

const meeting = new Annotation({ uri: "meeting" })
  .add(new Segment(1.5, 3), 'the "A"').add(new Segment(2, 4.25), "MÉO069").add(new Segment(3, 5), 'the "A"');

describe("TextGrid files", () => {
  testWith("praat", "are read by Praat as they are meant", async (praat) => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.TextGrid");
    const script = fileURLToPath(new URL("./read_textgrid.praat", import.meta.url));
    const read = () =>
      praat(["--run", script, path]).replace(/\n+$/, "").split("\n").map((line) =>
        line.split("\t").map((field) => /^\d/.test(field) ? Number(field) : field)
      );
    const annotation = new Annotation().add(new Segment(1e-5, 1.23456789), 'the "A"').add(
      new Segment(0, 9.5),
      "日本 é",
    );
    await writeTextGrid(path, annotation, { durationSec: 10 });
    const the = 'the "A"';
    expect(read()).toEqual([
      [0, 10, 2],
      [the, 0, 1e-5, ""],
      [the, 1e-5, 1.23456789, the],
      [the, 1.23456789, 10, ""],
      ["日本 é", 0, 9.5, "日本 é"],
      ["日本 é", 9.5, 10, ""],
    ]);
    await writeTextGrid(path, new Annotation(), { durationSec: 2 });
    expect(read()).toEqual([[0, 2, 0]]);
    await writeFile(
      path,
      '"ooTextFile"\n"TextGrid" 0 6 <exists> 2 "TextTier" "p" 0 6 1 2 "x" "IntervalTier" "a" 0 6 1 0 6 "y"',
    );
    expect(read()).toEqual([[0, 6, 2], ["a", 0, 6, "y"]]);
  });

  testWith("praat", "that Praat writes, long, short and in UTF-16, are read", async (praat) => {
    const folder = await mkdtemp(join(tmpdir(), "dialab-"));
    await writeTextGrid(join(folder, "a.TextGrid"), meeting);
    const script = join(folder, "write.praat");
    await writeFile(
      script,
      [
        `Read from file: "${folder}/a.TextGrid"`,
        `Save as text file: "${folder}/long.TextGrid"`,
        `Save as short text file: "${folder}/short.TextGrid"`,
        'Text writing preferences: "UTF-8"',
        `Save as text file: "${folder}/utf8.TextGrid"`,
      ].join("\n"),
    );
    praat(["--run", script]);
    for (const name of ["long", "short", "utf8"]) {
      expect(turns(await readTextGrid(join(folder, `${name}.TextGrid`)))).toEqual(turns(meeting));
    }
  });
});
