import { measureCeilings } from "../../roofline/ceilings.ts";
import type { StepWork } from "../step.ts";

/** Bytes and operations a second, which the kernels are held against. */
export const ceilingsStep: StepWork = async ({ runs, openGpu, give }) => {
  await using compute = await openGpu("f32");
  give({ kind: "ceilings", ...await measureCeilings(compute.gpu!, runs) });
};
