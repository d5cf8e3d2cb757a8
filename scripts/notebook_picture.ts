/**
 * Draws the README's picture of a notebook: cells of 03-drift, executed and rendered as Jupyter does, in headless Chromium.
 *
 *     bun run scripts/notebook_picture.ts      writes docs/images/notebook.png
 */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withPage } from "#lib/plots/chromium.ts";
import { projectRoot } from "#lib/places/places.ts";
import { freshCopy } from "./notebooks/fresh_copy.ts";
import { runNotebook } from "./notebooks/run_notebook.ts";

/** Cells that are shown. */
const SHOWN = ["title", "about-map", "map", "about-bisect", "bisect"];
const WIDTH = 900;

const file = join(projectRoot(), "docs", "images", "notebook.png");
const scratch = mkdtempSync(join(tmpdir(), "dialab-picture-"));
try {
  using copy = freshCopy();
  const html = join(scratch, "notebook.html");
  const notebook = join(copy.root, "notebooks", "03-drift.ipynb");
  const { cells } = JSON.parse(await readFile(notebook, "utf8")) as { cells: { id: string }[] };
  const shown = cells.map(({ id }) => SHOWN.includes(id));
  const { error } = await runNotebook(notebook, {
    out: join(scratch, "notebook.ipynb"),
    html,
    env: copy.env,
  });
  if (error) throw new Error(error.traceback.join("\n"));
  await withPage(async (page) => {
    await page.goto(pathToFileURL(html).href);
    const remove =
      `[...document.querySelectorAll(".jp-Cell")].forEach((cell, i) => shown[i] || cell.remove())`;
    await page.evaluate(`{ const shown = ${JSON.stringify(shown)}; ${remove}; }`);
    await page.screenshot({ path: `${file}.tmp`, type: "png", fullPage: true });
  }, { viewport: { width: WIDTH, height: 100 }, scale: 1.5 });
  await rename(`${file}.tmp`, file);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
