import process from "node:process";
import { inspect } from "node:util";
import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
import { displayOf } from "./display_of.ts";
import { runningKernel } from "./kernel.ts";

/**
 * Shows values one below the other, wherever in a cell it is called; a cell shows its last value by itself. Outside a notebook their
 * text goes to standard output.
 *
 * @param values Whatever has a display: figures, tables, annotations, arrays, results. Anything else is inspected.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { show } from "#lib/notebook/show.ts";
 * import { table } from "#lib/notebook/table.ts";
 * assert.equal(await show(table([{ stage: "vbx", ms: 31 }])), undefined);
 * ```
 */
export async function show(...values: readonly unknown[]): Promise<void> {
  const kernel = runningKernel();
  for (const value of values) {
    const data = await bundleOf(value);
    if (kernel) await kernel.broadcast("display_data", { data, metadata: {}, transient: {} });
    else process.stdout.write(`${data["text/plain"]}\n`);
  }
}

async function bundleOf(value: unknown): Promise<Readonly<Record<string, unknown>>> {
  if (typeof value === "object" && value !== null) {
    const own: unknown = Reflect.get(value, JUPYTER_DISPLAY);
    if (typeof own === "function") return await own.call(value);
  }
  const make = displayOf(value);
  return make ? await make() : { "text/plain": typeof value === "string" ? value : inspect(value) };
}
