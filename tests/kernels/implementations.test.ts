/**
 * Which implementation runs, for every kernel on every backend. Results are the same on all, so that nothing else would notice a mod.ts
 * that takes the wrong one, or a fast path that is silently left.
 */
import { expect, test } from "bun:test";
import { distances, dotProducts, pairwiseDistances, rowDotProducts } from "#kernels/distances/mod.ts";
import { fbank } from "#kernels/fbank/mod.ts";
import { linkage } from "#kernels/linkage/mod.ts";
import { pooling } from "#kernels/pooling/mod.ts";
import { powerset } from "#kernels/powerset/mod.ts";
import { vbx } from "#kernels/vbx/mod.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { pldaModel } from "#lib/clustering/plda_model.ts";
import { pldaTransform } from "#lib/clustering/plda_transform.ts";
import type { Compute } from "#lib/compute/compute.ts";
import { affineLayer } from "#lib/networks/affine_layer.ts";
import { Random } from "#lib/synthesis/random.ts";
import { synthesizePlda } from "#lib/synthesis/synthesize_plda.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { whatRan } from "#tests/harness/what_ran.ts";

/** A software GPU may take seconds to compile a kernel. */
const TIMEOUT_MS = 120_000;
const random = new Random(11);
const normals = (length: number) => Float64Array.from({ length }, () => random.normal());
const [a, b] = [normals(5 * 6), normals(3 * 6)];
const shape = { aRows: 5, bRows: 3, columns: 6 };
const x = normals(8 * 6);
const q0 = Float64Array.from({ length: 16 }, (_, at) => at % 3 === 0 ? 0.75 : 0.25);
const plda = pldaModel(synthesizePlda({ dimension: 6, ldaDimension: 4, seed: 5 }));
const sound = Float32Array.from(normals(1600));
const ITERATIONS = { rows: 8, columns: 6, speakers: 2, fa: 1, fb: 1, maxIterations: 3, elboEpsilon: -1 };

/** The axes of a space: sqrt(2) from each to every other. */
const unitVectors = (count: number) =>
  Float64Array.from({ length: count * count }, (_, i) => i % (count + 1) === 0 ? 1 : 0);

/** A call, and the pieces that it runs on each backend, so often. `%` stands for the precision. */
interface Case {
  readonly name: string;
  readonly run: (compute: Compute) => Promise<unknown>;
  readonly scalar: Readonly<Record<string, number>>;
  readonly wasm: Readonly<Record<string, number>>;
  readonly webgpu: Readonly<Record<string, number>>;
  /** What the scalar code does for webgpu, where the device leaves something to it. */
  readonly host?: Readonly<Record<string, number>>;
}

const CASES: readonly Case[] = [
  {
    name: "dot products",
    run: (compute) => dotProducts(compute, a, b, shape),
    scalar: { "distances dotProducts": 1 },
    wasm: { "distances pack": 1, "distances sums": 1 },
    webgpu: { "distances tiles %": 1 },
  },
  {
    name: "plain dot products",
    run: (compute) => dotProducts(compute, a, b, { ...shape, sums: "plain" }),
    scalar: { "distances dotProducts": 1 },
    wasm: { "distances pack": 1, "distances dots": 1 },
    webgpu: { "distances tiles %": 1 },
  },
  {
    name: "PLDA",
    run: (compute) => pldaTransform(ndArray("f4", [5, 6], Float32Array.from(a)), plda, { compute }),
    scalar: { "distances dotProducts": 2 },
    wasm: { "distances pack": 2, "distances dots": 2 },
    webgpu: { "distances tiles %": 2 },
  },
  {
    name: "the last layer of an embedding",
    run: (compute) => {
      const map = { matrix: b, bias: new Float64Array(3), inputs: 6, outputs: 3 };
      return affineLayer(a, map, { compute });
    },
    scalar: { "distances dotProducts": 1 },
    wasm: { "distances pack": 2, "distances dots": 1 },
    webgpu: { "distances tiles %": 1 },
  },
  {
    name: "dot products row by row",
    run: (compute) => rowDotProducts(compute, a, a, { rows: 5, columns: 6 }),
    scalar: { "distances rowDotProducts": 1 },
    wasm: { "distances rowDots": 1 },
    webgpu: { "distances row dots %": 1 },
  },
  {
    name: "cosine distances",
    run: (compute) => distances(compute, a, b, { ...shape, metric: "cosine" }),
    scalar: { "distances dotProducts": 1, "distances rowDotProducts": 2 },
    wasm: { "distances pack": 1, "distances sums": 1, "distances rowDots": 2 },
    webgpu: { "distances row dots %": 2, "distances tiles %": 1 },
  },
  {
    name: "Euclidean distances",
    run: (compute) => distances(compute, a, b, { ...shape, metric: "euclidean" }),
    scalar: { "distances euclideanDistances": 1 },
    wasm: { "distances pack": 1, "distances sums": 1 },
    webgpu: { "distances tiles %": 1 },
  },
  {
    name: "Euclidean distances of all pairs",
    run: (compute) =>
      pairwiseDistances(compute, a, { rows: 5, columns: 6, metric: "euclidean", sums: "plain" }),
    scalar: { "distances pairwiseEuclidean": 1 },
    wasm: { "distances pack": 2, "distances sums": 1 },
    webgpu: { "distances tiles %": 1 },
  },
  {
    name: "linkage",
    run: (compute) => linkage(compute, x, { rows: 8, columns: 6 }),
    scalar: { "linkage centroidLinkage": 1, "distances pairwiseEuclidean": 1 },
    wasm: {
      ...{ "linkage encode": 15, "linkage firstNeighbours": 1, "linkage unite": 7 },
      ...{ "linkage distance": 8, "linkage lowerBounds": 8 },
    },
    webgpu: { "linkage first neighbours": 1, "linkage scan": 9, "linkage pick": 8 },
  },
  {
    name: "linkage of equal points",
    run: (compute) => linkage(compute, new Float64Array(8 * 6).fill(0.3), { rows: 8, columns: 6 }),
    scalar: { "linkage centroidLinkage": 1, "distances pairwiseEuclidean": 1 },
    wasm: {
      ...{ "linkage encode": 15, "linkage firstNeighbours": 1, "linkage unite": 7 },
      ...{ "linkage distance": 28, "linkage lowerBounds": 13 }, // 7 + 6 + ... + 1: all are tied
    },
    webgpu: {}, // the host sees them before anything is sent
  },
  {
    name: "linkage of points that are all equally far apart",
    run: (compute) => linkage(compute, unitVectors(8), { rows: 8, columns: 8 }),
    scalar: { "linkage centroidLinkage": 1, "distances pairwiseEuclidean": 1 },
    wasm: {
      ...{ "linkage encode": 15, "linkage firstNeighbours": 1, "linkage unite": 7 },
      ...{ "linkage distance": 49, "linkage lowerBounds": 18 },
    },
    webgpu: { "linkage first neighbours": 1, "linkage scan": 9, "linkage pick": 8 },
    host: { "linkage finish": 1 },
  },
  {
    name: "VBx",
    run: (compute) => vbx(compute, x, new Float64Array(6).fill(2), q0, ITERATIONS),
    scalar: { "vbx vbx": 1, "distances dotProducts": 9 },
    wasm: {
      ...{ "vbx prepare": 1, "vbx countAll": 1 },
      ...{ "vbx moments": 3, "vbx posteriors": 3, "vbx projections": 3, "vbx responsibilities": 3 },
    },
    webgpu: {
      ...{ "vbx moments": 3, "vbx posteriors": 3, "vbx projections": 3, "vbx responsibilities": 3 },
      ...{ "vbx masses": 3, "vbx evidence": 3 },
    },
  },
  {
    name: "powerset",
    run: (compute) => powerset(compute, Float32Array.from(normals(70))),
    scalar: { "powerset powersetToMultilabel": 1 },
    wasm: { "powerset multilabel": 1 },
    webgpu: { "powerset multilabel": 1 },
  },
  {
    name: "pooling",
    run: (compute) => pooling(compute, sound, { items: 2, channels: 8, frames: 100 }),
    scalar: { "pooling statisticsPooling": 1 },
    wasm: { "pooling pool": 2 },
    webgpu: { "pooling statistics %": 1 },
  },
  {
    name: "fbank",
    run: (compute) => fbank(compute, sound),
    scalar: { "fbank fbank": 1 },
    wasm: { "fbank fbank": 1 },
    webgpu: { "fbank frames %": 1 },
  },
];

describeTargets("what runs", (target) => {
  const { backend, precision } = target;

  test.each(CASES)("$name", async ({ run, ...expected }) => {
    const ran = new Map(await whatRan(() => run(target.compute)));
    ran.delete("webgpu df64 self-test"); // VBx asks a device that was opened in f32 for its double-single
    const wanted = Object.entries(expected[backend])
      .map(([piece, times]) => [`${backend} ${piece.replace("%", precision)}`, times] as const);
    const host = backend === "webgpu" ? Object.entries(expected.host ?? {}) : [];
    wanted.push(...host.map(([piece, times]) => [`scalar ${piece}`, times] as const));
    expect(Object.fromEntries(ran)).toEqual(Object.fromEntries(wanted));
  }, TIMEOUT_MS);
}, { precisions: ["df64", "f32"] });
