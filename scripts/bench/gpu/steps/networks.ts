import type { Compute } from "#lib/compute/compute.ts";
import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
import { findModel, ModelNotFoundError } from "#lib/networks/find_model.ts";
import type { Provider } from "#lib/networks/provider.ts";
import { modelPlaces } from "#lib/places/places.ts";
import { measureNetwork } from "../../networks/measure_network.ts";
import { NETWORKS } from "../../networks/network_case.ts";
import type { GpuRow, GpuSizes } from "../results.ts";
import { NothingToDoError, type StepWork } from "../step.ts";

const BATCHES: Readonly<Record<GpuSizes, Readonly<Record<Provider, readonly number[]>>>> = {
  tiny: { cpu: [1], webgpu: [1], cuda: [1] },
  small: { cpu: [1, 4], webgpu: [1, 4], cuda: [1, 4] },
  large: { cpu: [1, 8], webgpu: [1, 8, 32], cuda: [1, 8, 32] },
};

/** The networks that are at hand, on one provider, by batch; under tiny sizes the first alone. */
export function networksStep(provider: Provider): StepWork {
  return async ({ sizes, runs, openGpu, give, note, progress }) => {
    await using _shown = provider === "webgpu" ? await shownAdapter(openGpu) : undefined;
    const reasons: string[] = [];
    let measured = 0;
    for (const network of sizes === "tiny" ? NETWORKS.slice(0, 1) : NETWORKS) {
      try {
        const { path } = await findModel(network.name, { places: modelPlaces(), alternatives: true });
        const settings = {
          ...{ path, providers: [provider], batches: BATCHES[sizes][provider], runs, progress },
          tell: (text: string) => void reasons.push(text),
        };
        for (const measurement of await measureNetwork(network, settings)) {
          measured++;
          give({ kind: "network", ...measurement } as GpuRow);
        }
        // A provider that is not here is so for all networks.
        if (measured === 0) break;
      } catch (error) {
        if (!(error instanceof ModelNotFoundError)) throw error;
        note(`${network.name} is not measured: its weights are not here (npx dialab fetch models).`);
      }
    }
    if (measured === 0) throw new NothingToDoError(reasons[0] ?? "No weights are here.");
    for (const reason of reasons) note(reason);
  };
}

/** Opens the GPU that was asked for: onnxruntime then finds a software adapter, which nothing else would show it. */
async function shownAdapter(openGpu: Parameters<StepWork>[0]["openGpu"]): Promise<Compute> {
  try {
    return await openGpu("f32");
  } catch (error) {
    if (error instanceof NoAdapterError) throw new NothingToDoError(error.message);
    throw error;
  }
}
