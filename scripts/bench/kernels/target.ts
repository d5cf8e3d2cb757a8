import type { Compute } from "#lib/compute/compute.ts";
import type { Ceilings } from "../roofline/ceilings.ts";
import type { Peers } from "./peers.ts";

/** An opened backend, and what belongs to it. */
export interface Target {
  readonly compute: Compute;
  /** The same GPU with a clock around every dispatch. */
  readonly profiled?: Compute | undefined;
  /** What it can do at most; under `--roofline`. */
  readonly ceilings?: Ceilings | undefined;
}

/** Settings of the measurements of kernels. */
export interface KernelSettings {
  readonly runs: number;
  readonly peers: Peers | undefined;
  /** Whether the times of single kernels are wanted. */
  readonly profile: boolean;
  /** What results are held against. @default {the scalar backend, which is the definition} */
  readonly reference?: Compute;
  /** How many times ours and the peer's samples take turns. @default {2} */
  readonly rounds?: number;
}

/** "webgpu df64". */
export function titleOf({ backend, precision }: Pick<Compute, "backend" | "precision">): string {
  return backend === "webgpu" ? `${backend} ${precision}` : backend;
}
