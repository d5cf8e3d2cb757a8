/** The executor: every output kept, and what it tells when a notebook fails. */
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { writeKernelSpec } from "#scripts/notebooks/kernel_spec.ts";
import { runNotebook } from "#scripts/notebooks/run_notebook.ts";
import { outputsOf, readNotebook, writeCells } from "./notebook_file.ts";
import { describeWithJupyter } from "./with_jupyter.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-execute-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const notebook = join(scratch, "cells.ipynb"), out = join(scratch, "out.ipynb");

const CELLS = 40, LINES = 30;

/** Much to print at once, and last of all: the kernel is idle before it has sent everything. */
const chatty = Array.from(
  { length: CELLS },
  (_, i) =>
    `for (let k = 0; k < ${LINES}; k++) console.log("line", k);
console.error("aside ${i}");
await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "shown ${i}" }, metadata: {}, transient: {} });
console.log("last of ${i}");
${i}`,
);
const lines = Array.from({ length: LINES }, (_, k) => `line ${k}\n`).join("");

/** Cells of which something is not there, or is there twice. */
function incomplete(path: string): number[] {
  const executed = readNotebook(path);
  return Array.from({ length: CELLS }, (_, i) => i).filter((i) => {
    const { stdout, stderr, text } = outputsOf(executed, `cell-${i}`);
    return stdout !== `${lines}last of ${i}\n` || stderr !== `aside ${i}\n` ||
      text.join() !== `shown ${i},${i}`;
  });
}

describeWithJupyter("executing a notebook", (python) => {
  test("keeps every output", async () => {
    writeCells(notebook, chatty);
    const { ok, cells, outputs } = await runNotebook(notebook, { out });
    expect({ ok, cells, incomplete: incomplete(out) }).toEqual({ ok: true, cells: CELLS, incomplete: [] });
    expect(outputs).toBe(readNotebook(out).cells.flatMap((cell) => cell.outputs ?? []).length);
  }, 120_000);

  test("is needed for that: nbclient alone stops listening too early", () => {
    const data = join(scratch, "jupyter");
    writeKernelSpec(data);
    writeCells(notebook, chatty);
    const stock = "import nbformat, nbclient, sys\n" +
      "nb = nbformat.read(sys.argv[1], 4); nbclient.execute(nb); nbformat.write(nb, sys.argv[2])";
    const env = { ...process.env, JUPYTER_DATA_DIR: data, NO_COLOR: "1" };
    const { status } = spawnSync(python, ["-c", stock, notebook, out], { env, stdio: "ignore" });
    expect(status).toBe(0);
    expect(incomplete(out).length).toBeGreaterThan(0);
  }, 120_000);

  test("puts the last state of a display in the place of the first", async () => {
    const update = (type: string, text: string) =>
      `Deno.jupyter.broadcast("${type}", { data: { "text/plain": "${text}" }, metadata: {}, transient: { display_id: "bar" } });`;
    writeCells(notebook, [
      `await ${update("display_data", "0 of 2")}\n${update("update_display_data", "1 of 2")}`,
      update("update_display_data", "2 of 2"),
    ]);
    await runNotebook(notebook, { out });
    expect([outputsOf(readNotebook(out), "cell-0").text, outputsOf(readNotebook(out), "cell-1").text])
      .toEqual([["2 of 2"], []]);
  }, 120_000);

  test("names the cell that throws, and runs none after it", async () => {
    writeCells(notebook, [
      `console.log("before")`,
      `throw new RangeError("too far")`,
      `console.log("after")`,
    ]);
    const { ok, cells, error } = await runNotebook(notebook, { out });
    expect([ok, cells, error?.cell, error?.id, error?.source]).toEqual([
      ...[false, 2, 1, "cell-1"],
      `throw new RangeError("too far")`,
    ]);
    expect(error?.traceback[0]).toBe("RangeError: too far");
    expect(outputsOf(readNotebook(out), "cell-0").stdout).toBe("before\n");
    expect(outputsOf(readNotebook(out), "cell-2").stdout).toBe("");
  }, 120_000);

  test("ends a cell that takes too long", async () => {
    writeCells(notebook, ["1", "for (;;);"]);
    const { ok, error } = await runNotebook(notebook, { out, timeoutSec: 2 });
    expect([ok, error?.cell]).toEqual([false, 1]);
    expect(error?.traceback.join()).toMatch(/CellTimeoutError.*2 seconds/);
  }, 120_000);

  test("tells that the kernel died", async () => {
    writeCells(notebook, ["1", "Deno.exit(3)"]);
    const { ok, error } = await runNotebook(notebook, { out });
    expect([ok, error?.cell]).toEqual([false, 1]);
    expect(error?.traceback.join()).toMatch(/DeadKernelError/);
  }, 120_000);

  test("writes a page without any address on the network, pictures in it", async () => {
    writeCells(notebook, [
      `({ [Symbol.for("Jupyter.display")]: () => ({ "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain": "a <picture>" }) })`,
    ]);
    const html = join(scratch, "page.html");
    await runNotebook(notebook, { out, html });
    const page = readFileSync(html, "utf8");
    expect(page).toContain(
      `<img alt="a &lt;picture&gt;" style="max-width: 100%" src="data:image/svg+xml;base64,`,
    );
    expect([...page.matchAll(/<(script|link|img|iframe)\b[^>]*(?:src|href)="(?!data:)[^"]*"/g)]).toEqual([]);
  }, 120_000);

  test("leaves nothing behind", async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith("dialab-jupyter-")).length;
    const before = left();
    mkdirSync(join(scratch, "home"), { recursive: true });
    writeCells(notebook, ["1"]);
    await runNotebook(notebook, { out, env: { HOME: join(scratch, "home") } });
    expect(left()).toBe(before);
    expect(readdirSync(join(scratch, "home")).filter((name) => /jupyter|ipython|local/.test(name))).toEqual(
      [],
    );
  }, 120_000);
});
