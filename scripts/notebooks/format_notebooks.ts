import { spawnSync } from "node:child_process";
import { denoProgram } from "./kernel_spec.ts";

/**
 * How `deno fmt` is called for notebooks. deno.json leaves them out: Deno 2.9 takes a notebook for unformatted however it is
 * formatted, unless its cells end in an empty line. It does format them; the tests check cell by cell.
 */
export const NOTEBOOK_FORMAT: readonly string[] = ["fmt", "--no-config", "--line-width", "110", "--quiet"];

/** Formats the cells of notebooks in place, code and text. */
export function formatNotebooks(paths: readonly string[]): void {
  const { status, stderr } = spawnSync(denoProgram(), [...NOTEBOOK_FORMAT, ...paths], { encoding: "utf8" });
  if (status !== 0) throw new Error(`deno fmt failed: ${stderr.trim()}`);
}
