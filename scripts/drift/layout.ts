/** How wide `drift` writes, and in what colours. */
import type { Style } from "../cli/style.ts";

/** What all parts of the report are laid out for. */
export interface Layout {
  readonly style: Style;
  /** Columns that a line may take. */
  readonly columns: number;
}

/** The width of tables where the terminal has it, and in pipes and files. */
export const FULL_WIDTH = 80;

/** The layout for a stream: as wide as its terminal, at most 80 columns, and those where there is no terminal. */
export function layoutOf({ columns }: { readonly columns?: number }, style: Style): Layout {
  return { style, columns: Math.min(FULL_WIDTH, columns || FULL_WIDTH) };
}
