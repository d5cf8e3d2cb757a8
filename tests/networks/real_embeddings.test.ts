/** The masked embedding networks on real weights, beside torch and numpy in float64. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { type MaskedEmbeddingNetwork, openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
import { describeWith, fixture, model } from "../harness/shared_data.ts";
import { floats, largestDifference } from "./float_arrays.ts";
import { withBatchNorms } from "./with_batch_norms.ts";

/** torch's own float32 result of the same network differs from its float64 one by this much. */
const FLOAT32_ERROR = 1.3e-4;

/** A busy machine takes many times the seconds of an idle one. */
const SLOW_MS = 120_000;

const reference = fixture("reference/wespeaker_shaped_random.npz");
const samples = fileURLToPath(new URL("samples/wespeaker_float64.npz", import.meta.url));

describeWith(
  "the network of WeSpeaker's shape",
  reference && model("wespeaker_shaped_random.onnx"),
  (path) => {
    let data: Record<string, NdArray> = {};
    let float64: Record<string, NdArray> = {};
    let network: MaskedEmbeddingNetwork;
    beforeAll(async () => {
      data = await readNpz(reference ?? "");
      float64 = await readNpz(samples);
      network = await openMaskedEmbedding(path);
    });
    afterAll(() => network[Symbol.asyncDispose]());

    /** The embeddings of all sixteen masks, in the file's order. */
    async function allMasks(of: MaskedEmbeddingNetwork): Promise<Float32Array> {
      const chunks = [...asFloat64(data.chunk_index)];
      const masks = floats(data.masks).data;
      const found = new Float32Array(16 * 256);
      for (const chunk of [0, 1]) {
        const rows = chunks.flatMap((of, row) => of === chunk ? [row] : []);
        const chosen = Float32Array.from(
          rows.flatMap((row) => [...masks.subarray(row * 589, (row + 1) * 589)]),
        );
        const size = 998 * 80;
        const fbank = ndArray(
          "f4",
          [1, 998, 80],
          floats(data.fbank).data.slice(chunk * size, (chunk + 1) * size),
        );
        const { data: embeddings } = await of.run(fbank, ndArray("f4", [1, rows.length, 589], chosen));
        rows.forEach((row, i) => found.set(embeddings.subarray(i * 256, (i + 1) * 256), row * 256));
      }
      return found;
    }

    test("gives float64's embeddings under all sixteen masks", async () => {
      const found = await allMasks(network);
      expect(found.every(Number.isFinite)).toBe(true); // among them masks of no frame and of one
      expect(largestDifference(found, asFloat64(float64.embeddings))).toBeLessThan(FLOAT32_ERROR);
    }, SLOW_MS);

    test("gives torch's, which are those of training mode, once its batch norms are so too", async () => {
      const folder = await mkdtemp(join(tmpdir(), "dialab-batch-norms-"));
      const changed = join(folder, "training.onnx");
      const bytes = new Uint8Array(await readFile(path));
      await writeFile(
        changed,
        withBatchNorms(bytes, { means: asFloat64(float64.means), gains: asFloat64(float64.gains) }),
      );
      await using training = await openMaskedEmbedding(changed);
      await rm(folder, { recursive: true });
      // The file's weights, folded and rounded to float32, leave 9.4e-4 when all is computed in float64 (samples/make_wespeaker_float64.py).
      expect(largestDifference(await allMasks(training), asFloat64(data.embeddings_f64))).toBeLessThan(
        1.2e-3,
      );
    }, SLOW_MS);

    test("agrees with the whole network, which runs its trunk once per mask", async () => {
      await using whole = await openMaskedEmbedding(path, { pooling: "network" });
      const fbank = ndArray("f4", [1, 998, 80], floats(data.fbank).data.slice(0, 998 * 80));
      const masks = ndArray("f4", [1, 2, 589], floats(data.masks).data.slice(2 * 589, 4 * 589));
      const [ours, theirs] = [await network.run(fbank, masks), await whole.run(fbank, masks)];
      expect(largestDifference(ours.data, theirs.data)).toBeLessThan(FLOAT32_ERROR);
    }, SLOW_MS);

    test("takes at most 1.15 times as long for three slots as for one", async () => {
      const fbank = ndArray("f4", [1, 998, 80], floats(data.fbank).data.slice(0, 998 * 80));
      const ones = (count: number) => ndArray("f4", [1, count, 589], new Float32Array(count * 589).fill(1));
      /** Processor time, which other programs on the machine do not add to; the least of several. */
      const cost = async (count: number) => {
        const before = process.cpuUsage();
        await network.run(fbank, ones(count));
        const { user, system } = process.cpuUsage(before);
        return user + system;
      };
      let [one, three] = [Infinity, Infinity];
      for (let i = 0; i < 4; i++) {
        [one, three] = [
          Math.min(one, await cost(1)),
          Math.min(three, await cost(3)),
        ];
      }
      if (process.env.DIALAB_ALL_CHUNKS) {
        process.stderr.write(`three slots cost ${(three / one).toFixed(3)} times one\n`);
      }
      expect(three / one).toBeLessThan(1.15);
    }, SLOW_MS);
  },
);
