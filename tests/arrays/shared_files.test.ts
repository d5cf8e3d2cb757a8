/** Every npy and npz of the captures and reference values is read; the captures have the shapes known of them. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { assertDType, assertShape, type DType, type NdArray, readNpy, readNpz } from "#lib/arrays/mod.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

/** Chunks, training embeddings, AHC clusters, living speakers, columns, iterations, output frames. */
interface Sizes {
  readonly C: number;
  readonly N: number;
  readonly K: number;
  readonly L: number;
  readonly columns: number;
  readonly iterations: number;
  readonly T: number;
}

const captures: [name: string, sizes: Sizes][] = [
  ["01_dialogue", { C: 218, N: 195, K: 19, L: 2, columns: 2, iterations: 16, T: 13453 }],
  ["02_pyannote_sample", { C: 21, N: 37, K: 4, L: 2, columns: 2, iterations: 11, T: 1779 }],
  ["03_dual_speaker", { C: 51, N: 41, K: 6, L: 1, columns: 2, iterations: 5, T: 3557 }],
  ["04_three_speaker", { C: 31, N: 16, K: 4, L: 1, columns: 1, iterations: 10, T: 2371 }],
  ["05_four_speaker", { C: 51, N: 32, K: 3, L: 1, columns: 2, iterations: 9, T: 3557 }],
  ["06_long_recording", { C: 969, N: 1004, K: 52, L: 3, columns: 3, iterations: 5, T: 57957 }],
];

type Wanted = Record<string, [dtype: DType, shape: number[]]>;

function filesOf({ C, N, K, L, columns, iterations, T }: Sizes): Record<string, Wanted> {
  const scalars = [
    "chunk_start",
    "chunk_duration",
    "chunk_step",
    "frame_start",
    "frame_duration",
    "frame_step",
  ];
  return {
    segmentations: { segmentations: ["f4", [C, 589, 3]] },
    raw_embeddings: { embeddings: ["f4", [C, 3, 256]] },
    plda_embeddings: {
      post_xvec: ["f8", [N, 128]],
      post_plda: ["f8", [N, 128]],
      train_chunk_idx: ["i8", [N]],
      train_speaker_idx: ["i8", [N]],
      phi: ["f8", [128]],
    },
    ahc_state: { threshold: ["f8", []] },
    vbx_state: {
      qinit: ["f8", [N, K]],
      q_final: ["f8", [N, K]],
      sp_final: ["f8", [K]],
      elbo_trajectory: ["f8", [iterations]],
      fa: ["f8", []],
      fb: ["f8", []],
      max_iters: ["i8", []],
    },
    clustering: {
      soft_clusters: ["f8", [C, 3, L]],
      hard_clusters: ["i1", [C, 3]],
      centroids: ["f8", [L, 256]],
    },
    reconstruction: {
      count: ["u1", [T, 1]],
      discrete_diarization: ["f4", [T, columns]],
      ...Object.fromEntries(scalars.map((name): [string, Wanted[string]] => [name, ["f8", []]])),
      min_duration_off: ["f8", []],
    },
  };
}

function check(array: NdArray, [dtype, shape]: Wanted[string], name: string): void {
  assertDType(array, dtype, { name });
  assertShape(array, shape, { name });
}

describe("captures", () => {
  for (const [name, sizes] of captures) {
    describeWith(name, fixture(`captures/${name}`), (path) => {
      test.each(Object.entries(filesOf(sizes)))("%s.npz", async (file, wanted) => {
        const arrays = await readNpz(join(path, `${file}.npz`));
        expect(Object.keys(arrays).sort()).toEqual(Object.keys(wanted).sort());
        for (const [array, what] of Object.entries(wanted)) {
          check(arrays[array], what, `${file}.npz ${array}`);
        }
      });

      test("values known beforehand", async () => {
        const state = await readNpz(join(path, "vbx_state.npz"), { only: ["fa", "fb", "max_iters"] });
        expect([state.fa.data[0], state.fb.data[0], state.max_iters.data[0]]).toEqual([0.07, 0.8, 20n]);
        const labels = await readNpy(join(path, "ahc_init_labels.npy"));
        check(labels, ["i8", [sizes.N]], "ahc_init_labels.npy");
        expect(new Set<unknown>(labels.data).size).toBe(sizes.K);
      });
    });
  }
});

describeWith("reference values", fixture("reference"), (path) => {
  const files = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.np[yz]$/.test(file)
  ).sort();

  test.each(files)("%s", async (file) => {
    const whole = join(path, file);
    const arrays = file.endsWith(".npy") ? [await readNpy(whole)] : Object.values(await readNpz(whole));
    expect(arrays.length).toBeGreaterThan(0);
  });
});
