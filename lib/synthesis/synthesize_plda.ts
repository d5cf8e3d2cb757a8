import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { inverse } from "./inverse.ts";
import { Random } from "./random.ts";

/** The x-vector transform and the PLDA of community-1, under the names they have in its two files. */
export interface PldaWeights {
  /** (D,), taken from an embedding before its first length normalisation. */
  readonly mean1: ArrayOf<"f8">;
  /** (D, L). */
  readonly lda: ArrayOf<"f4">;
  /** (L,), taken after the LDA. */
  readonly mean2: ArrayOf<"f4">;
  /** (L,). */
  readonly mu: ArrayOf<"f8">;
  /** (L, L): its rows diagonalise the within-class and between-class covariance together. */
  readonly tr: ArrayOf<"f8">;
  /** (L,), between-class variances where the within-class ones are 1; positive, descending. */
  readonly psi: ArrayOf<"f8">;
}

/** How the weights are made. */
export interface SynthesizePldaOptions {
  /** D, dimensions of an embedding. */
  dimension: number;
  /** L, dimensions after the LDA, from 2 to D. */
  ldaDimension: number;
  /** Integer from 0. */
  seed: number;
  /** Largest and smallest between-class variance; in between they fall as the inverse square of the rank. Default [25, 1.4]. */
  psiRange?: readonly [number, number];
  /** Share of an embedding's energy that the LDA throws away. Default 0.25. */
  nuisanceShare?: number;
}

/**
 * Made-up PLDA weights in community-1's layout, consistent with themselves: an embedding drawn from the model
 * they describe comes out of the two length normalisations with a norm near the one it went in with.
 *
 * @throws {RangeError} A size or the range of psi is impossible.
 *
 * @example
 * ```ts
 * import { synthesizePlda } from "#lib/synthesis/synthesize_plda.ts";
 *
 * const { lda, psi } = synthesizePlda({ dimension: 16, ldaDimension: 8, seed: 1 });
 * if (lda.shape.join() !== "16,8" || Math.abs(psi.data[0] - 25) > 1e-12) throw new Error("plda");
 * ```
 */
export function synthesizePlda(options: SynthesizePldaOptions): PldaWeights {
  const { dimension: D, ldaDimension: L, seed, psiRange = [25, 1.4], nuisanceShare = 0.25 } = options;
  if (!Number.isInteger(D) || !Number.isInteger(L) || L < 2 || D < L) {
    throw new RangeError(`PLDA needs integers with 2 <= ldaDimension <= dimension, got ${L} and ${D}`);
  }
  const [largest, smallest] = psiRange;
  if (!(largest >= smallest && smallest > 0 && largest < Infinity)) {
    throw new RangeError(
      `psiRange needs a larger and a smaller positive number, got [${psiRange.join(", ")}]`,
    );
  }
  if (!(nuisanceShare >= 0 && nuisanceShare < 1)) {
    throw new RangeError(`nuisanceShare needs a number from 0 to less than 1, got ${nuisanceShare}`);
  }
  const random = new Random(seed);
  const from = 1 / Math.sqrt(largest), to = 1 / Math.sqrt(smallest);
  const psi = Float64Array.from({ length: L }, (_, i) => {
    const deviation = from + (to - from) * i / (L - 1);
    return 1 / (deviation * deviation);
  });

  const tr = scaledToUnitPower(mixing(L, random), psi);
  const mu = random.normals(L).map((value) => 0.05 * value);
  const mean2 = Float32Array.from(random.normals(L), (value) => 0.1 * value);
  const gain = Math.sqrt(L / ((1 - nuisanceShare) * D));
  const columns = orthonormalRows(L, D, random);
  const lda = new Float32Array(D * L);
  for (let d = 0; d < D; d++) {
    for (let l = 0; l < L; l++) lda[d * L + l] = gain * columns[l][d];
  }
  const mean1 = random.normals(D).map((value) => 0.05 * value);
  return {
    mean1: ndArray("f8", [D], mean1),
    lda: ndArray("f4", [D, L], lda),
    mean2: ndArray("f4", [L], mean2),
    mu: ndArray("f8", [L], mu),
    tr: ndArray("f8", [L, L], tr),
    psi: ndArray("f8", [L], psi),
  };
}

/** `count` orthonormal vectors of `length` values: Gram-Schmidt on normals, twice for orthogonality to the last bits. */
function orthonormalRows(count: number, length: number, random: Random): Float64Array<ArrayBuffer>[] {
  const rows: Float64Array<ArrayBuffer>[] = [];
  for (let index = 0; index < count; index++) {
    const row = random.normals(length);
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of rows) {
        const along = row.reduce((sum, value, i) => sum + value * earlier[i], 0);
        row.forEach((value, i) => row[i] = value - along * earlier[i]);
      }
    }
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    rows.push(row.map((value) => value / norm));
  }
  return rows;
}

/** (L, L) rotation, stretch by 0.7 to 1.4, rotation: far from diagonal, condition number 2 at most. */
function mixing(L: number, random: Random): Float64Array<ArrayBuffer> {
  const left = orthonormalRows(L, L, random), right = orthonormalRows(L, L, random);
  const stretch = Float64Array.from({ length: L }, () => 0.7 + 0.7 * random.uniform());
  const result = new Float64Array(L * L);
  for (let i = 0; i < L; i++) {
    for (let j = 0; j < L; j++) {
      for (let k = 0; k < L; k++) result[i * L + j] += left[k][i] * stretch[k] * right[k][j];
    }
  }
  return result;
}

/** Scales `tr` so that vectors with covariance tr^-1 (psi + 1) tr^-T have mean square norm L, as after length normalisation. */
function scaledToUnitPower(
  tr: Float64Array<ArrayBuffer>,
  psi: Float64Array<ArrayBuffer>,
): Float64Array<ArrayBuffer> {
  const L = psi.length;
  const power = inverse(tr, L).reduce((sum, value, at) => sum + value * value * (psi[at % L] + 1), 0);
  const scale = Math.sqrt(power / L);
  return tr.map((value) => value * scale);
}
