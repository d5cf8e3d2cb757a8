import type { Backend } from "./backend.ts";
import type { GpuContext } from "./gpu_context.ts";

export type { Backend } from "./backend.ts";

/**
 * What a kernel's arithmetic is done in: `f64` on the CPU backends; on the GPU `df64`, pairs of float32 with
 * about 48 bits, or plain `f32`.
 */
export type Precision = "f64" | "df64" | "f32";

/** An opened backend, as every kernel takes it. Comes from `openCompute`; closes with `await using`. */
export interface Compute extends AsyncDisposable {
  readonly backend: Backend;
  readonly precision: Precision;
  /** The GPU's name, driver and provider; undefined on the CPU backends. */
  readonly adapter: string | undefined;
  /** Why this backend was taken, in one sentence; `auto` explains here what it passed over. */
  readonly why: string;
  /** The GPU, set exactly when `backend` is `webgpu`. */
  readonly gpu: GpuContext | undefined;
}
