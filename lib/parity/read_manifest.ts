import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseRunProvenance, type RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { CaptureError } from "./capture_error.ts";

/** What a capture's `manifest.json` tells. */
export interface Manifest {
  /** sha256 of each file. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** What the run depended on; absent in pyannote's captures. */
  readonly run?: RunProvenance;
  /** Version of the pyannote.audio that made it; absent where something else did. */
  readonly pyannote?: string;
}

/**
 * Read a capture's `manifest.json`; where there is none, it tells nothing.
 *
 * @throws {CaptureError} It is not JSON, or what it tells is not valid; the message names the file and the fault.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readManifest } from "#lib/parity/read_manifest.ts";
 * const { artifacts, run } = await readManifest(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * assert.match(artifacts["reference.rttm"], /^[0-9a-f]{64}$/);
 * assert.equal(run, undefined);
 * ```
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, "manifest.json");
  if (!existsSync(file)) return { artifacts: {} };
  const text = await readFile(file, "utf8");
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new CaptureError(`${file} is not JSON: ${cause instanceof Error ? cause.message : cause}.`, {
      cause,
    });
  }
  const object = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!object(manifest)) throw new CaptureError(`${file} holds no JSON object.`);
  const { artifacts = {}, run, versions, pyannote_audio_version: before } = manifest;
  const pyannote = before ?? (object(versions) ? versions["pyannote.audio"] : undefined);
  if (!object(artifacts) || Object.values(artifacts).some((sum) => typeof sum !== "string")) {
    throw new CaptureError(`${file}: "artifacts" is to be an object of sha256 by file.`);
  }
  try {
    return {
      artifacts: artifacts as Record<string, string>,
      ...(run !== undefined && { run: parseRunProvenance(run) }),
      ...(typeof pyannote === "string" && { pyannote }),
    };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CaptureError(`${file}: ${cause.message}`, { cause });
  }
}
