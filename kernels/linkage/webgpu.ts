import df64 from "#kernels/df64.wgsl" with { type: "text" };
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import { assertPoints } from "./assert_points.ts";
import clusters from "./clusters.wgsl" with { type: "text" };
import { ExactMerges } from "./exact_merges.ts";
import firstNeighbours from "./first_neighbours.wgsl" with { type: "text" };
import { centreAndSplit } from "./centre_and_split.ts";
import pick from "./pick.wgsl" with { type: "text" };
import scan from "./scan.wgsl" with { type: "text" };

/** The kernels' WGSL, which a test may replace by a damaged one. */
export interface LinkageShaders {
  readonly clusters: string;
  readonly firstNeighbours: string;
  readonly scan: string;
  readonly pick: string;
}

/** The WGSL as it is. */
export const linkageShaders: LinkageShaders = { clusters, firstNeighbours, scan, pick };

/** Slots of one workgroup of scan.wgsl and first_neighbours.wgsl. */
const BLOCK = 64;
/** Blocks of later slots that one dispatch of first_neighbours.wgsl goes through, so that none runs for long. */
const BLOCKS_AT_ONCE = 16;
/** Pairs of dispatches in one submission; each merges two clusters, or searches for one. */
const MOST_ROUNDS = 256, FEWEST_ROUNDS = 8;
/** Bytes of the WGSL structures. */
const SLOT = 40, NEAR = 24, PARAMS = 48, CONTROL = 16;
const GUESS = 0, DEAD = 3, DONE = 3, TIED = 4, MERGE = 5, NOBODY = 0xffffffff, FAR = 3e38;
/** Milliseconds that one submission may take, about. */
const LONGEST_MS = 250;

/**
 * `matrixFreeLinkage` on a GPU, bit for bit: lower bounds from float32 sums with a certified error, decisions in df64, the whole merge loop on
 * the device, which only tells now and then how far it is. The heights are then computed in float64 from the order of merges.
 *
 * Where df64 cannot vouch for the order that float64 sees (ties, and distances that differ by less than about 1e-12 of the data's
 * radius, or more after thousands of merges), the host decides: it compares the few pairs in question in float64. Equal points are merged
 * there before anything else; where there are more ties than the rest is worth, the rest is merged there, too. Decides in df64
 * under precision `f32` as well.
 *
 * @param x Row-major (rows, columns) points; they must be finite.
 * @param shaders The kernels. @default the WGSL as it is
 * @returns Z, row-major (rows - 1, 4), as `centroidLinkage` gives it.
 * @throws {RangeError} as `matrixFreeLinkage`, or when 4 bytes per coordinate are more than the device binds.
 * @throws {DeviceLostError} when the device is lost on the way.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { webgpuLinkage } from "#kernels/linkage/webgpu.ts";
 * await using compute = await openCompute({ backend: "auto" });
 * if (compute.gpu) {
 *   const z = await webgpuLinkage(compute.gpu, new Float64Array([0, 10, 1]), { rows: 3, columns: 1 });
 *   assert.deepEqual([...z], [0, 2, 1, 2, 1, 3, 9.5, 3]);
 * }
 * ```
 */
export async function webgpuLinkage(
  gpu: GpuContext,
  x: Float64Array,
  shape: { rows: number; columns: number },
  shaders = linkageShaders,
): Promise<Float64Array> {
  assertPoints(x, shape);
  const merges = new ExactMerges(x, shape);
  merges.mergeEqual();
  if (merges.living.length > 1) await mergeOnDevice(gpu, merges, shape.columns, shaders);
  return merges.finish();
}

/** Merges until one cluster is left, or until the rest is done sooner without the device. */
async function mergeOnDevice(
  gpu: GpuContext,
  merges: ExactMerges,
  dimension: number,
  shaders: LinkageShaders,
): Promise<void> {
  const slotOf = merges.living.slice(); // of the device's slots
  const x = merges.centroids();
  const n = slotOf.length;
  const blocks = Math.ceil(n / BLOCK);
  const split = centreAndSplit(x, { rows: n, columns: dimension });
  using high = gpu.upload(split.high, { label: "linkage centroids, high parts" });
  using low = gpu.upload(split.low, { label: "linkage centroids, low parts" });
  using params = gpu.upload(parameters(n, split.columns, blocks, driftOf(x, split)), {
    label: "linkage parameters",
  });
  using control = gpu.buffer(CONTROL, { label: "linkage control" });
  using query = gpu.buffer(8 * split.columns, { label: "linkage query" });
  using slots = gpu.upload(freshSlots(slotOf, merges), { label: "linkage slots" });
  using nearBlocks = gpu.buffer(NEAR * blocks, { label: "linkage nearest of blocks" });
  using boundBlocks = gpu.buffer(NEAR * blocks, { label: "linkage lowest bounds of blocks" });
  using pairs = gpu.buffer(8 * (n - 1), { label: "linkage merges" });
  const at = (index: number) => ({ buffer: params, byteOffset: 256 * index, byteLength: PARAMS });

  const common = `${df64}\n${flatGroup}\n${shaders.clusters}\n`;
  const first = await gpu.kernel({
    label: "linkage first neighbours",
    code: common + shaders.firstNeighbours,
    bindings: ["uniform", "read", "read_write"],
  });
  const scanning = await gpu.kernel({
    label: "linkage scan",
    code: common + shaders.scan,
    bindings: ["uniform", "read", "read", "read", "read", "read_write", "read_write", "read_write"],
  });
  const picking = await gpu.kernel({
    label: "linkage pick",
    code: common + shaders.pick,
    bindings: [
      "uniform",
      "read_write",
      "read_write",
      "read_write",
      "read_write",
      "read_write",
      "read",
      "read_write",
      "read_write",
    ],
  });
  const scanDispatch = {
    bindings: [at(0), control, high, low, query, slots, nearBlocks, boundBlocks],
    workgroups: blocks,
  };
  const pickDispatch = {
    bindings: [at(0), control, high, low, query, slots, nearBlocks, boundBlocks, pairs],
    workgroups: 1,
  };

  // One submission each: a slow GPU may need a second for all of them, and some drivers give up on work that takes so long.
  for (let i = 0; i * BLOCKS_AT_ONCE < blocks; i++) {
    const workgroups = [Math.min((i + 1) * BLOCKS_AT_ONCE, blocks), 1] as const;
    await gpu.run(first, { bindings: [at(i), high, slots], workgroups });
  }
  await gpu.run(scanning, scanDispatch);

  // Each round merges, or brings a merge nearer by a search; n searches for each merge would be the worst of the worst.
  const patience = n * (n + 64);
  let compared = 0, many = FEWEST_ROUNDS;
  for (let rounds = 0; rounds < patience;) {
    const batch = gpu.batch("linkage merges");
    for (let round = 0; round < many; round++) {
      batch.dispatch(picking, pickDispatch).dispatch(scanning, scanDispatch);
    }
    const start = performance.now();
    await batch.submit();
    rounds += many;
    const [merged, task, , bits] = new Uint32Array(await gpu.download(control));
    if (task !== DONE && task !== TIED) {
      // A slow GPU gets less at a time: drivers give up on work that takes seconds.
      const fits = Math.floor(many * LONGEST_MS / (performance.now() - start));
      many = Math.max(1, Math.min(2 * many, fits, MOST_ROUNDS, n - 1 - merged));
      continue;
    }
    const found = new Uint32Array(await gpu.download(pairs));
    const from = n - merges.living.length;
    for (let k = from; k < merged; k++) merges.merge(slotOf[found[2 * k]], slotOf[found[2 * k + 1]]);
    if (task === DONE) return;
    const asked = candidates(await gpu.download(slots), bits);
    compared += asked.length * merges.living.length;
    if (compared > merges.living.length ** 2 / 2) return;
    const pair = merges.nearest(asked.map((slot) => slotOf[slot]));
    const [a, b] = pair.map((slot) => slotOf.indexOf(slot));
    gpu.write(control, Uint32Array.of(merged, MERGE, a, b));
    many = FEWEST_ROUNDS; // ties seldom come alone
  }
  throw new Error(`The linkage of ${n} points did not end on the device; its arithmetic cannot be right`);
}

/** The living slots whose bound is not above the f32 of these bits. */
function candidates(slots: ArrayBuffer, bits: number): number[] {
  const limit = new Float32Array(Uint32Array.of(bits).buffer)[0];
  const words = new Uint32Array(slots), floats = new Float32Array(slots);
  const found: number[] = [];
  for (let slot = 0, at = 0; at < words.length; slot++, at += SLOT / 4) {
    if (words[at + 7] !== DEAD && floats[at] <= limit) found.push(slot);
  }
  return found;
}

/**
 * What a merge may add to the error of a centroid, as a length on the device: df64's 23 2^-48 of a length below 1 (three operations, and the
 * share), and float64's 4 2^-53 of each coordinate as it was given.
 */
function driftOf(x: Float64Array, { scale, columns }: { scale: number; columns: number }): number {
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.min(1, 2 ** -43 + Math.sqrt(columns) * 2 ** -51 * largest * scale);
}

/** One `Params` for every range of blocks, 256 bytes apart, as uniform bindings need them. */
function parameters(n: number, columns: number, blocks: number, drift: number): Uint32Array {
  const ranges = Math.ceil(blocks / BLOCKS_AT_ONCE);
  const bytes = new ArrayBuffer(256 * ranges);
  const words = new Uint32Array(bytes), floats = new Float32Array(bytes);
  for (let i = 0; i < ranges; i++) {
    const until = Math.min((i + 1) * BLOCKS_AT_ONCE, blocks);
    words.set([n, columns, blocks, i * BLOCKS_AT_ONCE, until, Number(until === blocks)], 64 * i);
    // A sum of squared differences in any order is off by (columns + 3) 2^-24 of itself at most, its root by half of that; the
    // rest is for the device's square root. The high parts of two centroids are 2^-23 off together.
    floats.set([1 - (columns + 64) * 2 ** -24, 2 ** -22, drift, (columns + 64) * 2 ** -46], 64 * i + 6);
  }
  return words;
}

/** The clusters that there are, with no neighbour yet. */
function freshSlots(slotOf: Int32Array, merges: ExactMerges): Uint32Array {
  const words = new Uint32Array(slotOf.length * SLOT / 4);
  const floats = new Float32Array(words.buffer);
  slotOf.forEach((slot, i) => {
    floats.set([FAR, 0, 0, 0, FAR, 0], SLOT / 4 * i);
    words.set([NOBODY, GUESS, merges.sizeOf(slot)], SLOT / 4 * i + 6);
  });
  return words;
}
