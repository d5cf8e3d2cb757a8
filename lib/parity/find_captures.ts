import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fixturePlaces } from "#lib/places/places.ts";
import { REQUIRED_FILES } from "./read_capture.ts";

/** A capture that was found. */
export interface FoundCapture {
  readonly name: string;
  readonly folder: string;
}

/**
 * The captures in a folder (or the folder itself, when it is one); without a folder, those of every place where fixtures are
 * looked for. Sorted by name, each folder once.
 *
 * @param folder What the user gave as `--captures`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findCaptures } from "#lib/parity/find_captures.ts";
 * assert(findCaptures().some(({ name }) => name === "a_two_speakers"));
 * ```
 */
export function findCaptures(folder?: string): FoundCapture[] {
  const roots = folder !== undefined
    ? [resolve(folder)]
    : fixturePlaces().map(({ path }) => join(path, "captures"));
  const folders = roots.filter(existsSync).flatMap((root) =>
    isCapture(root)
      ? [root]
      : readdirSync(root, { withFileTypes: true }).filter((entry) =>
        entry.isDirectory() || entry.isSymbolicLink()
      )
        .map((entry) => join(root, entry.name)).filter(isCapture)
  );
  const unique = new Map(folders.map((path) => [realpathSync(path), { name: basename(path), folder: path }]));
  return [...unique.values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/**
 * Folders beside captures that hold none of a capture's files, by name; hidden ones and macOS' `__MACOSX` count for nothing.
 *
 * @param folder What the user gave as `--captures`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { strayFolders } from "#lib/parity/find_captures.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * assert.deepEqual(strayFolders(`${projectRoot()}/fixtures/captures`), []);
 * assert(strayFolders(`${projectRoot()}/fixtures`).includes("captures"));
 * ```
 */
export function strayFolders(folder: string): string[] {
  if (!existsSync(folder) || isCapture(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "__MACOSX")
    .map(({ name }) => name).filter((name) => !isCapture(join(folder, name))).sort();
}

/** A folder with any of the three files counts: that the others are missing is then worth an error. */
function isCapture(folder: string): boolean {
  return REQUIRED_FILES.some((file) => existsSync(join(folder, file)));
}

/**
 * The folder that may lie beside a capture's own: `models` beside `captures` holds the weights that go with them, `reference`
 * the values that others computed from them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { besideCaptures } from "#lib/parity/find_captures.ts";
 * assert(besideCaptures("data/captures/talk", "models").endsWith("data/models"));
 * ```
 */
export function besideCaptures(folder: string, name: "models" | "reference"): string {
  return join(dirname(dirname(resolve(folder))), name);
}
