/** The sums that decide something, plain and compensated, against sums of twice the digits. */
import { dotProducts } from "#kernels/distances/dot_products.ts";
import { normalizeEmbeddings } from "#lib/clustering/normalize_embeddings.ts";
import type { Summation } from "#lib/numerics/sum.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import type { Subject } from "./backend.ts";
import { exactDot } from "./exact_dot.ts";
import { median } from "./median.ts";

/** One kind of sum. */
export interface SumMeasurement {
  readonly sum: string;
  /** Terms of each sum. */
  readonly terms: number;
  /** Largest error as a share of the sum of the terms' magnitudes. */
  readonly plain: number;
  readonly compensated: number;
  /** Time of the compensated sums over that of the plain ones. */
  readonly timeRatio: number;
}

/** Every sum here is a dot product of a row of one matrix with a row of another. */
interface Products {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly columns: number;
}

/** Measures on the artefacts of a chained run. */
export async function measureSums(
  subject: Subject,
  settings: { readonly runs: number },
): Promise<SumMeasurement[]> {
  const { artefacts: { segmentations, embeddings }, options } = subject.capture;
  const { artefacts } = await runStages(COMMUNITY_1, { segmentations, embeddings }, {
    options,
    models: { plda: subject.plda },
  });
  const { training, postXvec, postPlda, phi, q, centroids } = artefacts as Required<typeof artefacts>;
  const [N, L] = postPlda.shape;
  const K = q.shape[1];
  const D = embeddings.shape[2];
  const x = Float64Array.from({ length: N * D }, (_, at) => {
    const n = Math.floor(at / D);
    return embeddings
      .data[(training.chunkIndex[n] * embeddings.shape[1] + training.speakerIndex[n]) * D + at % D];
  });
  const rho = postPlda.data.map((value, at) => value * Math.sqrt(phi.data[at % L]));
  const qT = transpose(q.data, N, K);
  const unit = new Float64Array(normalizeEmbeddings(new Float32Array(x), { rows: N, columns: D }));
  const differences = Float64Array.from(
    { length: Math.min(N - 1, 200) * D },
    (_, at) => unit[at] - unit[at + D],
  );
  const ones = (n: number) => new Float64Array(n).fill(1);
  const squared = (values: Float64Array) => values.map((value) => value * value);

  const sums: Record<string, Products> = {
    "pairwise distance": { a: squared(differences), b: ones(D), columns: D },
    "PLDA projection": { a: postXvec.data, b: subject.plda.tr, columns: L },
    "VBx: statistics q^T rho": { a: qT, b: transpose(rho, N, L), columns: N },
    "VBx: counts (pi)": { a: qT, b: ones(N), columns: N },
    "VBx: rho alpha^T": { a: rho, b: rho.subarray(0, Math.min(N, K) * L), columns: L },
    "centroids": { a: qT, b: transpose(x, N, D), columns: N },
    "cosine scores": { a: x, b: centroids.data, columns: D },
  };
  return Object.entries(sums).map(([sum, products]) => measure(sum, products, settings.runs));
}

function measure(sum: string, { a, b, columns }: Products, runs: number): SumMeasurement {
  const shape = { aRows: a.length / columns, bRows: b.length / columns, columns };
  const time = (sums: Summation) => {
    const seconds = Array.from({ length: runs + 1 }, () => {
      const start = performance.now();
      dotProducts(a, b, { ...shape, sums });
      return performance.now() - start;
    });
    return median(seconds.slice(1));
  };
  const error = (sums: Summation) => {
    const results = dotProducts(a, b, { ...shape, sums });
    // A few thousand sums, evenly spread, are enough to see the largest error's size.
    const stride = Math.max(1, Math.floor(results.length / 4000));
    let worst = 0;
    for (let at = 0; at < results.length; at += stride) {
      const i = Math.floor(at / shape.bRows), j = at % shape.bRows;
      const { difference, magnitude } = exactDot(
        a.subarray(i * columns, (i + 1) * columns),
        b.subarray(j * columns, (j + 1) * columns),
        results[at],
      );
      if (magnitude > 0) worst = Math.max(worst, Math.abs(difference) / magnitude);
    }
    return worst;
  };
  const plainTime = time("plain");
  return {
    sum,
    terms: columns,
    plain: error("plain"),
    compensated: error("compensated"),
    timeRatio: time("compensated") / plainTime,
  };
}

function transpose(x: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}
