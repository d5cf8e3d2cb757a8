import { loadPackage } from "#lib/places/load_package.ts";

type PlotModule = typeof import("@observablehq/plot");

let loading: Promise<PlotModule> | undefined;

/**
 * Observable Plot, loaded when first asked for, in one and the same state everywhere.
 *
 * As it loads, Plot decides whether to move every line by half a pixel: by the density of the window's screen, and without a window by
 * whether a test runner's `it` is about. The same figure would have other bytes in a test than in a command. So it finds a window here,
 * for as long as it loads.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadPlot } from "#lib/plots/load_plot.ts";
 * assert.equal(typeof (await loadPlot()).plot, "function");
 * assert(!("window" in globalThis));
 * ```
 */
export function loadPlot(): Promise<PlotModule> {
  return loading ??= load();
}

async function load(): Promise<PlotModule> {
  const plot = () =>
    loadPackage("@observablehq/plot", { purpose: "Drawing", load: () => import("@observablehq/plot") });
  if ("window" in globalThis) return await plot();
  Object.defineProperty(globalThis, "window", { value: { devicePixelRatio: 2 }, configurable: true });
  try {
    return await plot();
  } finally {
    Reflect.deleteProperty(globalThis, "window");
  }
}
