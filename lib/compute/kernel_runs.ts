import type { Backend } from "./backend.ts";

/** One piece of a kernel that ran. */
export interface KernelRun {
  /** Where its arithmetic was done, whatever the caller had asked for. */
  readonly backend: Backend;
  /** Its folder in `kernels/`, such as "vbx". */
  readonly kernel: string;
  /** The function of scalar.ts, the WASM module's export, or the rest of the GPU kernel's label: "moments". */
  readonly name: string;
}

/** Told of every piece of a kernel right before it runs. */
export type KernelListener = (run: KernelRun) => void;

const listeners = new Set<KernelListener>();

/**
 * Tells `listener` of every kernel that runs, in this thread, until it is disposed of: which implementation it really was. Tests prove by it
 * that no backend is mistaken for another and no fast path silently left.
 *
 * WASM modules report by themselves (`withWasm`, every call of an export), so do dispatches on a GPU (`GpuBatch`, whose kernels' labels
 * begin with their folder's name); the functions of a scalar.ts each call `reportKernelRun`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { observeKernels } from "#lib/compute/kernel_runs.ts";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { powerset } from "#kernels/powerset/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const ran: string[] = [];
 * {
 *   using _observing = observeKernels(({ backend, kernel, name }) => ran.push(`${backend} ${kernel} ${name}`));
 *   await powerset(compute, new Float32Array(7));
 * }
 * assert.deepEqual(ran, ["wasm powerset multilabel"]);
 * ```
 */
export function observeKernels(listener: KernelListener): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}

/**
 * Says that a piece of a kernel runs. Costs nothing to speak of while nobody listens.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { observeKernels, reportKernelRun } from "#lib/compute/kernel_runs.ts";
 * const run = { backend: "scalar", kernel: "vbx", name: "vbx" } as const;
 * reportKernelRun(run); // nobody listens
 * const seen: unknown[] = [];
 * using _observing = observeKernels((what) => seen.push(what));
 * reportKernelRun(run);
 * assert.deepEqual(seen, [run]);
 * ```
 */
export function reportKernelRun(run: KernelRun): void {
  for (const listener of listeners) listener(run);
}

/**
 * The functions of a WASM module, reporting themselves; while nobody listens, the functions as they are.
 *
 * @param kernel Its folder in `kernels/`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { observeKernels, reportingExports } from "#lib/compute/kernel_runs.ts";
 * const exports = { half: (x: number) => x / 2 };
 * assert.equal(reportingExports(exports, "halves"), exports);
 * const seen: string[] = [];
 * using _observing = observeKernels(({ kernel, name }) => seen.push(`${kernel} ${name}`));
 * assert.equal(reportingExports(exports, "halves").half(5), 2.5);
 * assert.deepEqual(seen, ["halves half"]);
 * ```
 */
export function reportingExports<Exports>(exports: Exports, kernel: string): Exports {
  if (listeners.size === 0) return exports;
  const reporting: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(exports as Record<string, unknown>)) {
    reporting[name] = typeof value !== "function" ? value : (...args: unknown[]) => {
      reportKernelRun({ backend: "wasm", kernel, name });
      return value(...args);
    };
  }
  return reporting as Exports;
}
