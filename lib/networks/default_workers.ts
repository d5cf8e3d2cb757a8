import { availableParallelism } from "node:os";
import process from "node:process";
import type { Provider } from "./provider.ts";

/** More copies of a network than this are not worth their memory: beyond, each gets several cores. */
const MOST_COPIES = 4;

/**
 * How many threads should run the networks of a pipeline: one for each core up to four, as two runs on a core each are faster than
 * one run on two cores; one for a GPU, which has no more than one queue. None in Deno, whose threads were seen to grow by a gigabyte
 * each (docs/decisions/0012_networks_in_threads.md).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defaultWorkers } from "#lib/networks/default_workers.ts";
 * assert(defaultWorkers("webgpu") <= 1);
 * assert(defaultWorkers() <= 4);
 * ```
 */
export function defaultWorkers(provider: Provider = "cpu"): number {
  if (process.versions.deno !== undefined) return 0;
  return provider === "cpu" ? Math.min(availableParallelism(), MOST_COPIES) : 1;
}
