import { Buffer } from "node:buffer";
import process from "node:process";

/** What is called of glibc; file descriptors are numbers. */
interface Descriptors {
  dup(descriptor: number): number;
  dup2(from: number, to: number): number;
  open(path: Uint8Array, flags: number): number;
  close(descriptor: number): number;
}

type Names = keyof Descriptors;

/** The part of `bun:ffi` used here. */
interface BunFfi {
  dlopen(
    library: string,
    symbols: Record<Names, { args: string[]; returns: string }>,
  ): { symbols: Descriptors };
}

/** The part of Deno used here. */
interface DenoFfi {
  dlopen(
    library: string,
    symbols: Record<Names, { parameters: string[]; result: string }>,
  ): { symbols: Descriptors };
}

const PARAMETERS: Readonly<Record<Names, readonly string[]>> = {
  dup: ["i32"],
  dup2: ["i32", "i32"],
  open: ["pointer", "i32"],
  close: ["i32"],
};

const STDERR = 2, WRITE_ONLY = 1;

let depth = 0, saved = -1;

let loading: Promise<Descriptors | undefined> | undefined;

/** Undefined where it cannot be had: no glibc, no permission, another runtime. */
async function load(): Promise<Descriptors | undefined> {
  if (process.platform !== "linux") return undefined;
  const { Deno: deno } = globalThis as unknown as { Deno?: DenoFfi };
  const each = <Symbol>(make: (parameters: string[]) => Symbol) =>
    Object.fromEntries(
      Object.entries(PARAMETERS).map(([name, parameters]) => [name, make([...parameters])]),
    ) as Record<Names, Symbol>;
  try {
    if (deno !== undefined) {
      const buffers = (parameters: string[]) => parameters.map((p) => p === "pointer" ? "buffer" : p);
      const symbols = each((parameters) => ({ parameters: buffers(parameters), result: "i32" }));
      return deno.dlopen("libc.so.6", symbols).symbols;
    }
    if (process.versions.bun === undefined) return undefined;
    const specifier = "bun:ffi"; // not a literal: other runtimes must not try to resolve it
    const { dlopen } = await import(specifier) as BunFfi;
    return dlopen(
      "libc.so.6",
      each((args) => ({ args: args.map((a) => a === "pointer" ? "ptr" : a), returns: "i32" })),
    ).symbols;
  } catch {
    return undefined;
  }
}

/**
 * Calls what prints on stderr from native code, and lets nothing of it through: Dawn tells every driver that it does not find, on the
 * terminal, whether or not it matters. What it throws says it, too. Only while `call` itself runs; with `untilSettled`, until what it promises is there. Where it cannot
 * be done (no Linux with glibc, Node, Deno without `--allow-ffi`) or `DIALAB_GPU_LOG` is set, the words come through.
 *
 * @param call Nothing of the program's own may be written in it.
 * @param options `untilSettled`: what the program writes meanwhile is lost as well; false by default.
 * @returns What `call` gives.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { quietNative } from "#lib/compute/quiet_native.ts";
 * assert.equal(await quietNative(() => 7), 7);
 * await assert.rejects(quietNative(() => {
 *   throw new RangeError("passed on");
 * }), /passed on/);
 * ```
 */
export async function quietNative<Value>(
  call: () => Value,
  options: { readonly untilSettled?: boolean } = {},
): Promise<Awaited<Value>> {
  const descriptors = process.env.DIALAB_GPU_LOG ? undefined : await (loading ??= load());
  if (descriptors === undefined) return await call();
  const restore = silenced(descriptors);
  let value: Value;
  try {
    value = call();
    if (options.untilSettled) await value;
  } finally {
    restore();
  }
  return await value;
}

/** Sends descriptor 2 nowhere, and gives what brings it back. Several at once count: the last one out brings it back. */
function silenced({ open, dup, dup2, close }: Descriptors): () => void {
  if (++depth === 1) {
    const nowhere = open(Buffer.from("/dev/null\0"), WRITE_ONLY);
    saved = nowhere < 0 ? -1 : dup(STDERR);
    if (saved >= 0) dup2(nowhere, STDERR);
    if (nowhere >= 0) close(nowhere);
  }
  return () => {
    if (--depth > 0 || saved < 0) return;
    dup2(saved, STDERR);
    close(saved);
    saved = -1;
  };
}
