import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MissingPackageError } from "./missing_package_error.ts";
import { projectRoot } from "./places.ts";

/** What package.json calls packages that dialab goes without until a part is used that needs them. */
interface Optional {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Loads a package that only a part of dialab needs.
 *
 * @param name The package's.
 * @param how `purpose`: what needs it, at the beginning of a sentence; `flags`: what npm is to be given to install it; `load`: imports
 * it, or finds a file of it.
 * @throws {MissingPackageError} It is not installed; the message says which command installs it.
 * @throws {Error} It is installed and does not load: its own error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadPackage } from "#lib/places/load_package.ts";
 * import { MissingPackageError } from "#lib/places/missing_package_error.ts";
 * const { z } = await loadPackage("zod", { purpose: "This example", load: () => import("zod") });
 * assert.equal(z.string().parse("a"), "a");
 * const name = "@no-such/package";
 * await assert.rejects(loadPackage(name, { purpose: "Flying", load: () => import(name) }), MissingPackageError);
 * ```
 */
export async function loadPackage<Loaded>(
  name: string,
  how: { readonly purpose: string; readonly flags?: string; readonly load: () => Loaded | Promise<Loaded> },
): Promise<Loaded> {
  try {
    return await how.load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    const { purpose, flags } = how;
    throw new MissingPackageError(name, { purpose, flags, version: wantedVersion(name), cause });
  }
}

/** Whether an error says that this very package is not there; one that it needs in turn has another name. */
function isMissing(error: unknown, name: string): boolean {
  if (typeof error !== "object" || error === null || !("code" in error)) return false;
  const { code, message } = error as { readonly code: unknown; readonly message?: unknown };
  const isAbsent = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  return isAbsent && [`'${name}'`, `"${name}"`].some((quoted) => String(message).includes(quoted));
}

function wantedVersion(name: string): string | undefined {
  const { optionalDependencies, peerDependencies }: Optional = JSON.parse(
    readFileSync(join(projectRoot(), "package.json"), "utf8"),
  );
  return (optionalDependencies?.[name] ?? peerDependencies?.[name])?.replace(/^[~^]/, "");
}
