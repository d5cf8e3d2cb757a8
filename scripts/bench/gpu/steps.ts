/** The steps of `bench gpu`, in their order. */
import type { StepWork } from "./step.ts";

/** A step: its work is loaded in its own process. */
export interface Step {
  readonly name: string;
  readonly title: string;
  /** About how many of 480 seconds it may take; the steps behind it have theirs. */
  readonly share: number;
  /**
   * What nothing can be done without: a WebGPU adapter; or what nothing can be learned without, a real one: a software adapter takes minutes
   * for a chunk.
   */
  readonly needs: "nothing" | "adapter" | "real adapter";
  readonly load: () => Promise<StepWork>;
}

const kernel = (name: string, share: number): Step => ({
  ...{ name, share, needs: "adapter", title: `kernel ${name}` },
  load: async () => (await import("./steps/kernels.ts")).kernelStep(name),
});
const linkage = (name: string, share: number): Step => ({
  ...{ name, share, needs: "adapter" },
  title: name === "linkage" ? "kernel linkage" : "linkage of 24 hours, held against its definition",
  load: async () => (await import("./steps/linkage.ts")).linkageStep(name === "linkage" ? "peers" : "day"),
});
const networks = (provider: "cpu" | "webgpu" | "cuda", share: number): Step => ({
  ...{ name: `networks-${provider}`, share, title: `networks on ${provider}` },
  needs: provider === "webgpu" ? "real adapter" : "nothing",
  load: async () => (await import("./steps/networks.ts")).networksStep(provider),
});
const pipeline = (provider: "cpu" | "webgpu" | "cuda", share: number): Step => ({
  ...{ name: `pipeline-${provider}`, share },
  needs: provider === "webgpu" ? "real adapter" : "nothing",
  title: `whole pipeline, networks on ${provider}`,
  load: async () => (await import("./steps/pipeline.ts")).pipelineStep(provider),
});

/** All steps. The device's own come first. */
export const STEPS: readonly Step[] = [
  {
    ...{ name: "adapter", title: "adapter, limits, df64 self-test", share: 15, needs: "nothing" },
    load: async () => (await import("./steps/adapter.ts")).adapterStep,
  },
  {
    ...{ name: "parity", title: "parity on every capture at hand", share: 45, needs: "adapter" },
    load: async () => (await import("./steps/parity.ts")).parityStep,
  },
  {
    ...{ name: "ceilings", title: "what the device can do at most", share: 10, needs: "adapter" },
    load: async () => (await import("./steps/ceilings.ts")).ceilingsStep,
  },
  {
    ...{ name: "transfers", title: "transfers and dispatches", share: 15, needs: "adapter" },
    load: async () => (await import("./steps/transfers.ts")).transfersStep,
  },
  kernel("fbank", 35),
  kernel("vbx", 60),
  kernel("powerset", 15),
  kernel("pooling", 15),
  kernel("distances", 35),
  networks("webgpu", 30),
  networks("cuda", 25),
  pipeline("webgpu", 35),
  pipeline("cuda", 25),
  linkage("linkage", 55),
  linkage("linkage-day", 70),
  networks("cpu", 25),
  pipeline("cpu", 45),
];

/** A step by its name. @throws {RangeError} when there is none */
export function stepNamed(name: string): Step {
  const step = STEPS.find((known) => known.name === name);
  if (step === undefined) {
    throw new RangeError(
      `There is no step ${name}; there are ${STEPS.map((known) => known.name).join(", ")}.`,
    );
  }
  return step;
}
