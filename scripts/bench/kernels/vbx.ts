import { ndArray } from "#lib/arrays/nd_array.ts";
import type { Compute } from "#lib/compute/compute.ts";
import { splitDf64 } from "#lib/compute/split_df64.ts";
import { sum } from "#lib/numerics/sum.ts";
import { vbx } from "#kernels/vbx/mod.ts";
import { VbxOnDevice } from "#kernels/vbx/on_device.ts";
import { gpuOf } from "./gpu_of.ts";
import type { DeviceRun, KernelBench, KernelCase, Values } from "./kernel_case.ts";
import { vbxProblem } from "./made_up.ts";

const FACTORS = { fa: 0.07, fb: 0.8 };

/** Float operations of a term of the two products, and of an exponential (docs/decisions/0007_vbx_precision.md). */
const TERM = 16, EXPONENTIAL = 500;

interface Sizes {
  readonly rows: number;
  readonly columns: number;
  readonly speakers: number;
  readonly iterations: number;
}

function vbxCase({ rows, columns, speakers, iterations }: Sizes): KernelCase {
  const problem = vbxProblem({ rows, columns, speakers });
  const { x, phi, q0 } = problem;
  // Always as many iterations as said: a tenth fewer would be a tenth faster.
  const options = { rows, columns, speakers, ...FACTORS, maxIterations: iterations, elboEpsilon: -Infinity };
  return {
    kernel: "vbx",
    title: `${rows} x ${speakers}`,
    shape: { N: rows, K: speakers, D: columns, iterations },
    hasPrecisions: false,
    run: async (compute) => joined(await vbx(compute, x, phi, q0, options)),
    onDevice: (compute) => onDevice(compute, problem, options),
    bound: (precision) => precision === "f64" ? 1e-12 : 1e-9,
    work: () => ({
      // Pairs of float32: responsibilities four times, vectors twice.
      bytes: iterations * 8 * (4 * rows * speakers + 2 * rows * columns),
      operations: iterations * rows * speakers * (2 * columns * TERM + EXPONENTIAL),
    }),
    peer: {
      modules: ["numpy", "scipy"],
      options: { ...FACTORS, iterations },
      arrays: () => ({
        x: ndArray("f8", [rows, columns], x),
        phi: ndArray("f8", [columns], phi),
        q0: ndArray("f8", [rows, speakers], q0),
      }),
      bound: 1e-9,
    },
  };
}

function joined({ q, pi }: { q: Values; pi: Values }): Values {
  const all = new Float64Array(q.length + pi.length);
  all.set(q);
  all.set(pi, q.length);
  return all;
}

async function onDevice(
  compute: Compute,
  { x, phi, q0 }: ReturnType<typeof vbxProblem>,
  { rows: N, columns: D, speakers: K, fa: Fa, fb: Fb, maxIterations }: {
    rows: number;
    columns: number;
    speakers: number;
    fa: number;
    fb: number;
    maxIterations: number;
  },
): Promise<DeviceRun> {
  const gpu = gpuOf(compute);
  const device = await VbxOnDevice.create(gpu, { N, K, D, Fa, Fb });
  const root = phi.map(Math.sqrt);
  const rowSum = (values: Float64Array, row: number) => sum(values.subarray(row * D, (row + 1) * D));
  const squares = x.map((value) => value * value);
  const start = () => {
    for (const { first, rows, rho, faG, q } of device.slabs) {
      const vectors = x.subarray(first * D, (first + rows) * D);
      gpu.write(rho, splitDf64(vectors.map((value, at) => value * root[at % D])));
      const constant = D * Math.log(2 * Math.PI);
      const ofRow = (n: number) => Fa * -0.5 * (rowSum(squares, first + n) + constant);
      gpu.write(faG, splitDf64(Float64Array.from({ length: rows }, (_, n) => ofRow(n))));
      gpu.write(q, splitDf64(q0.subarray(first * K, (first + rows) * K)));
    }
    gpu.write(device.phi, splitDf64(phi));
    const masses = new Float64Array(2 * K);
    for (let k = 0; k < K; k++) {
      masses[2 * k] = sum(Float64Array.from({ length: N }, (_, n) => q0[n * K + k]));
      masses[2 * k + 1] = Math.log(1 / K + 1e-8);
    }
    gpu.write(device.masses, splitDf64(masses));
  };
  start();
  return {
    // Later runs go on from what the one before left, which is as much work.
    run: async (repeats) => {
      for (let i = 0; i < repeats * maxIterations; i++) await device.iterate();
    },
    result: async () => {
      const q = new Float64Array(N * K);
      for (const slab of device.slabs) q.set(await device.read(slab.q), slab.first * K);
      return joined({ q, pi: await device.read(device.pi) });
    },
    [Symbol.dispose]: () => device[Symbol.dispose](),
  };
}

const series = (...sizes: Sizes[]) => sizes.map((size) => () => vbxCase(size));
const recording = { rows: 1004, columns: 128, speakers: 52, iterations: 20 };

export const vbxBench: KernelBench = {
  name: "vbx",
  cases: {
    tiny: series({ rows: 40, columns: 8, speakers: 5, iterations: 3 }),
    small: series(recording),
    default: series({ ...recording, rows: 195, speakers: 19 }, recording, {
      ...recording,
      rows: 5000,
      speakers: 60,
    }),
    large: series({ ...recording, rows: 20_000, speakers: 300 }),
  },
};
