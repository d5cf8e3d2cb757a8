import type { NetworkProviders } from "#lib/diarization/network_runs.ts";
import { UsageError } from "../cli/command_line.ts";

const PROVIDERS = ["cpu", "webgpu", "cuda"] as const;

/** What `--provider` asks for: one for both networks, or segmentation's and embedding's. */
export function networkProviders(given = "cpu"): Required<NetworkProviders> {
  const providers = given.split(",").map((word) => {
    const provider = PROVIDERS.find((known) => known === word);
    if (provider === undefined) throw new UsageError(`--provider is ${PROVIDERS.join(" or ")}, not ${word}.`);
    return provider;
  });
  if (providers.length > 2) throw new UsageError(`--provider takes one or two, not ${given}.`);
  const [segmentation, embedding = segmentation] = providers;
  return { segmentation, embedding };
}
