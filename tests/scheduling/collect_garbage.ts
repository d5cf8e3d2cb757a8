import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A full collection in Bun (its own function) or Deno (V8's, which a flag brings into a new context). */
function collector(): () => void {
  const { Bun } = globalThis as { Bun?: { gc(force: boolean): void } };
  if (Bun !== undefined) return () => Bun.gc(true);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

let collect: (() => void) | undefined;

/** Collects garbage and lets finalizers run. */
export async function collectGarbage(): Promise<void> {
  collect ??= collector();
  await setTimeout(2);
  collect();
  await setTimeout(2);
}
