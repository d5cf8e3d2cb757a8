/** Batches of an epoch, made ready while one is used: exact wherever one goes on, bounded, and with errors in their place. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { sampleOrder } from "#lib/corpus/loaders/sample_order.ts";
import {
  type LoadedBatch,
  speechBatches,
  type SpeechBatchesOptions,
} from "#lib/corpus/loaders/speech_batches.ts";
import type { SpeechLoader } from "#lib/corpus/loaders/speech_loader.ts";
import { SpeechCollator } from "#lib/corpus/batches/speech_collator.ts";
import { openWebDataset } from "#lib/corpus/loaders/web_dataset_loader.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { seededRandom } from "../../../scripts/fuzz/random.ts";
import { madeSample, scratchFolder } from "../shards/made_shards.ts";
import { madeLoader } from "./made_loader.ts";

const quiet = { warn: () => {} };

/** What the workers of all ranks give, in the order of the batches' numbers; the first so many batches. */
async function together(
  loader: SpeechLoader,
  options: SpeechBatchesOptions & { world: number; workers: number },
  most = Infinity,
): Promise<LoadedBatch[]> {
  const found: LoadedBatch[] = [];
  for (let rank = 0; rank < options.world; rank++) {
    for (let worker = 0; worker < options.workers; worker++) {
      for await (const one of speechBatches(loader, { ...options, rank, worker })) {
        if (one.number >= most) break;
        found.push(one);
      }
    }
  }
  return found.sort((a, b) => a.number - b.number);
}

const crew = fc.record({ world: fc.constantFrom(1, 2, 3, 4), workers: fc.constantFrom(1, 2, 3) });
const idsOf = (batches: readonly LoadedBatch[]) => batches.flatMap(({ batch }) => batch.ids);

describe("an epoch", () => {
  test("stopped after any round and gone on with other ranks and workers is the undisturbed one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }),
        fc.record({
          seed: fc.nat(99),
          blockSamples: fc.integer({ min: 1, max: 4 }),
          mixedBlocks: fc.integer({ min: 1, max: 3 }),
        }),
        ...[
          crew,
          crew,
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 4 }),
          fc.nat(9),
          fc.boolean(),
        ] as const,
        async (sizes, order, first, second, batchSize, other, rounds, isByDuration) => {
          const loader = madeLoader({ sizes });
          const sized = (size: number) =>
            isByDuration ? { maxBatchSec: 40 / 8000, bucketSamples: 8 } : { batchSize: size };
          const whole = idsOf(
            await together(loader, { ...order, ...sized(batchSize), world: 1, workers: 1 }),
          );
          expect([...whole].sort((a, b) => Number(a) - Number(b))).toEqual([...loader.availableIds()]);
          const done = await together(
            loader,
            { ...order, ...sized(batchSize), ...first },
            rounds * first.world,
          );
          const state = done.at(-1)?.state;
          const rest = state?.epoch === 1
            ? []
            : await together(loader, { ...order, ...sized(other), ...second, state });
          expect([...idsOf(done), ...idsOf(rest)]).toEqual(whole);
        },
      ),
      { seed: 5, numRuns: 40 },
    );
  });

  test("follows the other, each with an order of its own, and the last batch's state is the next one's beginning", async () => {
    const loader = madeLoader({ sizes: [5, 4] });
    const batches = speechBatches(loader, { seed: 3, batchSize: 4 });
    const epochs: string[][] = [];
    const states: [number, number][] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      const ids: string[] = [];
      for await (const one of batches) {
        expect(one.epoch).toBe(epoch);
        ids.push(...one.batch.ids);
        states.push([one.state.epoch, one.state.position]);
      }
      epochs.push(ids);
    }
    expect(states.slice(0, 3)).toEqual([[0, 4], [0, 8], [1, 0]]);
    for (const [epoch, ids] of epochs.entries()) {
      const order = sampleOrder([5, 4], { seed: 3, epoch });
      expect(ids).toEqual(Array.from({ length: 9 }, (_, at) => String(order.at(at))));
    }
  });

  test("left in a loop goes on in the next loop", async () => {
    const batches = speechBatches(madeLoader({ sizes: [7] }), { batchSize: 2, shuffle: false });
    const ids: string[][] = [];
    for (let loop = 0; loop < 4; loop++) {
      for await (const { batch } of batches) {
        ids.push([...batch.ids]);
        break;
      }
    }
    expect(ids).toEqual([["0", "1"], ["2", "3"], ["4", "5"], ["6"]]);
    expect(batches.state()).toMatchObject({ epoch: 1, position: 0 });
  });

  test("a state of another order is refused, and so is one that is none", () => {
    const loader = madeLoader({ sizes: [5, 4] });
    const state = speechBatches(loader, { seed: 1 }).state();
    expect(state).toMatchObject({ epoch: 0, position: 0 });
    expect(speechBatches(loader, { seed: 1, batchSize: 3, world: 2, state }).state()).toEqual(state);
    expect(() => speechBatches(loader, { seed: 2, state })).toThrow(
      /The state is of an order \w+, not of this one/,
    );
    expect(() => speechBatches(madeLoader({ sizes: [4, 5] }), { seed: 1, state })).toThrow("of an order");
    expect(() => speechBatches(loader, { state: { epoch: 0, position: 10 } })).toThrow(
      "position 10 of 9 samples",
    );
    expect(() => speechBatches(loader, { state: { epoch: -1, position: 0 } })).toThrow("epoch -1");
  });

  test("options that contradict each other are refused at once", () => {
    const loader = madeLoader({ sizes: [5] });
    expect(() => speechBatches(loader, { batchSize: 2, maxBatchSec: 3 })).toThrow("both were given");
    expect(() => speechBatches(loader, { bucketSamples: 3 })).toThrow("go with maxBatchSec");
    expect(() => speechBatches(loader, { parallel: 0 })).toThrow("from 1, not 0");
    expect(() => speechBatches(loader, { rank: 2, world: 2 })).toThrow("it was 2 of 2");
    expect(() => speechBatches(loader, { batchSize: 0 })).toThrow("from 1, not 0");
    const unknown = { ...loader, durationSec: () => undefined };
    expect(() => speechBatches(unknown, { maxBatchSec: 3 })).toThrow('Nothing tells how long sample "0" is');
  });
});

describe("a sample that cannot be loaded", () => {
  const options = { batchSize: 2, shuffle: false, ...quiet };

  test("is an error with file and key, in the place of its batch, and the state stays before it", async () => {
    const batches = speechBatches(madeLoader({ sizes: [8], broken: [4] }), { ...options, ahead: 4 });
    const ids: string[] = [];
    const loop = async () => {
      for await (const { batch } of batches) ids.push(...batch.ids);
    };
    await expect(loop()).rejects.toThrow('made.tar: sample "4": is damaged');
    expect(ids).toEqual(["0", "1", "2", "3"]);
    expect(batches.state()).toMatchObject({ epoch: 0, position: 4 });
  });

  test("is left out with a warning and counted; positions stay", async () => {
    const warnings: string[] = [];
    const batches = speechBatches(madeLoader({ sizes: [8], broken: [1, 4, 5] }), {
      ...options,
      onError: "skip-with-warning",
      warn: (warning) => void warnings.push(warning),
    });
    const found: unknown[] = [];
    for await (const { batch, position, skipped } of batches) {
      found.push([position, batch.ids, skipped.length]);
    }
    expect(found).toEqual([[0, ["0"], 1], [2, ["2", "3"], 0], [6, ["6", "7"], 0]]);
    expect(batches.skipped).toBe(3);
    expect(warnings).toEqual(
      ["1", "4", "5"].map((key) => `made.tar: sample "${key}": is damaged; it was left out.`),
    );
  });

  test("where a rank's batch has none left, the ranks would part: an error", async () => {
    const batches = speechBatches(madeLoader({ sizes: [8], broken: [4, 5] }), {
      ...options,
      onError: "skip-with-warning",
      world: 2,
    });
    const loop = async () => {
      for await (const _ of batches);
    };
    await expect(loop()).rejects.toThrow(/None of the 2 samples of batch 2 .* made.tar: sample "4"/);
  });

  test("what a transform refuses is the sample's error; what the batch refuses is not passed over", async () => {
    const loader = madeLoader({ sizes: [4] });
    const refusing = speechBatches(loader, {
      ...options,
      onError: "skip-with-warning",
      transform: (sample) => {
        if (sample.id === "1") throw new RangeError("it is too quiet");
        return sample;
      },
    });
    const ids: string[] = [];
    for await (const { batch } of refusing) ids.push(...batch.ids);
    expect(ids).toEqual(["0", "2", "3"]);
    const mixed = speechBatches(loader, {
      ...options,
      onError: "skip-with-warning",
      transform: (sample) => ({ ...sample, sampleRate: 8000 + Number(sample.id) }),
    });
    const loop = async () => {
      for await (const _ of mixed);
    };
    await expect(loop()).rejects.toThrow("a batch is of one rate");
  });
});

describe("batches ahead", () => {
  test("are made while one is used, no more than asked for, and no more samples at a time", async () => {
    for (const [ahead, parallel] of [[0, 1], [1, 2], [3, 2]]) {
      let running = 0, most = 0;
      const loaded: number[] = [];
      const loader = madeLoader({
        sizes: [40],
        onLoad: async (number) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 0));
          loaded.push(number);
          running--;
        },
      });
      let used = 0;
      for await (const _ of speechBatches(loader, { batchSize: 4, shuffle: false, ahead, parallel })) {
        used++;
        // Those ahead come, however long it takes, and then no more.
        const expected = Math.min(40, 4 * (used + ahead));
        while (loaded.length < expected) await new Promise((resolve) => setTimeout(resolve, 1));
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
        expect(loaded.length).toBe(expected);
      }
      expect(used).toBe(10);
      expect(most).toBe(parallel);
    }
  });

  test("are given up when the loop is left: what was begun ends first, and nothing more begins", async () => {
    let running = 0;
    const begun: number[] = [];
    const loader = madeLoader({
      sizes: [40],
      onLoad: async (number) => {
        running++;
        begun.push(number);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
      },
    });
    for await (const _ of speechBatches(loader, { batchSize: 4, shuffle: false, parallel: 2 })) break;
    expect(running).toBe(0);
    const { length } = begun;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(begun.length).toBe(length);
    expect(length).toBeLessThan(12);
  });

  test("end with what a signal was aborted with, also while one is waited for", async () => {
    const controller = new AbortController();
    const loader = madeLoader({
      sizes: [40],
      onLoad: (number, signal) =>
        number < 8 ? undefined : new Promise((_, reject) => {
          signal!.addEventListener("abort", () => reject(signal!.reason), { once: true });
        }),
    });
    const ids: string[] = [];
    const loop = async () => {
      const batches = speechBatches(loader, { batchSize: 4, shuffle: false, signal: controller.signal });
      for await (const { batch } of batches) {
        ids.push(...batch.ids);
        if (ids.length === 8) setTimeout(() => controller.abort(new Error("enough")), 5);
      }
    };
    await expect(loop()).rejects.toThrow("enough");
    expect(ids.length).toBe(8);
  });
});

describe("memory", () => {
  test("of batches that are given back is used again, and holds what new memory would", async () => {
    const random = seededRandom("clips of many lengths");
    using folder = scratchFolder();
    const writer = await openShardWriter(folder.path);
    for (let i = 0; i < 40; i++) {
      await writer.add(madeSample(`rec_${1000 + i}`, { samples: 900 + random(600) }));
    }
    await writer.close();
    await using loader = await openWebDataset(folder.path);
    const collator = new SpeechCollator();
    const seen = new Set<ArrayBuffer>();
    let count = 0;
    for (let epoch = 0; epoch < 3; epoch++) {
      for await (const { batch, release } of speechBatches(loader, { batchSize: 4, ahead: 1, seed: epoch })) {
        const expected = collator.collate(await Promise.all(batch.ids.map((id) => loader.load(id))));
        expect(batch.waveforms).toEqual(expected.waveforms);
        expect(batch.attentionMask).toEqual(expected.attentionMask);
        seen.add(batch.waveforms.data.buffer);
        count++;
        release();
        release(); // does nothing more
      }
    }
    expect(count).toBe(30);
    expect(seen.size).toBeLessThan(count / 2);
  });

  test("that was not given back stays as it is", async () => {
    const kept: [string[], Float32Array][] = [];
    for await (const { batch } of speechBatches(madeLoader({ sizes: [9] }), { batchSize: 2 })) {
      batch.waveforms.data.fill(Number(batch.ids[0]));
      kept.push([[...batch.ids], batch.waveforms.data]);
    }
    for (const [[id], values] of kept) expect(values.every((value) => value === Number(id))).toBe(true);
  });
});
