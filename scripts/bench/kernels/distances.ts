import { ndArray } from "#lib/arrays/nd_array.ts";
import type { Compute, Precision } from "#lib/compute/compute.ts";
import { joinDf64 } from "#lib/compute/join_df64.ts";
import { splitDf64 } from "#lib/compute/split_df64.ts";
import type { Summation } from "#lib/numerics/sum.ts";
import { distances, dotProducts } from "#kernels/distances/mod.ts";
import { distancesOnDevice, rowDotsOnDevice } from "#kernels/distances/on_device.ts";
import { gpuOf } from "./gpu_of.ts";
import type { DeviceRun, KernelBench, KernelCase } from "./kernel_case.ts";
import { unitVectors } from "./made_up.ts";

type Measure = "dot product" | "cosine" | "euclidean";
interface Shape {
  readonly aRows: number;
  readonly bRows: number;
  readonly columns: number;
}

/** Float operations of one term, counted in block_f32.wgsl and block_df64.wgsl (barriers are not counted). */
function operationsOfTerm(precision: Precision, measure: Measure, sums: Summation): number {
  const difference = measure === "euclidean" ? 1 : 0;
  if (precision === "df64") return 16 + 6 * difference;
  return (sums === "plain" ? 2 : 8) + difference;
}

/** Rows are unit vectors, so that no sum of magnitudes is above 1 (of squared differences: 4). */
function boundOf(precision: Precision, sums: Summation, columns: number): number {
  if (precision === "f64") return 0;
  if (precision === "df64") return 2 ** -42;
  return sums === "plain" ? columns * 2 ** -23 : 2 ** -20;
}

const NAMES = { "dot product": "dot", cosine: "cos", euclidean: "eucl" };

function distancesCase(measure: Measure, sums: Summation, shape: Shape): KernelCase {
  const { aRows, bRows, columns } = shape;
  const a = unitVectors(aRows, columns, { seed: 1 });
  const b = unitVectors(bRows, columns, { seed: 2 });
  return {
    kernel: "distances",
    title: `${NAMES[measure]} ${aRows} x ${bRows}${sums === "plain" ? "" : " c"}`,
    shape: { ...shape, measure, sums },
    hasPrecisions: true,
    run: (compute) =>
      measure === "dot product"
        ? dotProducts(compute, a, b, { ...shape, sums })
        : distances(compute, a, b, { ...shape, metric: measure, sums }),
    onDevice: (compute) => onDevice(compute, { a, b, measure, sums, shape }),
    bound: (precision) => boundOf(precision, sums, columns),
    work: (precision) => {
      const bytes = precision === "df64" ? 8 : 4;
      return {
        bytes: bytes * ((aRows + bRows) * columns + aRows * bRows),
        operations: aRows * bRows * columns * operationsOfTerm(precision, measure, sums),
      };
    },
    peer: {
      modules: ["numpy", "scipy"],
      options: { measure },
      arrays: () => ({ a: ndArray("f8", [aRows, columns], a), b: ndArray("f8", [bRows, columns], b) }),
      bound: 1e-12,
    },
  };
}

async function onDevice(
  compute: Compute,
  { a, b, measure, sums, shape }: {
    a: Float64Array;
    b: Float64Array;
    measure: Measure;
    sums: Summation;
    shape: Shape;
  },
): Promise<DeviceRun> {
  const gpu = gpuOf(compute);
  const { aRows, bRows, columns } = shape;
  const precision = compute.precision === "f32" ? "f32" as const : "df64" as const;
  const numbers = (x: Float64Array) => precision === "f32" ? Float32Array.from(x) : splitDf64(x);
  const buffers = new DisposableStack();
  const take = (length: number, label: string) =>
    buffers.use(gpu.buffer((precision === "f32" ? 4 : 8) * length, { label }));
  const matrices = {
    a: buffers.use(gpu.upload(numbers(a), { label: "a" })),
    b: buffers.use(gpu.upload(numbers(b), { label: "b" })),
  };
  const lengths = { a: take(aRows, "lengths of a"), b: take(bRows, "lengths of b") };
  const out = take(aRows * bRows, "distances");
  if (measure === "cosine") {
    const first = gpu.batch("lengths");
    for (const [side, rows] of [["a", aRows], ["b", bRows]] as const) {
      const matrix = matrices[side];
      const products = {
        a: matrix,
        b: matrix,
        out: lengths[side],
        rows,
        columns,
        root: true,
        precision,
        sums,
      };
      buffers.use(await rowDotsOnDevice(gpu, first, products));
    }
    await first.submit();
  }
  return {
    run: async (repeats) => {
      using sizes = new DisposableStack();
      const batch = gpu.batch("distances");
      for (let i = 0; i < repeats; i++) {
        const options = { ...matrices, out, ...shape, metric: measure, precision, sums, lengths };
        sizes.use(await distancesOnDevice(gpu, batch, options));
      }
      await batch.submit();
      await gpu.done();
    },
    result: async () => {
      const values = new Float32Array(await gpu.download(out));
      return precision === "f32" ? values : joinDf64(values);
    },
    [Symbol.dispose]: () => buffers.dispose(),
  };
}

/** Embeddings to centroids plainly and compensated, then distances. */
function series(...sizes: readonly (readonly [aRows: number, bRows: number, columns?: number])[]) {
  return sizes.flatMap(([aRows, bRows, columns = 256]) => {
    const shape = { aRows, bRows, columns };
    return [
      () => distancesCase("dot product", "plain", shape),
      () => distancesCase("dot product", "compensated", shape),
      () => distancesCase("cosine", "compensated", shape),
      () => distancesCase("euclidean", "plain", shape),
    ];
  });
}

export const distancesBench: KernelBench = {
  name: "distances",
  cases: {
    tiny: series([20, 7, 16]),
    small: series([1004, 52]),
    default: series([1004, 52], [1004, 1004]),
    large: series([5000, 1000], [20_000, 300]),
  },
};
