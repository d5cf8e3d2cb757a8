import { availableParallelism } from "node:os";
import type { Provider } from "./provider.ts";

/** More copies of a network than this are not worth their memory: beyond, each gets several cores. */
const MOST_COPIES = 4;

/**
 * How many threads should run the networks of a pipeline: one for each core up to four, as two runs on a core each are faster than
 * one run on two cores (docs/decisions/0012_networks_in_threads.md); one for a GPU, which has no more than one queue.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defaultWorkers } from "#lib/networks/default_workers.ts";
 * assert.equal(defaultWorkers("webgpu"), 1);
 * assert(defaultWorkers() >= 1 && defaultWorkers() <= 4);
 * ```
 */
export function defaultWorkers(provider: Provider = "cpu"): number {
  return provider === "cpu" ? Math.min(availableParallelism(), MOST_COPIES) : 1;
}
