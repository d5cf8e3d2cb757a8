import { inverse } from "./inverse.ts";
import { Random } from "./random.ts";
import type { PldaWeights } from "./synthesize_plda.ts";

/** Length of an embedding, and how much it varies; a network's are about as long. */
const RADIUS = 2.5, RADIUS_SPREAD = 0.25;

/**
 * The way back through an x-vector transform and PLDA: from coordinates in which speakers have variances psi and the
 * speech of one speaker has variance 1, to an embedding that the transform takes there, near enough. Behind the L
 * coordinates come D more for what the LDA throws away; their part that the LDA sees is taken out.
 */
export class VoiceSpace {
  /** D. */
  readonly dimension: number;
  /** L + D. */
  readonly latentSize: number;
  readonly #L: number;
  readonly #plda: PldaWeights;
  /** tr^-1, (L, L). */
  readonly #unmix: Float64Array<ArrayBuffer>;
  /** lda (lda^T lda)^-1, (D, L). */
  readonly #lift: Float64Array<ArrayBuffer>;
  readonly #nuisanceScale: number;

  /** @throws {RangeError} The weights' shapes do not fit together, or `tr` or the LDA has no inverse. */
  constructor(plda: PldaWeights) {
    const [D, L] = plda.lda.shape;
    const found = [plda.mean1, plda.mean2, plda.mu, plda.tr, plda.psi].map(({ shape }) => shape.join("x"));
    const needed = [`${D}`, `${L}`, `${L}`, `${L}x${L}`, `${L}`];
    if (plda.lda.shape.length !== 2 || found.join() !== needed.join()) {
      throw new RangeError(
        `With an lda of shape [${
          plda.lda.shape.join(", ")
        }], mean1, mean2, mu, tr, psi need ${needed}; got ${found}`,
      );
    }
    this.dimension = D;
    this.latentSize = L + D;
    this.#L = L;
    this.#plda = plda;
    this.#unmix = inverse(plda.tr.data, L);
    const lda = plda.lda.data;
    const gram = new Float64Array(L * L);
    for (let i = 0; i < L; i++) {
      for (let j = 0; j < L; j++) {
        for (let d = 0; d < D; d++) gram[i * L + j] += lda[d * L + i] * lda[d * L + j];
      }
    }
    const inverseGram = inverse(gram, L);
    this.#lift = new Float64Array(D * L);
    let energy = 0;
    for (let d = 0; d < D; d++) {
      for (let i = 0; i < L; i++) {
        for (let j = 0; j < L; j++) this.#lift[d * L + i] += lda[d * L + j] * inverseGram[j * L + i];
        energy += this.#lift[d * L + i] * this.#lift[d * L + i];
      }
    }
    // The length normalisation before the LDA expects sqrt(D); what the LDA keeps, of norm sqrt(L), leaves the rest.
    const power = plda.psi.data.reduce((sum, value) => sum + value + 1, 0) / L;
    const left = Math.max(D - energy, 0);
    this.#nuisanceScale = D > L ? Math.sqrt(left / ((D - L) * power)) : 0;
  }

  /** The mean of a new speaker, (L + D): variances psi, and their average for what the LDA throws away. */
  drawSpeaker(random: Random): Float64Array<ArrayBuffer> {
    const psi = this.#plda.psi.data;
    const average = psi.reduce((sum, value) => sum + value, 0) / psi.length;
    return random.normals(this.latentSize).map((value, i) =>
      value * Math.sqrt(i < psi.length ? psi[i] : average)
    );
  }

  /** The embedding, (D,), of a point (L + D), at a length of its own. */
  place(latent: Float64Array<ArrayBuffer>, random: Random): Float32Array<ArrayBuffer> {
    const D = this.dimension, L = this.#L;
    const { lda, mean1, mean2, mu } = this.#plda;
    const nuisance = latent.subarray(L).map((value) => value * this.#nuisanceScale);
    const kept = new Float64Array(L);
    for (let i = 0; i < L; i++) {
      kept[i] = mu.data[i] + mean2.data[i];
      for (let j = 0; j < L; j++) kept[i] += this.#unmix[i * L + j] * latent[j];
      for (let d = 0; d < D; d++) kept[i] -= lda.data[d * L + i] * nuisance[d];
    }
    const point = nuisance;
    for (let d = 0; d < D; d++) {
      for (let i = 0; i < L; i++) point[d] += this.#lift[d * L + i] * kept[i];
    }
    const norm = Math.sqrt(point.reduce((sum, value) => sum + value * value, 0));
    const radius = RADIUS * (1 + RADIUS_SPREAD * Math.max(-2, Math.min(2, random.normal())));
    return Float32Array.from(point, (value, d) => mean1.data[d] + radius * value / norm);
  }
}
