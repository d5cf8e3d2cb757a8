/**
 * Draws every kind of figure from fixed data into docs/images/figures/, which docs/plots.md shows and tests/plots compares, and of them the
 * README's pictures, light and dark.
 *
 *     bun run scripts/reference_pictures.ts
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { referencePictures } from "./plots/reference_pictures.ts";

for (const [path, svg] of await referencePictures()) {
  const file = join(projectRoot(), path);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(`${file}.tmp`, svg);
  await rename(`${file}.tmp`, file);
}
