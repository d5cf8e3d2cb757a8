import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { Random } from "#lib/synthesis/random.ts";

/** A pattern of noise that can be put on an artefact at any size. */
export interface Disturbance {
  readonly artefact: ArtefactName;
  /** The artefact with noise of a relative size; the same pattern every time. */
  readonly at: (size: number) => Partial<Artefacts>;
}

/**
 * A seeded disturbance of an artefact. Each number is multiplied by exp(`size` times a normal draw), as a loss of precision would: size
 * 6e-8 is about float32. Of zeros and ones, counts and labels a share of `size` becomes another that occurs; each has its own
 * random threshold, so that what a small size changes a larger one changes too.
 *
 * @returns Undefined for what cannot be disturbed (turns, sets, nothing).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { disturbArtefact } from "#lib/parity/drift/disturb_artefact.ts";
 * const pi = ndArray("f8", [1000], new Float64Array(1000).fill(2));
 * const { data } = disturbArtefact("pi", { pi }, { seed: 1 })!.at(0.01).pi!;
 * const rms = Math.sqrt(data.reduce((sum, value) => sum + (value - 2) ** 2, 0) / 1000);
 * assert(Math.abs(rms - 0.02) < 0.002);
 * ```
 */
export function disturbArtefact(
  artefact: ArtefactName,
  artefacts: Partial<Artefacts>,
  options: { readonly seed: number },
): Disturbance | undefined {
  const array = artefacts[artefact];
  if (array === undefined || !("data" in array) || array.data.length === 0) return undefined;
  const random = new Random(options.seed);
  const values = [...new Set(array.data)];
  const discrete = array.dtype === "i4" || array.dtype === "u1" ||
    array.dtype === "f4" && values.length <= 2 && values.every((value) => value === 0 || value === 1);
  if (discrete) {
    if (values.length < 2) return undefined;
    const draws = Float64Array.from({ length: array.data.length }, () => random.uniform());
    const others = Array.from(array.data, (value) => {
      const other = values[random.integer(values.length - 1)];
      return other === value ? values[values.length - 1] : other;
    });
    const at = (size: number) => {
      const data = array.data.slice();
      draws.forEach((draw, i) => {
        if (draw < size) data[i] = others[i];
      });
      return { [artefact]: { ...array, data } };
    };
    return { artefact, at };
  }
  const noise = Float64Array.from({ length: array.data.length }, () => random.normal());
  const at = (size: number) => {
    const data = array.data.slice();
    noise.forEach((draw, i) => data[i] *= Math.exp(size * draw));
    return { [artefact]: { ...array, data } };
  };
  return { artefact, at };
}
