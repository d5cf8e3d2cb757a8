import { availableParallelism, freemem } from "node:os";

/** The kinds of networks that work on whole chunks of 10 s. */
export type ChunkNetwork = "segmentation" | "maskedEmbedding";

/** What the size of a batch depends on. */
export interface BatchSizeOptions {
  /** Where the network runs. @default {"cpu"} */
  readonly provider?: "cpu" | "webgpu" | "cuda";
  /** Bytes that the device has: a GPU's whole memory, or what is free of the computer's. @default {the free memory of this computer, or 1 GiB where Deno may not ask} */
  readonly memoryBytes?: number;
  /** Threads of the network's own, among which the memory is divided; 0 for none. @default {0} */
  readonly workers?: number;
  /** Chunks in a batch, whatever the memory. */
  readonly batchSize?: number;
}

const GIB = 2 ** 30;

/** Chunks in a batch by the memory of the GPU; the networks here leave room in all of these. */
const GPU_TABLE = [
  { overGib: 70, batch: 16 },
  { overGib: 35, batch: 8 },
  { overGib: 0, batch: 4 },
] as const;

/**
 * What one more chunk in a batch adds to the process: the growth of the peak from batch 1 to batch 8 on 2 cores, over 7, rounded up.
 */
const CPU_BYTES_PER_CHUNK: Readonly<Record<ChunkNetwork, number>> = {
  segmentation: 32 * 2 ** 20,
  maskedEmbedding: 64 * 2 ** 20,
};

/** More than this has brought nothing on a CPU: where all cores work on one batch, and where each core has a batch for itself. */
const CPU_MOST = 8, CPU_MOST_EACH = 4;

/** What is free; where Deno has no permission to ask (`--allow-sys=systemMemoryInfo`), as much as every computer has. */
function freeMemoryBytes(): number {
  try {
    return freemem();
  } catch {
    return GIB;
  }
}

/**
 * How many chunks to put into one batch. Results do not depend on it, only time and memory do.
 *
 * | device | memory | chunks |
 * | --- | --- | --- |
 * | GPU | over 70 GiB | 16 |
 * | GPU | over 35 GiB | 8 |
 * | GPU | less | 4 |
 * | CPU | free | an eighth of it over what a chunk was measured to need; at least 1, at most 8 and twice the cores |
 * | CPU, threads of its own | free | the same divided by the threads; at least 1, at most 4 |
 *
 * @throws {RangeError} `workers`, `batchSize` or `memoryBytes` makes no sense.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchSize } from "#lib/networks/batch_size.ts";
 * assert.equal(batchSize("segmentation", { provider: "webgpu", memoryBytes: 140 * 2 ** 30 }), 16);
 * assert.equal(batchSize("segmentation", { provider: "webgpu", memoryBytes: 8 * 2 ** 30 }), 4);
 * assert.equal(batchSize("maskedEmbedding", { memoryBytes: 2 ** 29 }), 1);
 * assert.equal(batchSize("maskedEmbedding", { batchSize: 3 }), 3);
 * ```
 */
export function batchSize(network: ChunkNetwork, options: BatchSizeOptions = {}): number {
  const { provider = "cpu", memoryBytes = freeMemoryBytes(), workers = 0, batchSize: given } = options;
  if (given !== undefined) {
    if (!Number.isSafeInteger(given) || given < 1) {
      throw new RangeError(`batchSize is ${given}; it must be at least 1.`);
    }
    return given;
  }
  if (!Number.isSafeInteger(workers) || workers < 0) {
    throw new RangeError(`workers is ${workers}; it must be a whole number from 0.`);
  }
  if (!(memoryBytes > 0)) throw new RangeError(`memoryBytes is ${memoryBytes}; it must be positive.`);
  if (provider !== "cpu") {
    return (GPU_TABLE.find(({ overGib }) => memoryBytes > overGib * GIB) ?? GPU_TABLE[2]).batch;
  }
  const affordable = Math.floor(memoryBytes / 8 / CPU_BYTES_PER_CHUNK[network] / Math.max(1, workers));
  const useful = workers > 0 ? CPU_MOST_EACH : Math.min(CPU_MOST, 2 * availableParallelism());
  return Math.max(1, Math.min(affordable, useful));
}
