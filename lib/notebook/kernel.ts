/** The Deno kernel, looked for with care: this file is also loaded where there is none. */

/** What dialab uses of `Deno.jupyter`. */
export interface Kernel {
  /** Sends a message to the pages that watch; whether there is something to wait for depends on Deno's version. */
  broadcast(type: string, content: Readonly<Record<string, unknown>>): Promise<void> | void;
}

/**
 * The kernel that runs this code, or undefined outside a notebook.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runningKernel } from "#lib/notebook/kernel.ts";
 * assert.equal(runningKernel(), undefined);
 * ```
 */
export function runningKernel(): Kernel | undefined {
  try {
    const deno: unknown = Reflect.get(globalThis, "Deno");
    if (typeof deno !== "object" || deno === null) return undefined;
    const kernel: unknown = Reflect.get(deno, "jupyter"); // throws outside the kernel
    return isKernel(kernel) ? kernel : undefined;
  } catch {
    return undefined;
  }
}

function isKernel(value: unknown): value is Kernel {
  return typeof value === "object" && value !== null && "broadcast" in value &&
    typeof value.broadcast === "function";
}
