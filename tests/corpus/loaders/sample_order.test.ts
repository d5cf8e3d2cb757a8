/** Orders of epochs: each sample once, the same wherever one goes on, for every number of ranks and workers. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { epochBatches, type EpochBatchesOptions } from "#lib/corpus/loaders/epoch_batches.ts";
import { type SampleOrder, sampleOrder } from "#lib/corpus/loaders/sample_order.ts";

const RANKS = [1, 2, 4], WORKERS = [1, 2, 3];
const run = { seed: 11, numRuns: 60 };

const sizes = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 9 });
const drawn = fc.record({
  ...{ seed: fc.nat(), epoch: fc.nat(50) },
  ...{ blockSamples: fc.integer({ min: 1, max: 20 }), mixedBlocks: fc.integer({ min: 1, max: 6 }) },
});

const whole = (order: SampleOrder) => Array.from({ length: order.length }, (_, i) => order.at(i));
const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

/** The batches of all workers of all ranks, by number. */
function together(order: SampleOrder, { world, workers, ...options }: EpochBatchesOptions & Crew) {
  const found = [];
  for (let rank = 0; rank < world; rank++) {
    for (let worker = 0; worker < workers; worker++) {
      found.push(
        ...[...epochBatches(order, { ...options, rank, world, worker, workers })].map((batch) => ({
          ...batch,
          rank,
        })),
      );
    }
  }
  return found.sort((a, b) => a.number - b.number);
}

interface Crew {
  readonly world: number;
  readonly workers: number;
}
const crew = fc.record({ world: fc.constantFrom(...RANKS), workers: fc.constantFrom(...WORKERS) });

describe("an order", () => {
  test("has every sample once, and is the same at each position whatever was asked before", () => {
    fc.assert(
      fc.property(sizes, drawn, (sizes, options) => {
        const samples = whole(sampleOrder(sizes, options));
        expect(ascending(samples)).toEqual(samples.map((_, i) => i));
        const backwards = sampleOrder(sizes, options);
        for (let i = samples.length - 1; i >= 0; i--) expect(backwards.at(i)).toBe(samples[i]);
      }),
      run,
    );
  });

  test("differs by epoch and by seed, and mixes far places", () => {
    const sizes = Array.from({ length: 40 }, () => 100);
    const orders = [[1, 0], [1, 1], [2, 0]].map(([seed, epoch]) =>
      whole(sampleOrder(sizes, { seed, epoch }))
    );
    for (const [a, b] of [[0, 1], [0, 2], [1, 2]]) {
      // Two orders by chance agree at one position on average.
      expect(orders[a].filter((sample, i) => sample === orders[b][i]).length).toBeLessThan(9);
    }
    const shards = new Set(orders[0].slice(0, 64).map((sample) => Math.floor(sample / 100)));
    expect(shards.size).toBeGreaterThan(12);
    const unshuffled = sampleOrder(sizes, { shuffle: false });
    expect(whole(unshuffled).every((sample, i) => sample === i)).toBe(true);
  });

  test("puts every sample everywhere equally often", () => {
    const counts = Array.from({ length: 6 }, () => new Array<number>(6).fill(0));
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = sampleOrder([4, 2], { seed: 3, epoch, blockSamples: 2, mixedBlocks: 3 });
      for (let i = 0; i < 6; i++) counts[i][order.at(i)]++;
    }
    // 1000 each; five standard deviations are 144.
    for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(144);
  });

  test("goes on at the end of 20 million samples without going through them", () => {
    const order = sampleOrder(new Array<number>(20_000).fill(1000), { seed: 5, epoch: 2 });
    const before = performance.now();
    const tail = [...epochBatches(order, { position: order.length - 40, batchSize: 16 })];
    expect(performance.now() - before).toBeLessThan(1000); // 6 ms, beside other work
    expect(tail.map(({ samples }) => samples.length)).toEqual([16, 16, 8]);
  });

  test("refuses what is none", () => {
    expect(() => sampleOrder([3, -1])).toThrow("the size of shard 1 as a whole number from 0, not -1");
    expect(() => sampleOrder([3], { seed: 0.5 })).toThrow("seed as a whole number from 0, not 0.5");
    expect(() => sampleOrder([3]).at(3)).toThrow("An epoch of 3 samples has no position 3.");
    expect([...epochBatches(sampleOrder([]))]).toEqual([]);
  });
});

describe("batches of an epoch", () => {
  test.each(RANKS.flatMap((world) => WORKERS.map((workers) => [world, workers] as const)))(
    "%d ranks of %d workers together are the undisturbed epoch, also when stopped at any sample and gone on with others",
    (world, workers) => {
      const size = fc.integer({ min: 1, max: 9 });
      fc.assert(
        fc.property(
          sizes,
          drawn,
          size,
          size,
          fc.nat(),
          crew,
          (sizes, options, first, second, stop, others) => {
            const order = sampleOrder(sizes, options);
            const position = stop % (order.length + 1);
            const before = together(order, { world, workers, batchSize: first }).flatMap(({ samples }) =>
              samples
            );
            expect(before).toEqual(whole(order));
            const after = together(sampleOrder(sizes, options), { ...others, position, batchSize: second });
            expect([...before.slice(0, position), ...after.flatMap(({ samples }) => samples)]).toEqual(
              whole(order),
            );
          },
        ),
        run,
      );
    },
  );

  test("ranks differ by at most one batch, or by none as asked; states are those of whole rounds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 9 }),
        crew,
        fc.nat(),
        (n, batchSize, crew, from) => {
          const order = sampleOrder([n], { seed: 1 });
          const position = from % (n + 1);
          for (const lastRound of ["short", "shared", "dropped"] as const) {
            const batches = together(order, { ...crew, batchSize, position, lastRound });
            const counts = Array.from(
              { length: crew.world },
              (_, rank) => batches.filter((one) => one.rank === rank).length,
            );
            const spread = Math.max(...counts) - Math.min(...counts);
            expect(spread).toBeLessThanOrEqual(lastRound === "short" ? 1 : 0);
            expect(batches.every(({ samples }) => samples.length > 0 && samples.length <= batchSize)).toBe(
              true,
            );
            const given = batches.flatMap(({ samples }) => samples);
            const once = given.slice(
              0,
              given.length - batches.reduce((sum, { repeated }) => sum + repeated, 0),
            );
            const rest = whole(order).slice(position);
            if (lastRound === "dropped") {
              expect(rest.length - given.length).toBeLessThan(
                batchSize * crew.world,
              );
            } else expect(once).toEqual(rest);
            expect(given.slice(0, once.length)).toEqual(rest.slice(0, once.length));
            if (rest.length >= crew.world && batchSize > 1) expect(once.length).toBe(given.length);
            let end = position;
            for (let i = 0; i < batches.length; i += crew.world) {
              const round = batches.slice(i, i + crew.world);
              end += round.reduce((sum, { samples, repeated }) => sum + samples.length - repeated, 0);
              for (const { roundEnd } of round) expect(roundEnd).toBe(end);
            }
          }
        },
      ),
      { seed: 12, numRuns: 400 },
    );
  });

  test("where fewer samples than ranks are left, `shared` gives some again and says so", () => {
    const batches = together(sampleOrder([2], { shuffle: false }), {
      world: 4,
      workers: 1,
      lastRound: "shared",
    });
    expect(batches.map(({ samples, repeated }) => [samples[0], repeated])).toEqual([[0, 0], [1, 0], [0, 1], [
      1,
      1,
    ]]);
  });

  test("refuses what cannot be", () => {
    const order = sampleOrder([4]);
    expect(() => [...epochBatches(order, { position: 5 })]).toThrow("cannot be gone on with at position 5");
    expect(() => [...epochBatches(order, { batchSize: 0 })]).toThrow("from 1, not 0");
    expect(() => [...epochBatches(order, { rank: 2, world: 2 })]).toThrow("it was 2 of 2");
  });
});
