/** The notebooks as files: formatted, typed, small, and saved with the outputs that they have. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { NOTEBOOK_FORMAT } from "#scripts/notebooks/format_notebooks.ts";
import { denoProgram } from "#scripts/notebooks/kernel_spec.ts";
import { joined, NOTEBOOKS, readNotebook } from "./notebook_file.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-sources-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const notebooks = NOTEBOOKS.map((name) => {
  const path = join(projectRoot(), "notebooks", `${name}.ipynb`);
  return { name, path, cells: readNotebook(path).cells };
});

function deno(args: readonly string[], cwd = scratch) {
  const { status, stderr } = spawnSync(denoProgram(), args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stderr };
}

describe("the notebooks", () => {
  test("are formatted, code and text", () => {
    const folder = join(scratch, "cells");
    mkdirSync(folder);
    for (const { name, cells } of notebooks) {
      for (const { id, cell_type, source } of cells) {
        const file = `${name}-${id}.${cell_type === "code" ? "ts" : "md"}`;
        writeFileSync(join(folder, file), `${joined(source)}\n`);
      }
    }
    const check = () => deno([...NOTEBOOK_FORMAT, "--check", folder]);
    expect(check()).toEqual({ status: 0, stderr: "" });
    writeFileSync(join(folder, "ugly.ts"), "1  +1\n");
    expect(check().status).toBe(1);
  }, 120_000);

  // It is Deno that checks, whoever asks; once is enough.
  const once = "Deno" in globalThis ? () => {} : test;
  once("hold to the types of the library", () => {
    // Cells of one notebook share their names, so together they are a module; it lies where `#lib` is known.
    const folder = mkdtempSync(join(projectRoot(), "notebooks", ".check-"));
    try {
      for (const { name, cells } of notebooks) {
        const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) =>
          joined(source)
        );
        writeFileSync(join(folder, `${name}.ts`), `${code.join("\n")}\nexport {};\n`);
      }
      const check = () => deno(["check", ...notebooks.map(({ name }) => join(folder, `${name}.ts`))], folder);
      const { status, stderr } = check();
      expect(status === 0 ? "" : stderr).toBe("");
      writeFileSync(
        join(folder, `${NOTEBOOKS[0]}.ts`),
        `import { readRttm } from "#lib/mod.ts"; readRttm(1);\n`,
      );
      expect(check().stderr).toContain("TS2345");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  test.each(NOTEBOOKS)("%s was saved after it ran from top to bottom", (name) => {
    const { cells, path } = notebooks.find((notebook) => notebook.name === name)!;
    const counts = cells.flatMap(({ cell_type, execution_count }) =>
      cell_type === "code" ? [execution_count] : []
    );
    expect(counts).toEqual(counts.map((_, i) => i + 1));
    const faults = cells.flatMap(({ outputs = [] }) =>
      outputs.filter(({ output_type, name }) => output_type === "error" || name === "stderr")
    );
    expect(faults).toEqual([]);
    expect(statSync(path).size).toBeLessThan(400_000);
  });

  test("give no hint of the machine they were saved on", () => {
    const telling = notebooks.filter(({ cells }) =>
      /\/tmp\/|\/home\/(?!me\/)|\/root\/|\/work\//.test(JSON.stringify(cells))
    );
    expect(telling.map(({ name }) => name)).toEqual([]);
  });
});
