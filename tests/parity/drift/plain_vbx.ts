/** VBx as the textbook has it, to plant faults in: no backend, no compensated sums. */
import { ndArray } from "#lib/arrays/nd_array.ts";
import { initialResponsibilities } from "#lib/clustering/initial_responsibilities.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";

/** What is wrong with it. */
export interface VbxFault {
  /** What is added to the priors before their logarithm; pyannote has 1e-8. */
  readonly floor?: number;
  /** What every number is rounded to; `Math.fround` makes it float32. */
  readonly round?: (x: number) => number;
}

/** The stage with a fault planted. */
export function faultyVbx({ floor = 1e-8, round = (x) => x }: VbxFault): AnyStage {
  return {
    ...COMMUNITY_1.find(({ name }) => name === "vbx")!,
    run({ postPlda, phi: { data: phi }, ahcLabels }, { options: { vbx } }) {
      const [N, D] = postPlda.shape;
      const { q0, speakers: K } = initialResponsibilities(ahcLabels.data, { smoothing: vbx.initSmoothing });
      const r = round, x = postPlda.data.map(r), ratio = r(vbx.fa / vbx.fb);
      let q: Float64Array = q0.map(r), pi: Float64Array = new Float64Array(K).fill(r(1 / K));
      const elbo: number[] = [];
      const rho = x.map((value, at) => r(value * Math.sqrt(phi[at % D])));
      const G = Array.from({ length: N }, (_, n) => {
        let square = 0;
        for (let d = 0; d < D; d++) square = r(square + x[n * D + d] ** 2);
        return r(-0.5 * (square + D * Math.log(2 * Math.PI)));
      });
      for (;;) {
        const invL = new Float64Array(K * D), alpha = new Float64Array(K * D);
        for (let k = 0; k < K; k++) {
          let count = 0;
          for (let n = 0; n < N; n++) count = r(count + q[n * K + k]);
          for (let d = 0; d < D; d++) {
            let first = 0;
            for (let n = 0; n < N; n++) first = r(first + r(q[n * K + k] * rho[n * D + d]));
            invL[k * D + d] = r(1 / (1 + ratio * count * phi[d]));
            alpha[k * D + d] = r(ratio * invL[k * D + d] * first);
          }
        }
        q = new Float64Array(N * K);
        let bound = 0;
        for (let n = 0; n < N; n++) {
          const row = Array.from({ length: K }, (_, k) => {
            let fit = 0;
            for (let d = 0; d < D; d++) {
              const at = k * D + d;
              fit = r(fit + r(rho[n * D + d] * alpha[at] - 0.5 * (invL[at] + alpha[at] ** 2) * phi[d]));
            }
            return r(vbx.fa * (fit + G[n]) + Math.log(pi[k] + floor));
          });
          const top = Math.max(...row);
          const all = r(top + Math.log(row.reduce((sum, value) => r(sum + Math.exp(value - top)), 0)));
          row.forEach((value, k) => q[n * K + k] = r(Math.exp(value - all)));
          bound = r(bound + all);
        }
        pi = Float64Array.from({ length: K }, (_, k) => {
          let count = 0;
          for (let n = 0; n < N; n++) count = r(count + q[n * K + k]);
          return r(count / N);
        });
        let regular = 0;
        invL.forEach((l, at) => regular = r(regular + Math.log(l) - l - alpha[at] ** 2 + 1));
        elbo.push(r(bound + vbx.fb / 2 * regular));
        const growth = elbo.length > 1 ? elbo[elbo.length - 1] - elbo[elbo.length - 2] : Infinity;
        if (growth < vbx.elboEpsilon || elbo.length === vbx.maxIterations) break;
      }
      return {
        q: ndArray("f8", [N, K], Float64Array.from(q)),
        pi: ndArray("f8", [K], Float64Array.from(pi)),
        elbo: ndArray("f8", [elbo.length], Float64Array.from(elbo)),
      };
    },
  };
}
