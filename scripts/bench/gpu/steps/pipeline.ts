import type { Compute } from "#lib/compute/compute.ts";
import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { type Provider, ProviderError } from "#lib/networks/provider.ts";
import { peakMemory } from "../../peak_memory.ts";
import { RefusedError } from "../../refused_error.ts";
import type { GpuSizes } from "../results.ts";
import { madeUpSpeech } from "../speech.ts";
import { NothingToDoError, type StepContext, type StepWork } from "../step.ts";

const PRESET = "own";
/** Seconds of made-up speech, and of its beginning that is diarized in two ways first. */
const SECONDS: Readonly<Record<GpuSizes, { readonly whole: number; readonly first: number }>> = {
  tiny: { whole: 20, first: 15 },
  small: { whole: 180, first: 60 },
  large: { whole: 3600, first: 120 },
};
/** Networks on a GPU may move a turn by a frame; on the CPU nothing moves. */
const BOUND: Readonly<Record<Provider, number>> = { cpu: 0, webgpu: 0.01, cuda: 0.01 };

/** The whole pipeline with the weights that come along: first a piece held against the CPU's scalar backend, then the whole, timed. */
export function pipelineStep(provider: Provider): StepWork {
  return async (context) => {
    const { sizes, give, progress } = context;
    const { whole, first } = SECONDS[sizes];
    await using compute = await computeFor(provider, context);
    await using diarizer = await opened(provider, compute);
    progress(`${first} s in both ways`);
    const der = await difference(diarizer, first);
    if (!(der <= BOUND[provider])) {
      throw new RefusedError(
        `The turns on ${provider} differ from the CPU's by a DER of ${der} (bound ${
          BOUND[provider]
        }); nothing is timed.`,
      );
    }
    progress(`${whole} s`);
    const start = performance.now();
    const heard = await diarizer.hear(await madeUpSpeech(whole), {
      hook: (stage, _, { completed, total }) => progress(`${stage} ${completed}/${total}`),
    });
    const networks = (performance.now() - start) / 1000;
    const { artefacts, seconds: stages } = await diarizer.cluster(heard, { uri: "speech" });
    const seconds = (performance.now() - start) / 1000;
    const { diarization } = artefacts;
    give({
      ...{ kind: "pipeline", preset: PRESET, provider, backend: compute.backend, audioSec: whole },
      ...{ seconds, samples: [seconds], timesRealTime: whole / seconds },
      stages: { networks, ...stages },
      speakers: diarization!.labels().length,
      turns: diarization!.size,
      peakBytes: peakMemory(),
      check: { against: "cpu, scalar", audioSec: first, der, bound: BOUND[provider] },
    });
  };
}

async function computeFor(provider: Provider, { openGpu, note }: StepContext): Promise<Compute> {
  if (provider === "cpu") return await openCompute({ backend: "wasm" });
  try {
    return await openGpu("df64");
  } catch (error) {
    if (!(error instanceof NoAdapterError)) throw error;
    note(`The back end runs on wasm: ${error.message}`);
    return await openCompute({ backend: "wasm" });
  }
}

async function opened(provider: Provider, compute: Compute): Promise<Diarizer> {
  try {
    return await Diarizer.open({ preset: PRESET, provider, compute });
  } catch (error) {
    if (error instanceof ProviderError) throw new NothingToDoError(error.message);
    throw error;
  }
}

/** DER between the turns of a piece as this diarizer gives them and as the definition does. */
async function difference(diarizer: Diarizer, seconds: number): Promise<number> {
  await using reference = await Diarizer.open({
    preset: PRESET,
    provider: "cpu",
    compute: SCALAR,
    workers: 0,
  });
  const turns = async (which: Diarizer) =>
    (await which.cluster(await which.hear(await madeUpSpeech(seconds)))).artefacts.diarization!;
  return diarizationErrorRate(await turns(reference), await turns(diarizer)).der;
}
