/** A matrix as coloured cells: one path for each colour, so that thousands of cells stay small. */
import type { RenderFunction } from "@observablehq/plot";

/** Values from 0 to 1 in rows; NaN leaves a cell empty. */
export interface HeatCells {
  /** `shares[y][x]`: 0 to 1 on the scale of colours. */
  readonly shares: readonly (readonly number[])[];
  readonly colour: (share: number) => string;
}

/** So many colours tell a scale apart well enough. */
const COLOURS = 32;

/**
 * A mark for Observable Plot that fills the frame with cells; the first row is at the top.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cellPaths } from "#lib/plots/heat_cells.ts";
 * const paths = cellPaths({ shares: [[1, 1, NaN], [0, 1, 1]], colour: (t) => t > 0.5 ? "#000000" : "#ffffff" });
 * assert.equal(paths.get("#000000"), "M0 0h2v1h-2zM1 1h2v1h-2z");
 * ```
 */
export function cellPaths({ shares, colour }: HeatCells): Map<string, string> {
  const paths = new Map<string, string>();
  const colours = Array.from({ length: COLOURS }, (_, i) => colour(i / (COLOURS - 1)));
  for (const [y, row] of shares.entries()) {
    const steps = row.map((share) => Number.isNaN(share) ? -1 : Math.round(share * (COLOURS - 1)));
    for (let x = 0; x < steps.length;) {
      let end = x + 1;
      while (end < steps.length && steps[end] === steps[x]) end++;
      if (steps[x] >= 0) {
        const name = colours[steps[x]];
        paths.set(name, `${paths.get(name) ?? ""}M${x} ${y}h${end - x}v1h${x - end}z`);
      }
      x = end;
    }
  }
  return paths;
}

/**
 * The cells as a mark for Observable Plot: they fill its frame, the first row at the top.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { heatMark } from "#lib/plots/heat_cells.ts";
 * const mark = heatMark({ shares: [[0, 1]], colour: () => "#000000" });
 * assert.equal(typeof mark, "function");
 * ```
 */
export function heatMark(cells: HeatCells): RenderFunction {
  return (_index, _scales, _values, dimensions, context) => {
    const { width, height, marginLeft, marginRight, marginTop, marginBottom } = dimensions;
    const rows = cells.shares.length, columns = cells.shares[0]?.length ?? 0;
    const create = (name: string, attributes: Record<string, string | number>) => {
      const element = context.document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
      return element;
    };
    // A picture in the picture, in which a cell is 1 by 1.
    const group = create("svg", {
      x: marginLeft,
      y: marginTop,
      width: width - marginLeft - marginRight,
      height: height - marginTop - marginBottom,
      viewBox: `0 0 ${columns} ${rows}`,
      preserveAspectRatio: "none",
      "shape-rendering": "crispEdges",
    }) as ReturnType<RenderFunction>;
    for (const [fill, d] of cellPaths(cells)) group?.append(create("path", { fill, d }));
    return group;
  };
}
