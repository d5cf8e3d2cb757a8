/** Hinted parity can fail, too. Against scikit-learn's results: captures.test.ts. */
import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { writeNpy } from "#lib/arrays/write_npy.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayHints } from "#lib/parity/replay_hints.ts";
import { FIXTURES, Scratch } from "./scratch.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

describe("replayHints", () => {
  const folder = join(scratch.root, "hints");

  test("compares turns, exclusive turns, and where KMeans stepped in", async () => {
    const capture = await readCapture(join(FIXTURES, "captures", "a_two_speakers"));
    const rttm = join(capture.folder, "reference.rttm");
    mkdirSync(folder);
    for (const file of ["auto", "num2", "max1", "max5", "max5.exclusive"]) {
      cpSync(rttm, join(folder, `${file}.rttm`));
    }
    cpSync(rttm, join(folder, "other.rttm"));
    writeFileSync(join(folder, "notes.txt"), "");
    await writeNpy(join(folder, "num2.kmeans_labels.npy"), ndArray("i4", [111], new Int32Array(111)));
    const plda = await readPlda(join(FIXTURES, "models", "plda"));
    const reports = await replayHints(capture, { models: { plda }, folder });
    const told = reports.map(({ hint, identical, exclusiveIdentical, kmeansLabelsEqual, ok }) =>
      [hint, identical, exclusiveIdentical ?? "-", kmeansLabelsEqual ?? "-", ok].join(" ")
    );
    expect(told).toEqual([
      "auto true - - true",
      "max1 false - false false", // one speaker instead of two, by KMeans, of which the folder knows nothing
      "max5 true false - false", // the overlap is not exclusive
      "num2 true - false false", // KMeans was to step in and had no reason to
    ]);
  });
});
