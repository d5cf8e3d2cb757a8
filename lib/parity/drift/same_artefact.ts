import { Buffer } from "node:buffer";
import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { Annotation } from "#lib/timeline/annotation.ts";

/**
 * Whether two values of an artefact are the same, bit for bit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { sameArtefact } from "#lib/parity/drift/same_artefact.ts";
 * const pi = (value: number) => ndArray("f8", [1], Float64Array.of(value));
 * assert(sameArtefact(pi(NaN), pi(NaN)));
 * assert(!sameArtefact(pi(1), pi(1 + Number.EPSILON)));
 * ```
 */
export function sameArtefact<Name extends ArtefactName>(
  a: Artefacts[Name] | undefined,
  b: Artefacts[Name] | undefined,
): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (a instanceof Annotation || b instanceof Annotation) {
    return a instanceof Annotation && b instanceof Annotation && a.equals(b);
  }
  if ("chunkIndex" in a || "chunkIndex" in b) {
    return "chunkIndex" in a && "chunkIndex" in b && sameBytes(a.chunkIndex, b.chunkIndex) &&
      sameBytes(a.speakerIndex, b.speakerIndex);
  }
  return a.dtype === b.dtype && `${a.shape}` === `${b.shape}` && sameBytes(a.data, b.data);
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return a.byteLength === b.byteLength && bytes(a).equals(bytes(b));
}
