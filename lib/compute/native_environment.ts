import { Buffer } from "node:buffer";
import process from "node:process";

/** The part of `bun:ffi` used here. */
interface BunFfi {
  dlopen(library: string, symbols: { setenv: { args: string[]; returns: string } }): {
    symbols: { setenv: (name: Uint8Array, value: Uint8Array, overwrite: number) => number };
    close(): void;
  };
}

/**
 * Sets an environment variable so that native libraries of this process see it too (the Vulkan loader reads
 * its drivers from there). In Deno and Node writing to `process.env` does that; Bun keeps its own copy, so C's
 * `setenv` is called as well, in glibc's libc.so.6: Linux only, where it is needed.
 *
 * @throws {Error} Bun's own, on a system without libc.so.6
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import process from "node:process";
 * import { setNativeEnvironment } from "#lib/compute/native_environment.ts";
 *
 * await setNativeEnvironment("DIALAB_EXAMPLE", "seen by C too");
 * assert.equal(process.env.DIALAB_EXAMPLE, "seen by C too");
 * delete process.env.DIALAB_EXAMPLE;
 * ```
 */
export async function setNativeEnvironment(name: string, value: string): Promise<void> {
  process.env[name] = value;
  if (process.versions.bun === undefined) return;
  const specifier = "bun:ffi"; // not a literal: other runtimes must not try to resolve it
  const { dlopen } = await import(specifier) as BunFfi;
  const libc = dlopen("libc.so.6", { setenv: { args: ["ptr", "ptr", "i32"], returns: "i32" } });
  libc.symbols.setenv(Buffer.from(`${name}\0`), Buffer.from(`${value}\0`), 1);
  libc.close();
}
