/** Where data outside the repository is looked for. The order is that of docs/conventions.md and `doctor` prints it. */
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { PlaceError } from "./place_error.ts";

/** A folder that may hold data, and how it came to be looked at. */
export interface Place {
  /** Absolute path. */
  readonly path: string;
  /** `flag`, an environment variable's name, `own` (weights that come with dialab), `project`, `shared` or `cache`. */
  readonly origin: string;
  readonly exists: boolean;
}

/**
 * The root folder of dialab itself (where package.json lies).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { existsSync } from "node:fs";
 * import { projectRoot } from "#lib/places/places.ts";
 * assert(existsSync(`${projectRoot()}/package.json`));
 * ```
 */
export function projectRoot(): string {
  return resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
}

/**
 * Whether this is the built package, as npm installs it, and not a clone: its modules are JavaScript.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isPackage } from "#lib/places/places.ts";
 * assert.equal(isPackage(), false); // this example runs in a clone
 * ```
 */
export function isPackage(): boolean {
  return new URL(import.meta.url).pathname.endsWith(".js");
}

function cacheFolder(): string {
  const { env, platform } = process;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "dialab");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "dialab");
  if (platform === "win32" && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, "dialab", "Cache");
  return join(homedir(), ".cache", "dialab");
}

function places(kind: "fixtures" | "models", flag?: string): Place[] {
  const variable = kind === "fixtures" ? "DIALAB_FIXTURES" : "DIALAB_MODELS";
  const candidates: [string, string | undefined][] = [
    ["flag", flag],
    [variable, process.env[variable]],
    ...(kind === "fixtures" ? [["project", join(projectRoot(), "fixtures")]] as [string, string][] : [
      ["own", join(projectRoot(), "models")],
      ["project", join(projectRoot(), "fixtures", "models")],
    ] as [string, string][]),
    // Beside a package lie those of others.
    ["shared", isPackage() ? undefined : join(projectRoot(), "..", "shared", kind)],
    ["cache", join(cacheFolder(), kind)],
  ];
  return candidates.flatMap(([origin, path]) =>
    path === undefined || path === "" ? [] : [{ origin, path: resolve(path), exists: existsSync(path) }]
  );
}

/**
 * The folders that may hold `captures/` and `reference/`, in the order in which they are looked at: `DIALAB_FIXTURES`, the
 * project's own `fixtures/`, of a clone `../shared/fixtures`, the user's cache.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fixturePlaces } from "#lib/places/places.ts";
 * assert(fixturePlaces().some((place) => place.origin === "project"));
 * ```
 */
export function fixturePlaces(): Place[] {
  return places("fixtures");
}

/**
 * The folders that may hold weights (`plda/plda.npz`, ...), in order: the flag's, `DIALAB_MODELS`, dialab's own weights in
 * `models`, those of its fixtures in `fixtures/models`, of a clone `../shared/models`, the user's cache.
 *
 * @param flag What the user gave as `--models`, if anything.
 * @throws {PlaceError} when that is not there, or no folder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tmpdir } from "node:os";
 * import { modelPlaces } from "#lib/places/places.ts";
 * assert.equal(modelPlaces(tmpdir())[0].origin, "flag");
 * ```
 */
export function modelPlaces(flag?: string): Place[] {
  if (flag !== undefined && !existsSync(flag)) {
    throw new PlaceError(`The models folder ${flag} does not exist.`);
  }
  if (flag !== undefined && !statSync(flag).isDirectory()) {
    throw new PlaceError(`${flag} is a file, where a models folder is needed.`);
  }
  return places("models", flag);
}
