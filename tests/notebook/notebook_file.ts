/** Notebooks as the tests read and make them. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";

/** The names of all notebooks. */
export const NOTEBOOKS: readonly string[] = readdirSync(join(projectRoot(), "notebooks"))
  .flatMap((file) => file.endsWith(".ipynb") ? [file.slice(0, -".ipynb".length)] : []).sort();

/** One output of a cell. */
export interface Output {
  readonly output_type: "stream" | "display_data" | "execute_result" | "error";
  readonly name?: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
}

/** One cell. */
export interface NotebookCell {
  readonly id: string;
  readonly cell_type: "code" | "markdown";
  readonly source: string | readonly string[];
  readonly metadata: { readonly tags?: readonly string[] };
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

/** A notebook in nbformat 4.5. */
export interface NotebookFile {
  readonly cells: readonly NotebookCell[];
}

/** nbformat keeps text as it is or as a list of lines. */
export function joined(text: string | readonly string[] | undefined): string {
  return typeof text === "string" ? text : (text ?? []).join("");
}

/** Reads a notebook. */
export function readNotebook(path: string): NotebookFile {
  return JSON.parse(readFileSync(path, "utf8")) as NotebookFile;
}

/** Writes a notebook of these code cells. */
export function writeCells(path: string, sources: readonly string[]): void {
  const cells = sources.map((source, i) => ({
    id: `cell-${i}`,
    cell_type: "code",
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  }));
  const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
  writeFileSync(path, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
}

/** What a cell put out: printed text, and the forms of what it displayed. */
export function outputsOf(notebook: NotebookFile, id: string) {
  const cell = notebook.cells.find((candidate) => candidate.id === id);
  if (cell === undefined) throw new RangeError(`There is no cell ${id}`);
  const outputs = cell.outputs ?? [];
  const forms = (mime: string) =>
    outputs.flatMap(({ data }) => data?.[mime] === undefined ? [] : [joined(data[mime])]);
  const stream = (name: string) =>
    outputs.filter((output) => output.name === name).map(({ text }) => joined(text)).join("");
  return {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    text: forms("text/plain"),
    html: forms("text/html"),
    svg: forms("image/svg+xml"),
    mimes: outputs.map(({ output_type, data }) => data ? Object.keys(data).sort() : [output_type]),
  };
}
