/** A capture of the project's own as the pipeline's tests run it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { projectRoot } from "#lib/places/places.ts";
import { readCapture } from "#lib/parity/read_capture.ts";

export const FIXTURES = join(projectRoot(), "fixtures");

/** The inputs of a conversation and the weights that go with it. */
export async function conversation(name = "a_two_speakers") {
  const { artefacts, reference, uri } = await readCapture(join(FIXTURES, "captures", name));
  const { segmentations, embeddings } = artefacts;
  const plda = await readPlda(join(FIXTURES, "models", "plda"));
  return { given: { segmentations, embeddings }, captured: artefacts, models: { plda }, uri, reference };
}

/** One number for everything in a set of artefacts: arrays by their bytes, annotations by their turns. */
export function fingerprint(value: unknown): string {
  const hash = createHash("sha256");
  const feed = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    } else if (part !== null && typeof part === "object" && "toJSON" in part) {
      hash.update(JSON.stringify(part));
    } else if (part !== null && typeof part === "object") {
      for (const [key, inner] of Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1)) {
        hash.update(`${key}:`);
        feed(inner);
      }
    } else hash.update(`${typeof part} ${String(part)};`);
  };
  feed(value);
  return hash.digest("hex");
}

/** Freezes everything but typed arrays, which cannot be frozen. */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object" && !ArrayBuffer.isView(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
