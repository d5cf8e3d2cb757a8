import df64 from "#kernels/df64.wgsl" with { type: "text" };
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import { assertPoints } from "./assert_points.ts";
import clusters from "./clusters.wgsl" with { type: "text" };
import firstNeighbours from "./first_neighbours.wgsl" with { type: "text" };
import { centreAndSplit } from "./centre_and_split.ts";
import pick from "./pick.wgsl" with { type: "text" };
import { replayMerges } from "./replay_merges.ts";
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
const MOST_ROUNDS = 256, FEWEST_ROUNDS = 16;
/** Bytes of the WGSL structures. */
const SLOT = 32, NEAR = 16, PARAMS = 32, CONTROL = 16;
const GUESS = 0, DONE = 3, NOBODY = 0xffffffff, FAR = 3e38;

/**
 * `matrixFreeLinkage` on a GPU: lower bounds from float32 sums with a certified error, decisions in df64, the whole merge loop on
 * the device, which only tells now and then how far it is. The heights are then computed in float64 from the order of
 * merges, so that as long as the device merges the same pairs, the tree is the CPU's bit for bit.
 *
 * df64 rounds a centroid by 2^-47 of its length in each merge. Pairs whose distances differ by less than about 1e-13 of the
 * data's radius, or more once thousands have been merged into one, may therefore be merged in the other order. Decides in df64 under
 * precision `f32` too.
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
  if (shape.rows < 2) return new Float64Array(0);
  return replayMerges(x, await mergeOnDevice(gpu, x, shape, shaders), shape);
}

/** The pairs of slots in the order of their merges, (rows - 1, 2). */
async function mergeOnDevice(
  gpu: GpuContext,
  x: Float64Array,
  shape: { rows: number; columns: number },
  shaders: LinkageShaders,
): Promise<Uint32Array> {
  const { rows: n } = shape;
  const blocks = Math.ceil(n / BLOCK);
  const split = centreAndSplit(x, shape);
  using high = gpu.upload(split.high, { label: "linkage centroids, high parts" });
  using low = gpu.upload(split.low, { label: "linkage centroids, low parts" });
  using params = gpu.upload(parameters(n, split.columns, blocks), { label: "linkage parameters" });
  using control = gpu.buffer(CONTROL, { label: "linkage control" });
  using query = gpu.buffer(8 * split.columns, { label: "linkage query" });
  using slots = gpu.upload(singletons(n), { label: "linkage slots" });
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
  let left = n - 1;
  for (let rounds = 0; rounds < patience;) {
    const batch = gpu.batch("linkage merges");
    const many = Math.min(MOST_ROUNDS, Math.max(FEWEST_ROUNDS, left));
    for (let round = 0; round < many; round++) {
      batch.dispatch(picking, pickDispatch).dispatch(scanning, scanDispatch);
    }
    await batch.submit();
    rounds += many;
    const [merges, task] = new Uint32Array(await gpu.download(control));
    if (task === DONE) return new Uint32Array(await gpu.download(pairs));
    left = n - 1 - merges;
  }
  throw new Error(`The linkage of ${n} points did not end on the device; its arithmetic cannot be right`);
}

/** One `Params` for every range of blocks, 256 bytes apart, as uniform bindings need them. */
function parameters(n: number, columns: number, blocks: number): Uint32Array {
  const ranges = Math.ceil(blocks / BLOCKS_AT_ONCE);
  const bytes = new ArrayBuffer(256 * ranges);
  const words = new Uint32Array(bytes), floats = new Float32Array(bytes);
  for (let i = 0; i < ranges; i++) {
    const until = Math.min((i + 1) * BLOCKS_AT_ONCE, blocks);
    words.set([n, columns, blocks, i * BLOCKS_AT_ONCE, until, Number(until === blocks)], 64 * i);
    // A sum of squared differences in any order is off by (columns + 3) 2^-24 of itself at most, its root by half of that; the
    // rest is for the device's square root. The high parts of two centroids are 2^-23 off together.
    floats.set([1 - (columns + 64) * 2 ** -24, 2 ** -22], 64 * i + 6);
  }
  return words;
}

/** Every slot a cluster of one, with no neighbour yet. */
function singletons(n: number): Uint32Array {
  const words = new Uint32Array(n * SLOT / 4);
  const floats = new Float32Array(words.buffer);
  for (let slot = 0; slot < n; slot++) {
    floats.set([FAR, 0, 0, 0, FAR], 8 * slot);
    words.set([NOBODY, GUESS, 1], 8 * slot + 5);
  }
  return words;
}
