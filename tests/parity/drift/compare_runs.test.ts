/** Two runs compared: where, how far, how many decisions, whatever clusters and speakers are called. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { compareTurns } from "#lib/parity/drift/compare_turns.ts";
import { whoWasTaken } from "#lib/parity/drift/first_change.ts";
import { laneGroups } from "#lib/plots/lane_rows.ts";
import { type DriftRun, runRecipe } from "#lib/parity/drift/drift_run.ts";
import type { RunDifference } from "#lib/parity/drift/run_difference.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { captureRecipe, recordedCapture } from "./back_end.ts";

let run: DriftRun;
beforeAll(async () => void (run = await runRecipe("A", await captureRecipe("b_five_speakers"))));

/** The run with other artefacts, under the name of B. */
const other = (artefacts: Partial<Artefacts>): DriftRun => ({
  ...run,
  name: "B",
  artefacts: { ...run.artefacts, ...artefacts },
});
const quantity = ({ quantities }: RunDifference, name: string) =>
  quantities.find((entry) => entry.quantity === name)!;

/** The run with a permutation of AHC clusters and of speakers. */
function permuted(): DriftRun {
  const { ahcLabels, q, pi, centroids, softClusters, hardClusters, discreteDiarization } = run
    .artefacts as Artefacts;
  const turned = <T extends { shape: readonly number[]; data: Float64Array | Float32Array }>(array: T): T => {
    const columns = array.shape[array.shape.length - 1];
    const data = array.data.map((_, at) => array.data[at - at % columns + columns - 1 - at % columns]);
    return { ...array, data };
  };
  const [speakers, dimension] = centroids.shape, clusters = pi.shape[0];
  const rows = centroids.data.map((_, at) =>
    centroids.data[(speakers - 1 - Math.floor(at / dimension)) * dimension + at % dimension]
  );
  return other({
    ahcLabels: { ...ahcLabels, data: ahcLabels.data.map((label) => clusters - 1 - label) },
    q: turned(q),
    pi: turned(pi),
    centroids: { ...centroids, data: rows },
    softClusters: turned(softClusters),
    hardClusters: { ...hardClusters, data: hardClusters.data.map((k) => k < 0 ? k : speakers - 1 - k) },
    discreteDiarization: turned(discreteDiarization),
  });
}

describe("two runs", () => {
  test("that are the same differ nowhere", () => {
    const same = compareRuns(run, other({}));
    expect([same.identical, same.firstDiffering, same.turns!.der]).toEqual([true, undefined, 0]);
    expect(same.quantities.every(({ differing, beyondTolerance }) => differing === 0 && !beyondTolerance))
      .toBe(true);
  });

  test("of other lengths, or of other names and with others active, are doubted to be of one recording", () => {
    const { segmentations, diarization } = run.artefacts as Artefacts;
    expect(compareRuns(run, other({})).doubt).toBe(undefined);
    const [chunks, frames, slots] = segmentations.shape;
    const fewer = ndArray("f4", [chunks - 1, frames, slots], segmentations.data.slice(frames * slots));
    expect(compareRuns(run, other({ segmentations: fewer })).doubt).toBe(
      `A has ${chunks} chunks and B ${chunks - 1}: they are of recordings of different lengths.`,
    );
    // Silence in the first n chunks.
    const silent = (n: number) => ({
      ...segmentations,
      data: segmentations.data.map((value, i) => i < n * frames * slots ? 0 : value),
    });
    const active = (n: number) =>
      Array.from(
        { length: n * frames },
        (_, i) => segmentations.data.subarray(i * slots, (i + 1) * slots).some((value) => value > 0.5),
      ).filter(Boolean).length / (chunks * frames);
    const renamed = diarization.copy({ uri: "another" });
    const [few, many] = [Math.floor(chunks / 12), Math.ceil(chunks / 6)];
    expect([active(few) < 0.1, active(many) > 0.1]).toEqual([true, true]);
    const doubt = (n: number, turns: Annotation) =>
      compareRuns(run, other({ segmentations: silent(n), diarization: turns })).doubt;
    expect([doubt(few, renamed), doubt(many, diarization)]).toEqual([undefined, undefined]);
    expect(doubt(many, renamed)).toMatch(
      /^A is of \S+ and B of another, and in 1\d % of their segmentations' frames not as many speak: /,
    );
    // Slots in another order are no other speakers.
    const turned = {
      ...segmentations,
      data: segmentations.data.map((_, i, all) => all[i - i % slots + slots - 1 - i % slots]),
    };
    expect(compareRuns(run, other({ segmentations: turned, diarization: renamed })).doubt).toBe(undefined);
  });

  test("with other numbers for clusters and speakers differ nowhere either", () => {
    const { quantities, firstDiffering } = compareRuns(run, permuted());
    expect([firstDiffering, quantities.filter(({ differing }) => differing > 0)]).toEqual([undefined, []]);
    const notes = quantities.flatMap((entry) => entry.notes);
    expect(notes).toContain("clusters under A's names");
    expect(notes).toContain("speaker: matched to A's");
  });

  test("are compared as plain data: JSON and back is the same", () => {
    const difference = compareRuns(run, permuted());
    expect(JSON.parse(JSON.stringify(difference))).toEqual(JSON.parse(JSON.stringify(difference)));
    expect(JSON.stringify(difference)).not.toContain("NaN");
  });

  test("with one value off: place, time, steps and decision are told", () => {
    const { embeddings, q } = run.artefacts as Artefacts;
    const data = embeddings.data.slice(), at = (7 * 3 + 2) * 64 + 5;
    data[at] = data[at] * (1 + 2 ** -20);
    const difference = compareRuns(run, other({ embeddings: { ...embeddings, data } }));
    const { first, worst, ulps, differing, maxAbs, map, overTime } = quantity(difference, "embeddings");
    expect([difference.firstDiffering, difference.firstBeyondTolerance]).toEqual(["embedding", undefined]);
    expect(first).toEqual(worst);
    expect([first!.at, first!.startSec, first!.endSec]).toEqual([{ chunk: 7, slot: 2, dimension: 5 }, 7, 17]);
    expect([differing, ulps!.counts.reduce((a, b) => a + b), ulps!.equal]).toEqual([1, 1, data.length - 1]);
    expect(first!.ulps! >= 8 && first!.ulps! <= 16).toBe(true);
    expect([map!.values[7][2], overTime!.values[7], overTime!.values[8]]).toEqual([maxAbs, maxAbs, 0]);

    // An embedding that VBx gives to another speaker is a changed decision.
    const clusters = q.shape[1], other_ = q.data.slice();
    other_.copyWithin(3 * clusters, 60 * clusters, 61 * clusters);
    const moved = quantity(compareRuns(run, other({ q: { ...q, data: other_ } })), "q");
    expect(moved.decisions).toEqual({ what: "embeddings", changed: 1, total: q.shape[0] });
    expect(moved.beyondTolerance).toBe(true);
  });

  test("with a NaN against a number are infinitely far, and that is null", () => {
    const { softClusters } = run.artefacts as Artefacts;
    const data = softClusters.data.slice();
    data[4] = NaN;
    const { maxAbs, relativeRms, ulps, worst, beyondTolerance } = quantity(
      compareRuns(run, other({ softClusters: { ...softClusters, data } })),
      "softClusters",
    );
    expect([maxAbs, relativeRms, ulps!.apart, worst!.b, beyondTolerance]).toEqual([
      null,
      null,
      1,
      null,
      true,
    ]);
  });

  test("of different training sets are compared where both have an embedding", () => {
    const { training, q, postPlda, postXvec, ahcLabels } = run.artefacts as Artefacts;
    const N = training.chunkIndex.length;
    const less = <T extends { shape: readonly number[] }>(array: T, data: unknown): T =>
      ({ ...array, shape: [N - 1, ...array.shape.slice(1)], data }) as T;
    const b = other({
      training: { chunkIndex: training.chunkIndex.slice(1), speakerIndex: training.speakerIndex.slice(1) },
      q: less(q, q.data.slice(q.shape[1])),
      postPlda: less(postPlda, postPlda.data.slice(postPlda.shape[1])),
      postXvec: less(postXvec, postXvec.data.slice(postXvec.shape[1])),
      ahcLabels: less(ahcLabels, ahcLabels.data.slice(1)),
    });
    const difference = compareRuns(run, b);
    expect(quantity(difference, "training").decisions).toMatchObject({ changed: 1 });
    for (const name of ["q", "postPlda", "postXvec", "ahcLabels"]) {
      const { differing, beyondTolerance, notes } = quantity(difference, name);
      expect([name, differing, beyondTolerance]).toEqual([name, 0, true]);
      expect(notes.join()).toContain("embedding: 1 of A and 0 of B have no counterpart");
    }
  });

  test("a recording against its replay: all within tolerance, the tree only in the replay", async () => {
    const recorded = await recordedCapture("b_five_speakers");
    const difference = compareRuns(recorded, run);
    expect([difference.identical, difference.firstBeyondTolerance]).toEqual([true, undefined]);
    expect(difference.onlyIn).toEqual({ a: [], b: ["tree"] });
  });
});

type Turns = [start: number, end: number, label: string][];

describe("turns", () => {
  const turns = (...list: Turns) =>
    list.reduce(
      (all, [start, end, label]) => all.add(new Segment(start, end), label),
      new Annotation({ uri: "x" }),
    );

  test("that differ are told by kind and time, names mapped first", () => {
    const a = turns([0, 4, "ann"], [5, 8, "bob"], [9, 10, "ann"]);
    const b = turns([0, 3, "1"], [5, 8, "2"], [8, 8.5, "2"], [9, 10, "2"]);
    const { errors, missed, falseAlarm, confusion, first, namesOnly } = compareTurns(a, b);
    expect(errors).toEqual([
      { startSec: 3, endSec: 4, kind: "missed" },
      { startSec: 8, endSec: 8.5, kind: "false alarm" },
      { startSec: 9, endSec: 10, kind: "confusion" },
    ]);
    expect([missed, falseAlarm, confusion, first!.line, first!.startSec, namesOnly]).toEqual([
      1,
      0.5,
      1,
      1,
      0,
      false,
    ]);
  });

  const CHANGES: [what: string, a: Turns, b: Turns, at: number | undefined, words: string][] = [
    [
      "other names from the first line on",
      [[0, 4, "ann"], [4, 8, "bob"]],
      [[0, 4, "bob"], [4, 8, "ann"]],
      undefined,
      "",
    ],
    [
      "other names, and one turn of the other",
      [[0, 4, "ann"], [4, 8, "bob"], [8, 9, "ann"]],
      [[0, 4, "bob"], [4, 8, "ann"], [8, 9, "ann"]],
      8,
      "ann is taken for bob (ann in B)",
    ],
    [
      "a turn cut in two",
      [[0, 4, "ann"], [5, 6, "ann"]],
      [[0, 2, "ann"], [2, 4, "ann"], [5, 5.5, "ann"]],
      5.5,
      "ann is missed",
    ],
    ["lines in another order", [[0, 4, "ann"], [0, 4, "bob"]], [[0, 4, "bob"], [0, 4, "ann"]], undefined, ""],
    [
      "one whom only B has",
      [[0, 9, "ann"], [9, 12, "bob"]],
      [[0, 5, "s0"], [5, 9, "s7"], [9, 12, "s1"]],
      5,
      "ann is taken for a speaker that only B has (B calls it s7)",
    ],
    [
      "one whom only B has, under a name that is another's in A",
      [[0, 9, "s7"], [9, 12, "bob"]],
      [[0, 5, "s0"], [5, 9, "s7"], [9, 12, "s1"]],
      5,
      "s7 is taken for a speaker that only B has (B calls it s7)",
    ],
    [
      "one who is heard beside another",
      [[0, 9, "ann"], [9, 12, "bob"]],
      [[0, 9, "s0"], [3, 4, "s1"], [9, 12, "s1"]],
      3,
      "bob (s1 in B) is heard, whom A does not hear there",
    ],
    [
      "a later start than the line that differs first",
      [[0, 9, "ann"], [20, 22, "bob"]],
      [[0, 9.5, "ann"], [20, 22, "bob"]],
      9,
      "ann is heard, whom A does not hear there",
    ],
    [
      "two at once who become two others",
      [[0, 20, "ann"], [0, 20, "bob"], [30, 50, "cat"], [30, 50, "dan"], [60, 62, "ann"], [60, 62, "bob"]],
      [[0, 20, "ann"], [0, 20, "bob"], [30, 50, "cat"], [30, 50, "dan"], [60, 62, "cat"], [60, 62, "dan"]],
      60,
      "ann and bob are taken for cat and dan",
    ],
  ];
  test.each(CHANGES)("with %s: the first instant at which who speaks differs", (_, a, b, at, words) => {
    const { firstChange } = compareTurns(turns(...a), turns(...b));
    expect(firstChange?.startSec).toBe(at);
    expect([firstChange ? whoWasTaken(firstChange) : "", firstChange?.words ?? ""]).toEqual([words, words]);
  });

  test("of mapped speakers have one colour in the lanes of both, of others each its own", () => {
    const a = turns([0, 9, "ann"], [9, 15, "bob"], [20, 23, "cat"]);
    const b = turns([0, 9, "bob"], [9, 14, "cat"], [14, 15, "dan"], [30, 31, "ann"]);
    const { mapping } = compareTurns(a, b);
    expect(mapping).toEqual({ bob: "ann", cat: "bob" });
    const { groups } = laneGroups({ reference: a, hypothesis: b });
    for (const theme of ["light", "dark"] as const) {
      const [ofA, ofB] = groups.map(({ rows }) => new Map(rows.map((row) => [row.label, row.colour(theme)])));
      for (const [inB, inA] of Object.entries(mapping)) expect(ofB.get(inB)).toBe(ofA.get(inA));
      const all = [...ofA.values(), ofB.get("dan"), ofB.get("ann")];
      expect(new Set(all).size).toBe(5);
    }
  });

  test("of which only the longest errors fit are the longest, by time", () => {
    const a = turns([0, 1, "a"], [2, 5, "a"], [6, 8, "a"]);
    const { errors, errorCount } = compareTurns(a, turns(), { maxErrors: 2 });
    expect([errorCount, errors.map(({ startSec }) => startSec)]).toEqual([3, [2, 6]]);
  });

  test("that differ by less than RTTM writes are the same", () => {
    const { identical, der } = compareTurns(turns([0, 1, "a"]), turns([0, 1.0004, "a"]));
    expect([identical, der]).toEqual([true, 0]);
  });
});

test("a long recording's series and maps are thinned, and keep the largest error", () => {
  const chunks = 5000;
  const embeddings = (value: number) => {
    const data = new Float32Array(chunks * 3 * 2);
    data[(4321 * 3 + 1) * 2] = value;
    return { embeddings: ndArray("f4", [chunks, 3, 2], data) };
  };
  const a = { name: "A", artefacts: embeddings(0) }, b = { name: "B", artefacts: embeddings(9) };
  const { map, overTime } = quantity(compareRuns(a, b, { maxSteps: 100 }), "embeddings");
  expect([map!.values.length, map!.chunksPerRow, map!.rows.stepSec]).toEqual([100, 50, 50]);
  expect([map!.values[86], overTime!.values[86], overTime!.stepSec]).toEqual([[0, 9, 0], 9, 50]);
});
