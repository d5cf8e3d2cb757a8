import {
  LINKAGE_CASES,
  LINKAGE_PEER,
  type LinkageCase,
  measureLinkage,
} from "../../kernels/measure_linkage.ts";
import { Peers } from "../../kernels/peers.ts";
import type { GpuRow, GpuSizes } from "../results.ts";
import type { StepWork } from "../step.ts";

const speakers = (rows: number, columns = 256): LinkageCase => ({ rows, columns, kind: "speakers" });

/** Beside SciPy, as far as its matrix of distances is had in a minute. */
const BESIDE_PEERS: Readonly<Record<GpuSizes, readonly LinkageCase[]>> = {
  tiny: LINKAGE_CASES.tiny,
  small: [speakers(300)],
  large: [speakers(20_000)],
};
/** The embeddings of a recording of 24 hours, of which no second tree is had in time. */
const OF_A_DAY: Readonly<Record<GpuSizes, LinkageCase>> = {
  tiny: speakers(90, 8),
  small: speakers(600),
  large: speakers(90_000),
};

/** Centroid linkage: beside its peers, or of a day alone, held against the definition. */
export function linkageStep(which: "peers" | "day"): StepWork {
  return async ({ sizes, runs, adapter: adapterAsked, openGpu, give, note, progress }) => {
    const adapter = await nameOf(openGpu);
    const target = { backend: "webgpu", precision: "df64", adapter, adapterAsked } as const;
    const peers = which === "peers" ? new Peers() : undefined;
    if (peers?.has(LINKAGE_PEER) === false) {
      note(`linkage has no peer: no python3 has ${LINKAGE_PEER.modules.join(", ")}.`);
    }
    const settings = { runs, peers, byDefinition: which === "day" };
    for (const problem of which === "day" ? [OF_A_DAY[sizes]] : BESIDE_PEERS[sizes]) {
      progress(`${problem.rows} points`);
      for (const measurement of await measureLinkage(problem, [target], settings)) {
        give({ kind: "kernel", ...measurement } as GpuRow);
      }
    }
  };
}

/** The adapter's name: linkage runs in a process of its own, which opens it again. */
async function nameOf(openGpu: Parameters<StepWork>[0]["openGpu"]): Promise<string | undefined> {
  await using compute = await openGpu("df64");
  return compute.adapter;
}
