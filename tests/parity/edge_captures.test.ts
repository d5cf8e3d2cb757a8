/** Captures at the edges, beside an independent numpy and SciPy (fixtures/expected_values.py). */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { trainingFilter } from "#lib/clustering/training_filter.ts";
import { QUANTITIES } from "#lib/parity/quantities.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { findPython } from "#scripts/cli/python.ts";
import { chunksOf, FIXTURES, Scratch } from "./scratch.ts";

/** Milliseconds that a test may take on a busy machine; Bun gives five seconds by itself. */
const SLOW = 120_000;
const python = findPython(["numpy", "scipy"]);
const ALL = QUANTITIES.flatMap(({ quantity }) => quantity === "q_final" ? ["qinit", quantity] : [quantity]);
/** What there is with fewer than two training embeddings. */
const UNCLUSTERED = ALL.filter((name) => !/^(ahc|qinit|q_|sp_|elbo|iterations)/.test(name));

interface Inputs {
  readonly segmentations: ArrayOf<"f4">;
  readonly embeddings: ArrayOf<"f4">;
}

/** The first chunk with so many training embeddings, alone. */
function chunkWith({ segmentations, embeddings }: Inputs, training: number): Inputs {
  for (let c = 0; c < segmentations.shape[0]; c++) {
    const alone = {
      segmentations: chunksOf(segmentations, c, c + 1) as ArrayOf<"f4">,
      embeddings: chunksOf(embeddings, c, c + 1) as ArrayOf<"f4">,
    };
    const set = trainingFilter(alone.segmentations, alone.embeddings);
    if (set.chunkIndex.length === training) return alone;
  }
  throw new Error(`No chunk has ${training} training embeddings`);
}

/** Embeddings of slots that speak, every `step`th of them, made NaN (the whole vector, or one value of it). */
function withNaN({ segmentations, embeddings }: Inputs, step: number, whole: boolean): Inputs {
  const [chunks, frames, slots] = segmentations.shape;
  const dimension = embeddings.shape[2];
  const data = embeddings.data.slice();
  for (let c = 0, seen = 0; c < chunks; c++) {
    for (let s = 0; s < slots; s++) {
      const speaks = Array.from(
        { length: frames },
        (_, f) => segmentations.data[(c * frames + f) * slots + s],
      );
      if (!speaks.includes(1) || seen++ % step !== 0) continue;
      const at = (c * slots + s) * dimension;
      data.fill(NaN, at + (whole ? 0 : 5), at + (whole ? dimension : 6));
    }
  }
  return { segmentations, embeddings: ndArray("f4", embeddings.shape, data) };
}

const silent = ({ segmentations, embeddings }: Inputs): Inputs => ({
  segmentations: ndArray("f4", segmentations.shape, new Float32Array(segmentations.data.length)),
  embeddings: ndArray("f4", embeddings.shape, new Float32Array(embeddings.data.length).fill(NaN)),
});

const CASES: [name: string, quantities: string[], make: (a: Inputs) => Inputs][] = [
  ["nan_in_active_slots", ALL, (inputs) => withNaN(inputs, 7, true)],
  ["one_nan_value", ALL, (inputs) => withNaN(inputs, 11, false)],
  ["one_chunk_two_trained", ALL, (inputs) => chunkWith(inputs, 2)],
  ["one_chunk_one_trained", UNCLUSTERED, (inputs) => chunkWith(inputs, 1)],
  ["all_silent", UNCLUSTERED, silent],
  ["three_chunks", ALL, ({ segmentations, embeddings }) => ({
    segmentations: chunksOf(segmentations, 20, 23) as ArrayOf<"f4">,
    embeddings: chunksOf(embeddings, 20, 23) as ArrayOf<"f4">,
  })],
];

if (python === undefined && !process.env.CI) {
  test.skip("captures at the edges (skipped: python3 with numpy and scipy not found)", () => {});
} else {
  describe("a capture with", () => {
    const scratch = new Scratch();
    let prepared: Promise<PldaModel> | undefined;
    /** Makes the captures once. */
    const ready = () => prepared ??= prepare();
    afterAll(() => scratch[Symbol.dispose]());

    async function prepare(): Promise<PldaModel> {
      const { artefacts } = await readCapture(join(FIXTURES, "captures", "b_five_speakers"));
      for (const [name, , make] of CASES) {
        await scratch.make(name, make(artefacts));
        await scratch.make(`${name}_minimal`, make(artefacts));
      }
      const make = (names: string[], ...more: string[]) => {
        const args = [
          "-W",
          "ignore",
          join(FIXTURES, "expected_values.py"),
          "make",
          ...names.map((n) => scratch.path(n)),
        ];
        const { status, stderr } = spawnSync(python!, [
          ...args,
          "--models",
          join(FIXTURES, "models"),
          ...more,
        ], {
          encoding: "utf8",
        });
        if (status !== 0) throw new Error(stderr);
      };
      make(CASES.map(([name]) => name));
      make(CASES.map(([name]) => `${name}_minimal`), "--minimal", "--decimals", "6");
      return await readPlda(join(FIXTURES, "models", "plda"));
    }

    test.each(CASES.map(([name, quantities]) => [name, quantities] as const))(
      "%s",
      async (name, quantities) => {
        const plda = await ready();
        const capture = await readCapture(scratch.path(name));
        const report = await replayCapture(capture, { models: { plda } });
        expect(report.stages.filter(({ ok }) => !ok)).toEqual([]);
        for (const mode of ["isolated", "chained"]) {
          const compared = report.stages.filter((stage) => stage.mode === mode).map(({ quantity }) =>
            quantity
          );
          expect(compared).toEqual([...quantities]);
        }
        expect([report.rttm.identical, report.isolatedRttm.identical, report.rttm.der]).toEqual([
          true,
          true,
          0,
        ]);
        expect(report.rttm.turns === 0).toBe(name === "all_silent");
        expect(capture.decimals).toBe(3);
      },
      SLOW,
    );

    test.each(CASES.map(([name]) => [name] as const))("%s, three files and six decimals", async (name) => {
      const plda = await ready();
      const capture = await readCapture(scratch.path(`${name}_minimal`));
      const report = await replayCapture(capture, { models: { plda } });
      expect([report.ok, report.rttm.identical, report.stages]).toEqual([true, true, []]);
      expect(capture.decimals).toBe(name === "all_silent" ? 3 : 6);
    }, SLOW);

    test("segmentations as u1, b1, i8 and f8, embeddings as f8: the same", async () => {
      await ready();
      const { artefacts: { segmentations, embeddings } } = await readCapture(scratch.path("three_chunks"));
      const { shape, data } = segmentations;
      const kinds: [string, NdArray][] = [
        ["u1", ndArray("u1", shape, Uint8Array.from(data))],
        ["b1", ndArray("b1", shape, Uint8Array.from(data))],
        ["i8", ndArray("i8", shape, BigInt64Array.from(data, BigInt))],
        ["f8", ndArray("f8", shape, Float64Array.from(data))],
      ];
      for (const [kind, array] of kinds) {
        scratch.copy("e_minimal", kind);
        await scratch.change(kind, "segmentations.npz", () => ({ segmentations: array }));
        const wide = ndArray("f8", embeddings.shape, Float64Array.from(embeddings.data));
        await scratch.change(kind, "raw_embeddings.npz", () => ({ embeddings: wide }));
        const read = await readCapture(scratch.path(kind));
        expect([kind, read.artefacts.segmentations]).toEqual([kind, segmentations]);
        expect([kind, read.artefacts.embeddings]).toEqual([kind, embeddings]);
      }
    }, SLOW);
  });
}
