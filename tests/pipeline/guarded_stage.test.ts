/** Stages of somebody's own: what they throw and what they give is told by their names. */
import { describe, expect, test } from "bun:test";
import { type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertArtefact } from "#lib/pipeline/assert_artefact.ts";
import { clusteringNamed, defineClustering } from "#lib/pipeline/clusterings.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";

const training = { chunkIndex: Int32Array.of(0, 0, 1), speakerIndex: Int32Array.of(0, 1, 0) };
const embeddings = ndArray("f4", [2, 3, 4], new Float32Array(24));
const given = { training, embeddings };

function run(stage: Partial<AnyStage>, signal?: AbortSignal) {
  defineClustering({
    name: "test-guarded",
    title: "",
    stages: [{ name: "mine", needs: ["training"], gives: ["ahcLabels"], run: () => ({}), ...stage }],
  });
  return runStages(clusteringNamed("test-guarded").stages(), given, { signal });
}
const gives = (ahcLabels: unknown) => run({ run: () => ({ ahcLabels } as never) });
const labels = (...values: number[]) => ndArray("i4", [values.length], Int32Array.from(values));

describe("a stage of a registered clustering", () => {
  test("that gives what it promises runs as it is", async () => {
    const { artefacts } = await gives(labels(0, 1, 0));
    expect([...artefacts.ahcLabels!.data]).toEqual([0, 1, 0]);
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "ahcLabels is undefined, an array is needed"],
    ["a list", [0, 1, 0], "ahcLabels is an Array, an array is needed: ndArray"],
    ["another dtype", ndArray("f8", [3], new Float64Array(3)), "ahcLabels is of f8, i4 is needed"],
    ["one too few", labels(0, 1), "ahcLabels has shape [2], [3] is needed"],
    [
      "an axis too many",
      ndArray("i4", [3, 1], new Int32Array(3)),
      "ahcLabels has shape [3, 1], [3] is needed",
    ],
    ["a cluster below 0", labels(0, -1, 0), "ahcLabels holds -1 at 1, 0 is the least"],
    ["fewer values than its shape", { ...labels(0, 1), shape: [3] }, "ahcLabels has shape [3] and 2 values"],
  ])("that gives %s is named, and what is needed", async (_, value, message) => {
    await expect(gives(value)).rejects.toThrow(
      `Stage "mine" of the clustering "test-guarded" gave what cannot be used: ${message}`,
    );
  });

  test("that gives no object, or leaves one out, is named", async () => {
    await expect(run({ run: () => undefined as never })).rejects.toThrow(
      'Stage "mine" of the clustering "test-guarded" gave undefined, an object with ahcLabels is needed.',
    );
    await expect(run({})).rejects.toThrow('"test-guarded" did not give ahcLabels.');
  });

  test("that throws is named, with the place; the error stands behind it", async () => {
    const boom = new Error("boom");
    const fault = await run({
      run: () => {
        throw boom;
      },
    }).then(() => undefined, (error: Error) => error);
    expect(fault?.name).toBe("OwnStageError");
    expect(fault?.message).toMatch(
      /^Stage "mine" of the clustering "test-guarded" failed: boom \(guarded_stage\.test\.ts:\d+:\d+\)\.$/,
    );
    expect(fault?.cause).toBe(boom);
  });

  test("that is cancelled, or meets an error that says what it is, throws that", async () => {
    const stop = new AbortController();
    await expect(run({
      run: () => {
        stop.abort();
        stop.signal.throwIfAborted();
        return {};
      },
    }, stop.signal)).rejects.toThrow(/abort/i);
    const full = Object.assign(new Error("no space"), { name: "DeviceLostError" });
    await expect(run({ run: () => Promise.reject(full) })).rejects.toBe(full);
  });
});

describe("artefacts", () => {
  const f8 = (shape: number[], ...values: number[]) =>
    ndArray("f8", shape, Float64Array.from(values)) as NdArray;
  test.each<[Parameters<typeof assertArtefact>[0], unknown, RegExp | undefined]>([
    ["q", f8([3, 1], 1, 1, 1), undefined],
    ["q", f8([3, 1], 1, NaN, 1), /q holds NaN at 1, numbers are needed/],
    ["q", f8([2, 1], 1, 1), /q has shape \[2, 1\], \[3, any\] is needed/],
    ["tree", f8([2, 4], ...new Array(8).fill(0)), undefined],
    ["tree", f8([3, 4], ...new Array(12).fill(0)), /\[2, 4\] is needed/],
    ["centroids", f8([1, 4], NaN, 0, 0, 0), undefined],
    ["centroids", f8([1, 3], 0, 0, 0), /\[any, 4\] is needed/],
    ["hardClusters", ndArray("i4", [2, 3], Int32Array.of(0, -2, 0, 1, 0, 0)), undefined],
    ["hardClusters", ndArray("i4", [2, 3], Int32Array.of(0, -3, 0, 1, 0, 0)), /-3 at 1, -2 is the least/],
    ["kmeansLabels", undefined, undefined],
    ["diarization", {}, /diarization is an Object, an Annotation is needed/],
    ["training", undefined, /training is undefined/],
  ])("%s, row %#", (name, value, message) => {
    if (message === undefined) assertArtefact(name, value, given);
    else expect(() => assertArtefact(name, value, given)).toThrow(message);
  });
});
