import { batchSize } from "#lib/networks/batch_size.ts";
import { defaultWorkers } from "#lib/networks/default_workers.ts";
import type { Provider } from "#lib/networks/provider.ts";

/** Where each network of a pipeline runs; the CPU where nothing is said. */
export interface NetworkProviders {
  readonly segmentation?: Provider;
  readonly embedding?: Provider;
}

/** What is asked for, of both networks or of each. */
export interface NetworkRunOptions {
  /** @default {"cpu"} */
  readonly provider?: Provider | NetworkProviders;
  /** Threads for a network. @default {those of `defaultWorkers`} */
  readonly workers?: number;
  /** Chunks in a batch. @default {by free memory} */
  readonly batchSize?: number;
}

/** How one network runs. */
export interface NetworkRun {
  readonly provider: Provider;
  readonly workers: number;
  /** Chunks in a batch. */
  readonly budget: number;
  /** Batches that are given out at a time: one for each thread, and one more that is made ready meanwhile. */
  readonly atOnce: number;
}

/**
 * How the networks of a pipeline run: each has its own provider, and threads and batches that suit it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { networkRuns } from "#lib/diarization/network_runs.ts";
 * const { segmentation, embedding } = networkRuns({ provider: { segmentation: "webgpu" }, workers: 2 });
 * assert.deepEqual([segmentation.provider, embedding.provider, embedding.atOnce], ["webgpu", "cpu", 3]);
 * ```
 */
export function networkRuns(options: NetworkRunOptions = {}): Record<keyof NetworkProviders, NetworkRun> {
  const { provider = "cpu" } = options;
  const { segmentation = "cpu", embedding = "cpu" } = typeof provider === "string"
    ? { segmentation: provider, embedding: provider }
    : provider;
  const run = (network: "segmentation" | "maskedEmbedding", provider: Provider): NetworkRun => {
    const { workers = defaultWorkers(provider) } = options;
    const budget = batchSize(network, { provider, workers, batchSize: options.batchSize });
    return { provider, workers, budget, atOnce: workers === 0 ? 1 : workers + 1 };
  };
  return { segmentation: run("segmentation", segmentation), embedding: run("maskedEmbedding", embedding) };
}
