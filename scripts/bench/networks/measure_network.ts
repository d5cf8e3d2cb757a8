import { availableParallelism } from "node:os";
import { batchSize } from "#lib/networks/batch_size.ts";
import { defaultWorkers } from "#lib/networks/default_workers.ts";
import { type Provider, ProviderError } from "#lib/networks/provider.ts";
import { assertClose } from "../kernels/check.ts";
import { median } from "../median.ts";
import { sampleInTurns } from "../time_runs.ts";
import { madeUpChunks, type NetworkCase, type OpenNetwork } from "./network_case.ts";

/** One network in one way: one entry of `results` in `--json`. */
export interface NetworkMeasurement {
  readonly network: string;
  readonly provider: Provider;
  /** Threads of the network's own; 0: it runs on the calling one. */
  readonly workers: number;
  /** Threads inside one operation; null on a GPU. */
  readonly threads: number | null;
  readonly batch: number;
  /** Median, of a chunk, with as many batches at a time as there are threads. */
  readonly secondsPerChunk: number;
  /** Seconds of a chunk, run by run. */
  readonly samples: readonly number[];
  /** The same of onnxruntime alone (`NetworkCase.alone`), in turns with it. */
  readonly aloneSecondsPerChunk: number;
  readonly aloneSamples: readonly number[];
  /** Ours over onnxruntime's alone. */
  readonly ratio: number;
  /** Seconds of a recording in a second: a chunk begins every second. */
  readonly timesRealTime: number;
  /** Whether the pipeline would take this batch size and these threads here, by itself. */
  readonly chosen: boolean;
  /** What the numbers were compared with before anything was timed. */
  readonly check: { readonly against: string; readonly difference: number; readonly bound: number };
}

/** What is to be measured. */
export interface NetworkSettings {
  readonly path: string;
  readonly providers: readonly Provider[];
  readonly batches: readonly number[];
  readonly runs: number;
  readonly progress: (text: string) => void;
  /** Says what cannot be measured, and why. */
  readonly tell: (text: string) => void;
}

/** Largest difference from batch 1 on the CPU, over the largest number: float32 on a GPU sums in another order. */
const BOUND: Readonly<Record<Provider, number>> = { cpu: 0, webgpu: 1e-4, cuda: 1e-4 };

/**
 * Checks one network in every way, then times it.
 *
 * @throws {RefusedError} before a way is timed, when its numbers are not those of batch 1 on the calling thread within the bound: none on the
 * CPU, 1e-4 of the largest number on a GPU.
 */
export async function measureNetwork(
  network: NetworkCase,
  settings: NetworkSettings,
): Promise<NetworkMeasurement[]> {
  const { path, providers, batches, runs, progress, tell } = settings;
  const chunks = madeUpChunks(Math.max(...batches));
  const results: NetworkMeasurement[] = [];
  let expected: Float32Array;
  {
    progress(`${network.name}: reference`);
    await using reference = await network.open(path, {});
    const parts = [];
    for (const chunk of chunks) parts.push(await reference.run([chunk]));
    expected = new Float32Array(parts.length * parts[0].length);
    parts.forEach((part, i) => expected.set(part, i * part.length));
  }
  const each = expected.length / chunks.length;
  const scale = expected.reduce((most, x) => Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most, 0);
  for (const { provider, workers } of ways(providers)) {
    let open: OpenNetwork;
    try {
      open = await network.open(path, { provider, workers });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      tell(`${network.name} on ${provider}: ${error.message}`);
      continue;
    }
    await using opened = open;
    await using alone = await network.alone(path, provider);
    const threads = provider === "cpu"
      ? Math.max(1, Math.floor(availableParallelism() / Math.max(1, workers)))
      : null;
    for (const batch of batches) {
      const what = `${network.name} on ${provider}, ${workers} threads of its own, batch ${batch}`;
      progress(what);
      const bound = BOUND[provider] * scale;
      const difference = assertClose({
        ...{ what, bound, against: "batch 1 on the calling thread" },
        got: await opened.run(chunks.slice(0, batch)),
        expected: expected.subarray(0, batch * each),
      });
      const atOnce = Math.max(1, workers);
      const run = async (repeats: number) => {
        const lane = async () => {
          for (let i = 0; i < repeats; i++) await opened.run(chunks.slice(0, batch));
        };
        await Promise.all(Array.from({ length: atOnce }, lane));
      };
      const peer = await alone.runs(chunks.slice(0, batch));
      const [own, bare] = await sampleInTurns([run, peer], runs);
      const samples = own.map((seconds) => seconds / batch / atOnce);
      const aloneSamples = bare.map((seconds) => seconds / batch);
      const [secondsPerChunk, aloneSecondsPerChunk] = [median(samples), median(aloneSamples)];
      const kind = network.name.startsWith("segmentation") ? "segmentation" : "maskedEmbedding";
      const chosen = workers === defaultWorkers(provider) && batch === batchSize(kind, { provider, workers });
      results.push({
        ...{ network: network.name, provider, workers, threads, batch, chosen },
        ...{ secondsPerChunk, samples, aloneSecondsPerChunk, aloneSamples },
        ratio: secondsPerChunk / aloneSecondsPerChunk,
        timesRealTime: 1 / secondsPerChunk,
        check: { against: "cpu, batch 1", difference, bound },
      });
    }
  }
  return results;
}

function ways(providers: readonly Provider[]): { readonly provider: Provider; readonly workers: number }[] {
  return providers.flatMap((provider) =>
    [0, Math.max(1, defaultWorkers(provider))].map((workers) => ({ provider, workers }))
  );
}
