/** Margins: a decision tips when it is pushed by more than its margin, and not when it is pushed by less. */
import { beforeAll, describe, expect, test } from "bun:test";
import { silentSlots } from "#lib/clustering/assign_clusters.ts";
import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
import { completeRun, type DriftRun, runRecipe } from "#lib/parity/drift/drift_run.ts";
import { HybridRuns } from "#lib/parity/drift/hybrid_runs.ts";
import type { MarginKind, Margins } from "#lib/parity/drift/margins.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { captureRecipe, recordedCapture } from "./back_end.ts";

let run: DriftRun, margins: Margins, artefacts: Artefacts;
beforeAll(async () => {
  run = await runRecipe("A", await captureRecipe("b_five_speakers"));
  margins = decisionMargins(run);
  artefacts = run.artefacts as Artefacts;
});

const list = (kind: MarginKind, of = margins) => of.lists.find((entry) => entry.kind === kind)!;
const nearest = (kind: MarginKind) => list(kind).nearest[0];

/** The run under other options. */
const under = async (options: CommunityOptionsInput) =>
  (await runRecipe("B", { ...run.recipe!, options })).artefacts as Artefacts;

/** What a change of artefacts makes of the rest. */
const changed = async (exchanged: Partial<Artefacts>, after: string) =>
  (await new HybridRuns(run.recipe!, run.artefacts).with(exchanged, after)) as Artefacts;

describe("a decision tips beyond its margin and not before:", () => {
  test("the cut of the tree", async () => {
    const { value, threshold, distance } = nearest("AHC cut");
    const to = (part: number) => under({ ahc: { threshold: threshold + part * (value - threshold) } });
    expect(distance).toBeGreaterThan(0);
    expect((await to(0.99)).ahcLabels.data).toEqual(artefacts.ahcLabels.data);
    expect((await to(1.01)).ahcLabels.data).not.toEqual(artefacts.ahcLabels.data);
  });

  test("the activity filter", async () => {
    const { value, at, threshold } = nearest("activity filter");
    const ratio = (frames: number) => under({ training: { minActiveRatio: frames / 589 } });
    const [kept, dropped] = [await ratio(value - 0.01), await ratio(value + 0.01)];
    const holds = ({ training }: Artefacts) =>
      training.chunkIndex.some((c, n) => c === at.chunk && training.speakerIndex[n] === at.slot);
    expect([holds(kept), holds(dropped), threshold]).toEqual([true, false, 0.2 * 589]);
  });

  test("VBx's stop", async () => {
    const { value, at } = nearest("VBx stop");
    const iterations = async (elboEpsilon: number) => (await under({ vbx: { elboEpsilon } })).elbo.shape[0];
    expect(await iterations(value * 1.01)).toBeLessThanOrEqual(at.iteration + 1);
    expect(await iterations(value * 0.99)).toBeGreaterThanOrEqual(at.iteration + 1);
  });

  test("the assignment of slots", async () => {
    const { at, distance } = nearest("assignment");
    const { softClusters, hardClusters } = artefacts;
    const [, slots, speakers] = softClusters.shape;
    const slot = at.chunk * slots + at.slot;
    const push = async (by: number) => {
      const data = softClusters.data.slice();
      data[slot * speakers + hardClusters.data[slot]] -= by;
      return (await changed({ softClusters: { ...softClusters, data } }, "scores")).hardClusters.data[slot];
    };
    expect(await push(0.99 * distance)).toBe(hardClusters.data[slot]);
    expect(await push(1.01 * distance)).not.toBe(hardClusters.data[slot]);
  });

  test("a living speaker", async () => {
    const { at, value, threshold } = nearest("living speaker");
    const push = async (to: number) => {
      const data = artefacts.pi.data.slice();
      data[at.cluster] = to;
      return (await changed({ pi: { ...artefacts.pi, data } }, "vbx")).centroids.shape[0];
    };
    const now = artefacts.centroids.shape[0], side = Math.sign(value - threshold);
    expect(await push(threshold * (1 + side * 0.01))).toBe(now);
    expect(await push(threshold * (1 - side * 0.01))).toBe(now - side);
  });
});

test("the second-best assignment is that of a search through all", () => {
  const { softClusters, segmentations } = artefacts;
  const [, slots, speakers] = softClusters.shape;
  const silent = silentSlots(segmentations);
  const choices = (left: number): number[][] =>
    left === 0
      ? [[]]
      : choices(left - 1).flatMap((chosen) =>
        Array.from({ length: speakers }, (_, k) => k).filter((k) => !chosen.includes(k)).map((
          k,
        ) => [...chosen, k])
      );
  const all = choices(slots);
  for (const { at: { chunk }, value, threshold } of list("assignment").nearest) {
    const ranked = all.map((choice) => ({
      total: choice.reduce((sum, k, s) => sum + softClusters.data[(chunk * slots + s) * speakers + k], 0),
      heard: choice.map((k, s) => silent[chunk * slots + s] ? "" : k).join(),
    })).sort((x, y) => y.total - x.total);
    const second = ranked.find(({ heard }) => heard !== ranked[0].heard)!;
    expect(Math.abs(value - ranked[0].total) + Math.abs(threshold - second.total)).toBeLessThan(1e-12);
  }
});

describe("decisions that count", () => {
  test("of frames: the mean over chunks, and votes, as the stages have them", () => {
    const { count, discreteDiarization } = artefacts;
    const counts = list("speaker count");
    // The grid's last few frames are covered by no chunk.
    expect(count.data.length - counts.total).toBeLessThan(6);
    for (const { at, value, threshold } of counts.nearest) {
      const rounded = value > threshold || (value === threshold && Math.floor(value) % 2 === 1)
        ? Math.ceil(value)
        : Math.floor(value);
      expect(count.data[at.frame]).toBe(rounded);
    }
    const columns = discreteDiarization.shape[1];
    const ranking = list("frame ranking");
    expect(ranking.nearest[0].distance).toBeLessThanOrEqual(1);
    for (const { at, value, threshold } of ranking.nearest) {
      expect(value).toBeGreaterThanOrEqual(threshold);
      const speaking = discreteDiarization.data.subarray(at.frame * columns, (at.frame + 1) * columns);
      expect(speaking.reduce((sum, x) => sum + x, 0)).toBe(count.data[at.frame]);
    }
  });

  test("are listed apart from those that measure", () => {
    expect(margins.nearestMeasured.length).toBe(10);
    expect(margins.nearestCounted.length).toBe(10);
    const counted = new Set(margins.lists.filter((entry) => entry.counted).map(({ kind }) => kind));
    expect(margins.nearestMeasured.some(({ kind }) => counted.has(kind))).toBe(false);
    expect(margins.nearestCounted.every(({ kind }) => counted.has(kind))).toBe(true);
    const relative = margins.nearestMeasured.map((margin) => margin.relative);
    expect(relative).toEqual(relative.toSorted((a, b) => a - b));
  });

  test("and every margin of a frame, chunk or slot has a time", () => {
    for (const { nearest: all, kind } of margins.lists) {
      if (kind === "VBx stop") continue;
      for (const { startSec, endSec } of all) expect(endSec!).toBeGreaterThan(startSec!);
    }
  });
});

test("a recording's margins are those of its replay, once the tree is computed", async () => {
  const recorded = await completeRun(await recordedCapture("b_five_speakers"));
  const { nearest: [{ value, at }] } = list("AHC cut", decisionMargins(recorded));
  expect([value, at]).toEqual([nearest("AHC cut").value, nearest("AHC cut").at]);
});
