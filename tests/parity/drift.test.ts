/** Parity can fail: every drift is seen, and at the stage where it is. */
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { plainArgmax } from "#lib/clustering/assign_clusters.ts";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import type { Capture } from "#lib/parity/capture.ts";
import { QUANTITIES } from "#lib/parity/quantities.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import type { CaptureReport, Mode } from "#lib/parity/report.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import type { CommunityOptions } from "#lib/pipeline/options.ts";
import { replaceStage } from "#lib/pipeline/replace_stage.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { roundHalfEven } from "#lib/numerics/round_half_even.ts";
import { FIXTURES } from "./scratch.ts";

let plda: PldaModel;
beforeAll(async () => {
  plda = await readPlda(join(FIXTURES, "models", "plda"));
});

/** A capture of the project's own, read anew. */
const read = (name: string) => readCapture(join(FIXTURES, "captures", name));

function failed(report: CaptureReport, mode: Mode): string[] {
  return report.stages.filter((stage) => stage.mode === mode && !stage.ok).map(({ quantity }) => quantity);
}

/** Adds to one value of a capture, in place. */
function push(capture: Capture, quantity: string, by: number): void {
  const { data } = QUANTITIES.find((known) => known.quantity === quantity)!.of(capture.artefacts)!;
  const values = data as Float64Array;
  const at = Math.floor(values.length / 2);
  values[at] += values[at] < 0 ? -by : by;
}

describe("one value of the capture off", () => {
  const quantities = QUANTITIES.filter(({ quantity }) => quantity !== "iterations");

  test.each(quantities.map(({ quantity, tolerance, stage }) => [quantity, tolerance, stage] as const))(
    "%s by more than %d",
    async (quantity, tolerance, stage) => {
      const capture = await read("a_two_speakers");
      push(capture, quantity, tolerance === 0 ? 1 : tolerance * 1.5);
      const report = await replayCapture(capture, { models: { plda } });
      expect(report.ok).toBe(false);
      expect(failed(report, "chained")).toEqual([quantity]);
      expect(failed(report, "isolated")).toContain(quantity);
      const bad = report.stages.find((entry) => entry.mode === "chained" && !entry.ok)!;
      expect(bad.stage).toBe(stage);
      expect(bad.maxAbs!).toBeGreaterThan(tolerance);
      expect(bad.fault).toMatch(
        new RegExp(`^${quantity}\\[\\d+(, \\d+)*\\] is .* is expected .* \\d+ values? differs?`),
      );
    },
  );

  test.each(
    quantities.filter(({ tolerance }) => tolerance > 0).map(({ quantity, tolerance }) =>
      [quantity, tolerance] as const
    ),
  )("%s by half of %d is let pass", async (quantity, tolerance) => {
    const capture = await read("a_two_speakers");
    push(capture, quantity, tolerance / 2);
    const report = await replayCapture(capture, { models: { plda } });
    expect(failed(report, "chained")).toEqual([]);
    expect(report.stages.find((entry) => entry.quantity === quantity)!.maxAbs!).toBeGreaterThan(
      tolerance / 4,
    );
  });

  test("a NaN where a number is expected is no small difference", async () => {
    const capture = await read("a_two_speakers");
    capture.artefacts.softClusters!.data[5] = NaN;
    const report = await replayCapture(capture, { models: { plda } });
    expect(failed(report, "chained")).toEqual(["soft_clusters"]);
    expect(report.stages.find((entry) => entry.mode === "chained" && !entry.ok)!.maxAbs).toBe(null);
  });

  test("an iteration more in the capture", async () => {
    const capture = await read("a_two_speakers");
    const { data } = capture.artefacts.elbo!;
    capture.artefacts.elbo = ndArray(
      "f8",
      [data.length + 1],
      Float64Array.of(...data, data[data.length - 1]),
    );
    const report = await replayCapture(capture, { models: { plda } });
    for (const mode of ["chained", "isolated"] as const) {
      expect(failed(report, mode)).toEqual(["elbo_trajectory", "iterations"]);
    }
  });

  test("the other sign of a PLDA column is let pass, another sign of an x-vector is not", async () => {
    const flipped = await read("a_two_speakers");
    const { postPlda, postXvec } = flipped.artefacts;
    for (let at = 3; at < postPlda!.data.length; at += postPlda!.shape[1]) postPlda!.data[at] *= -1;
    expect((await replayCapture(flipped, { models: { plda } })).ok).toBe(true);
    postXvec!.data[0] *= -1;
    expect(failed(await replayCapture(flipped, { models: { plda } }), "chained")).toEqual(["post_xvec"]);
  });
});

describe("a stage slightly wrong", () => {
  const stageNamed = (name: string) => COMMUNITY_1.find((stage) => stage.name === name)!;
  /** A stage that reads other options. */
  const under = (
    name: string,
    change: (options: CommunityOptions) => Partial<CommunityOptions>,
  ): AnyStage => {
    const stage = stageNamed(name);
    return {
      ...stage,
      run: (artefacts, context) =>
        stage.run(artefacts, { ...context, options: { ...context.options, ...change(context.options) } }),
    };
  };
  /** A stage with one of its results replaced. */
  const giving = (
    name: string,
    change: (given: Awaited<ReturnType<AnyStage["run"]>>) => object,
  ): AnyStage => {
    const stage = stageNamed(name);
    return {
      ...stage,
      run: async (artefacts, context) => {
        const given = await stage.run(artefacts, context);
        return { ...given, ...change(given) };
      },
    };
  };

  const wrong: [string, string, AnyStage, string[]][] = [
    ["a threshold of 0.61", "a_two_speakers", under("ahc", () => ({ ahc: { threshold: 0.61 } })), [
      "ahc_init_labels",
    ]],
    ["merging all up to 0.6", "d_twelve_speakers", giving("ahc", mergedUpTo(0.6)), ["ahc_init_labels"]],
    ["fa of 0.071", "a_two_speakers", under("vbx", ({ vbx }) => ({ vbx: { ...vbx, fa: 0.071 } })), [
      ...["q_final", "sp_final", "elbo_trajectory", "iterations"],
    ]],
    [
      "a share of 0.21",
      "a_two_speakers",
      under("train_filter", () => ({ training: { minActiveRatio: 0.21 } })),
      [
        ...["train_chunk_idx", "train_speaker_idx"],
      ],
    ],
    ["slots that do not compete", "a_two_speakers", {
      ...stageNamed("assignment"),
      run: ({ softClusters }) => ({ hardClusters: plainArgmax(softClusters) }),
    }, ["hard_clusters"]],
    [
      "a score per distance, 1 lower",
      "a_two_speakers",
      giving("scores", ({ softClusters }) => ({
        softClusters: { ...softClusters!, data: softClusters!.data.map((score) => score - 1) },
      })),
      ["soft_clusters"],
    ],
    [
      "centroids in float32",
      "a_two_speakers",
      giving("centroids", ({ centroids }) => ({
        centroids: { ...centroids!, data: new Float64Array(new Float32Array(centroids!.data)) },
      })),
      ["centroids"],
    ],
    [
      "PLDA in float32",
      "a_two_speakers",
      giving("plda", ({ postPlda }) => ({
        postPlda: { ...postPlda!, data: new Float64Array(new Float32Array(postPlda!.data)) },
      })),
      ["post_plda"],
    ],
  ];

  test.each(wrong)("%s on %s", async (_what, name, stage, quantities) => {
    const report = await replayCapture(await read(name), {
      models: { plda },
      stages: replaceStage(COMMUNITY_1, stage),
    });
    expect(report.ok).toBe(false);
    expect(failed(report, "isolated")).toEqual(quantities);
    const first = report.stages.find((entry) => entry.mode === "chained" && !entry.ok)!;
    expect(first.stage).toBe(stage.name);
  });

  test("halves rounded up: found where the capture has a half", async () => {
    const capture = await read("a_two_speakers");
    const half = giving("speaker_counting", ({ count }) => ({ count: halvesUp(capture, count!) }));
    const report = await replayCapture(capture, {
      models: { plda },
      stages: replaceStage(COMMUNITY_1, half),
    });
    expect(failed(report, "isolated")).toEqual(["count"]);
  });

  test("wrong weights show in the PLDA, and only from there on", async () => {
    const other = { ...plda, mu: plda.mu.map((value, i) => i === 0 ? value + 1e-9 : value) };
    const report = await replayCapture(await read("a_two_speakers"), { models: { plda: other } });
    expect(failed(report, "isolated")).toEqual(["post_plda"]);
    expect(failed(report, "chained")[0]).toBe("post_plda");
    const psi = plda.psi.map((value) => value * (1 + 1e-10));
    const second = await replayCapture(await read("a_two_speakers"), { models: { plda: { ...plda, psi } } });
    expect(failed(second, "isolated")).toEqual(["phi"]);
  });
});

describe("the reference off", () => {
  test("by a turn a millisecond longer, a turn less, another label", async () => {
    const turns = [...(await read("a_two_speakers")).reference.itertracks({ yieldLabel: true })];
    const replay = async (change: (all: typeof turns) => typeof turns) => {
      const capture = await read("a_two_speakers");
      const reference = Annotation.fromTracks(change(turns), { uri: capture.uri });
      return await replayCapture({ ...capture, reference }, { models: { plda } });
    };
    expect((await replay((all) => all)).ok).toBe(true);
    const fewer = await replay((all) => all.slice(0, -1));
    expect([fewer.ok, fewer.rttm.identical, fewer.isolatedRttm.identical, fewer.rttm.turns]).toEqual([
      ...[false, false, false, 25],
    ]);
    expect(fewer.rttm.firstDifference!.expected).toBe("(no line)");
    const renamed = await replay((all) =>
      all.map(([segment, track, label]) => [segment, track, `${label}0`])
    );
    expect([renamed.ok, renamed.rttm.identical, renamed.rttm.der]).toEqual([false, false, 0]);
  });
});

/** "Undo every merge above the threshold", whatever lies beneath it: not SciPy's rule where heights fall. */
function mergedUpTo(threshold: number) {
  return ({ tree, ahcLabels }: { tree?: ArrayOf<"f8">; ahcLabels?: ArrayOf<"i4"> }) => {
    const n = ahcLabels!.shape[0];
    const group = Array.from({ length: n }, (_, i) => i);
    const leaf = Array.from({ length: 2 * n - 1 }, (_, i) => i);
    for (let k = 0; k < n - 1; k++) {
      const [a, b, height] = tree!.data.subarray(4 * k, 4 * k + 3);
      leaf[n + k] = leaf[a];
      if (height > threshold) continue;
      const [from, to] = [group[leaf[b]], group[leaf[a]]];
      group.forEach((g, i) => group[i] = g === from ? to : g);
    }
    const numbers = new Map([...new Set(group)].map((g, i) => [g, i]));
    if (numbers.size === new Set(ahcLabels!.data).size) {
      throw new Error("This capture has no telling inversion");
    }
    return { ahcLabels: ndArray("i4", [n], Int32Array.from(group, (g) => numbers.get(g)!)) };
  };
}

/** The counts with every half rounded up, from the capture's own chunks. */
function halvesUp({ artefacts }: Capture, count: ArrayOf<"u1">): ArrayOf<"u1"> {
  const [chunks, frames, slots] = artefacts.segmentations.shape;
  const sums = new Float64Array(count.data.length), covers = new Float64Array(count.data.length);
  for (let c = 0, at = 0; c < chunks; c++) {
    const first = roundHalfEven(c / 0.016875);
    for (let f = 0; f < frames; f++) {
      for (let s = 0; s < slots; s++) sums[first + f] += artefacts.segmentations.data[at++];
      covers[first + f]++;
    }
  }
  const up = count.data.map((_, t) => covers[t] === 0 ? 0 : Math.floor(sums[t] / covers[t] + 0.5));
  return ndArray("u1", count.shape, up);
}
