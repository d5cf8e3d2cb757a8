/** Made-up data, the same on every machine. */
import { Random } from "#lib/synthesis/random.ts";

/** White noise under three tones, in [-1, 1]. A generator of its own: 80 million samples must not take long. */
export function waveforms(samples: number): Float32Array<ArrayBuffer> {
  let state = 1;
  const out = new Float32Array(samples);
  for (let n = 0; n < samples; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    out[n] = 0.3 * (state / 2 ** 31);
  }
  const period = 1600; // of 120, 310 and 2730 Hz together
  const tones = Float32Array.from({ length: period }, (_, n) => {
    const turn = (2 * Math.PI * n) / 16000;
    return 0.2 * (Math.sin(120 * turn) + Math.sin(310 * turn) + Math.sin(2730 * turn));
  });
  for (let n = 0; n < samples; n++) out[n] += tones[n % period];
  return out;
}

const unit = (row: Float64Array): Float64Array => {
  const norm = Math.hypot(...row);
  return row.map((value) => value / norm);
};

/** Unit vectors, row-major: around eight directions ("speakers"), or with no structure ("diffuse"). */
export function unitVectors(
  rows: number,
  columns: number,
  { kind = "speakers", seed = 1 }: { kind?: "speakers" | "diffuse"; seed?: number } = {},
): Float64Array<ArrayBuffer> {
  const random = new Random(seed);
  const means = Array.from({ length: 8 }, () => unit(random.normals(columns)));
  const x = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const direction = unit(random.normals(columns));
    if (kind === "diffuse") {
      x.set(direction, i * columns);
      continue;
    }
    const mean = means[random.integer(8)];
    const spread = 0.8 * (0.5 + random.uniform());
    x.set(unit(direction.map((value, d) => mean[d] + spread * value)), i * columns);
  }
  return x;
}

/** Standard normals in float32. */
export function normals(length: number, seed = 1): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
}

/** (rows, frames) masks of 0 and 1: one stretch each, a quarter of the frames at least. */
export function masks(rows: number, frames: number): Float32Array<ArrayBuffer> {
  const random = new Random(2);
  const out = new Float32Array(rows * frames);
  for (let row = 0; row < rows; row++) {
    const length = Math.ceil(frames * (0.25 + 0.75 * random.uniform()));
    const start = random.integer(frames - length + 1);
    out.fill(1, row * frames + start, row * frames + start + length);
  }
  return out;
}

/** Vectors as VBx' model draws them, and responsibilities that are wrong for every fifth. */
export function vbxProblem(
  { rows, columns, speakers }: { rows: number; columns: number; speakers: number },
): { x: Float64Array<ArrayBuffer>; phi: Float64Array<ArrayBuffer>; q0: Float64Array<ArrayBuffer> } {
  const random = new Random(3);
  const phi = Float64Array.from({ length: columns }, (_, d) => 12 / (1 + d / 6));
  const means = Float64Array.from(
    { length: speakers * columns },
    (_, at) => random.normal() * Math.sqrt(phi[at % columns]),
  );
  const x = new Float64Array(rows * columns);
  // Smoothed hard labels, as pyannote begins with: softmax of 7 times the labels.
  const other = Math.exp(-7) / (1 + (speakers - 1) * Math.exp(-7));
  const q0 = new Float64Array(rows * speakers).fill(other);
  for (let n = 0; n < rows; n++) {
    const voice = random.integer(speakers);
    for (let d = 0; d < columns; d++) x[n * columns + d] = means[voice * columns + d] + random.normal();
    const label = random.uniform() < 0.8 ? voice : random.integer(speakers);
    q0[n * speakers + label] = 1 - (speakers - 1) * other;
  }
  return { x, phi, q0 };
}
