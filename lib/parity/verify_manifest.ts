import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { readManifest } from "./read_manifest.ts";

/**
 * The SHA-256 of a file, in hexadecimal; the file is read in a stream.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { fileSha256 } from "#lib/parity/verify_manifest.ts";
 * assert.match(await fileSha256(`${projectRoot()}/LICENSE`), /^[0-9a-f]{64}$/);
 * ```
 */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}

/** A capture's files against its manifest. */
export interface ManifestCheck {
  /** Files whose sum is the manifest's. */
  readonly sound: readonly string[];
  /** Files that differ from it. */
  readonly damaged: readonly string[];
  /** Files that it names and that are not there. A capture may lack them. */
  readonly absent: readonly string[];
}

/**
 * Check a capture's files against the sums in its `manifest.json`.
 *
 * @returns Undefined when there is no manifest.
 * @throws {CaptureError} when the manifest is not JSON, or not valid.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { verifyManifest } from "#lib/parity/verify_manifest.ts";
 * const check = await verifyManifest(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * assert.deepEqual(check?.damaged, []);
 * ```
 */
export async function verifyManifest(folder: string): Promise<ManifestCheck | undefined> {
  const file = join(folder, "manifest.json");
  if (!existsSync(file)) return undefined;
  const { artifacts } = await readManifest(folder);
  const check = { sound: [] as string[], damaged: [] as string[], absent: [] as string[] };
  for (const [name, sum] of Object.entries(artifacts)) {
    const path = join(folder, name);
    if (!existsSync(path)) check.absent.push(name);
    else if (await fileSha256(path) === sum) check.sound.push(name);
    else check.damaged.push(name);
  }
  return check;
}
