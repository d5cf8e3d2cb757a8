import type { Compute } from "./compute.ts";

/** The backend that is always there: plain float64 TypeScript. Nothing has to be opened or closed. */
export const SCALAR: Compute = {
  backend: "scalar",
  precision: "f64",
  adapter: undefined,
  why: "the default",
  gpu: undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** The option of everything that can run on several backends. */
export interface ComputeOption {
  /** An opened backend. @default {SCALAR} */
  readonly compute?: Compute;
}
