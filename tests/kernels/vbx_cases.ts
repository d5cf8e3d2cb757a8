/** Problems that every backend of VBx is tried on: the reference's, the captures', and seeded ones of awkward sizes. */
import { basename } from "node:path";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { initialResponsibilities } from "#lib/clustering/initial_responsibilities.ts";
import { Random } from "#lib/synthesis/random.ts";
import type { VbxOptions } from "#kernels/vbx/contract.ts";

export interface VbxProblem {
  readonly name: string;
  readonly x: Float64Array;
  readonly phi: Float64Array;
  readonly q0: Float64Array;
  readonly options: VbxOptions;
}

/** A problem and what numpy gave for it. */
export interface SolvedProblem extends VbxProblem {
  readonly q: Float64Array;
  readonly pi: Float64Array;
  readonly elbo: Float64Array;
}

export const REFERENCE_CASES = ["n24", "n200", "n1200"] as const;

/** One case of reference/vbx.npz. */
export async function referenceProblem(file: string, name: string): Promise<SolvedProblem> {
  const arrays = await readNpz(file);
  const take = (key: string) => asFloat64(arrays[`${name}/${key}`]);
  const [rows, columns] = arrays[`${name}/X`].shape;
  const { q0, speakers } = initialResponsibilities(Int32Array.from(take("init")));
  return {
    name,
    x: take("X"),
    phi: take("phi"),
    q0,
    options: { rows, columns, speakers },
    q: take("q"),
    pi: take("pi"),
    elbo: take("elbo"),
  };
}

export const CAPTURES = [
  "01_dialogue",
  "02_pyannote_sample",
  "03_dual_speaker",
  "04_three_speaker",
  "05_four_speaker",
  "06_long_recording",
] as const;

/** What pyannote's VBx was given in a capture, and what it gave. */
export async function captureProblem(folder: string): Promise<SolvedProblem> {
  const plda = await readNpz(`${folder}/plda_embeddings.npz`);
  const state = await readNpz(`${folder}/vbx_state.npz`);
  const [rows, columns] = plda.post_plda.shape;
  const speakers = state.qinit.shape[1];
  return {
    name: basename(folder),
    x: asFloat64(plda.post_plda),
    phi: asFloat64(plda.phi),
    q0: asFloat64(state.qinit),
    options: {
      rows,
      columns,
      speakers,
      fa: asFloat64(state.fa)[0],
      fb: asFloat64(state.fb)[0],
      maxIterations: asFloat64(state.max_iters)[0],
    },
    q: asFloat64(state.q_final),
    pi: asFloat64(state.sp_final),
    elbo: asFloat64(state.elbo_trajectory),
  };
}

/** Vectors around as many voices as asked for, drawn as the PLDA model says, and labels that are partly wrong. */
export function drawnProblem(
  name: string,
  options: Omit<VbxOptions, "sums">,
  drawing: { readonly voices?: number; readonly seed?: number } = {},
): VbxProblem {
  const { rows, columns, speakers } = options;
  const { voices = speakers, seed = 1 } = drawing;
  const random = new Random(seed * 7919 + rows * 131 + columns * 17 + speakers);
  const phi = Float64Array.from({ length: columns }, (_, d) => 12 / (1 + d / 6));
  const means = Float64Array.from(
    { length: voices * columns },
    (_, at) => random.normal() * Math.sqrt(phi[at % columns]),
  );
  const x = new Float64Array(rows * columns);
  const labels = new Int32Array(rows);
  for (let n = 0; n < rows; n++) {
    const voice = random.integer(voices);
    for (let d = 0; d < columns; d++) x[n * columns + d] = means[voice * columns + d] + random.normal();
    labels[n] = random.uniform() < 0.8 ? voice % speakers : random.integer(speakers);
  }
  if (rows >= speakers) { for (let k = 0; k < speakers; k++) labels[k] = k; }
  const q0 = new Float64Array(rows * speakers);
  const other = Math.exp(-7) / (1 + (speakers - 1) * Math.exp(-7));
  for (let n = 0; n < rows; n++) {
    for (let k = 0; k < speakers; k++) {
      q0[n * speakers + k] = k === labels[n] ? 1 - (speakers - 1) * other : other;
    }
  }
  return { name, x, phi, q0, options };
}

/** Sizes at and around the edges of tiles and chunks, and the ends of the range. */
export const DRAWN_PROBLEMS: readonly VbxProblem[] = [
  drawnProblem("one speaker", { rows: 9, columns: 6, speakers: 1 }),
  drawnProblem("two vectors", { rows: 2, columns: 16, speakers: 2 }),
  drawnProblem("one vector", { rows: 1, columns: 3, speakers: 2 }),
  drawnProblem("one dimension", { rows: 40, columns: 1, speakers: 3, fa: 1, fb: 1 }),
  drawnProblem("odd sizes", { rows: 67, columns: 35, speakers: 13, fa: 0.3 }, { voices: 4 }),
  drawnProblem("full tiles", { rows: 64, columns: 32, speakers: 16 }, { voices: 3 }),
  drawnProblem("more speakers than vectors", { rows: 5, columns: 8, speakers: 11 }),
  drawnProblem("one iteration", { rows: 50, columns: 20, speakers: 5, maxIterations: 1 }),
  drawnProblem("dead speakers", { rows: 300, columns: 64, speakers: 20, fa: 1, fb: 1, elboEpsilon: 1e-9 }, {
    voices: 3,
  }),
];

/** Hard labels: the most responsible speaker of every vector. */
export function hardLabels(q: Float64Array, speakers: number): number[] {
  return Array.from({ length: q.length / speakers }, (_, n) => {
    const row = q.subarray(n * speakers, (n + 1) * speakers);
    return row.indexOf(row.reduce((top, value) => Math.max(top, value), -Infinity));
  });
}

/** The largest absolute difference; NaN when one is missing. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
