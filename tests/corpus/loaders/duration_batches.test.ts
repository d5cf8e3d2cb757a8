/** Batches by duration: within their limit, little padding, and the same wherever one goes on and with whomever. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  durationBatches,
  type DurationBatchesOptions,
  paddingShareOf,
} from "#lib/corpus/loaders/duration_batches.ts";
import { type SampleOrder, sampleOrder } from "#lib/corpus/loaders/sample_order.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";

type Crew = { readonly world: number; readonly workers: number };

function together(order: SampleOrder, { world, workers, ...options }: DurationBatchesOptions & Crew) {
  const found = [];
  for (let rank = 0; rank < world; rank++) {
    for (let worker = 0; worker < workers; worker++) {
      const own = [...durationBatches(order, { ...options, rank, world, worker, workers })];
      found.push(...own.map((batch) => ({ ...batch, rank })));
    }
  }
  return found.sort((a, b) => a.number - b.number);
}

const crew = fc.record({ world: fc.constantFrom(1, 2, 4), workers: fc.constantFrom(1, 2, 3) });
const lengths = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 120 });

test("all ranks and workers together are the undisturbed epoch, also when stopped at any sample and gone on with others", () => {
  fc.assert(
    fc.property(
      lengths,
      crew,
      crew,
      fc.nat(),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      (lengthsSec, crew, others, stop, bucketSamples, seed) => {
        const order = sampleOrder([lengthsSec.length], { seed, blockSamples: 8 });
        const options = { lengthsSec, bucketSamples, maxBatchSec: 60 };
        const whole = [...durationBatches(order, options)].flatMap(({ samples }) => samples);
        expect([...whole].sort((a, b) => a - b)).toEqual(lengthsSec.map((_, i) => i));
        const before = together(order, { ...options, ...crew });
        expect(before.flatMap(({ samples }) => samples)).toEqual(whole);
        const position = stop % (whole.length + 1);
        const after = together(sampleOrder([lengthsSec.length], { seed, blockSamples: 8 }), {
          ...options,
          ...others,
          position,
        });
        expect([...whole.slice(0, position), ...after.flatMap(({ samples }) => samples)]).toEqual(whole);
        for (const { samples, paddedSec, durationSec } of before) {
          const longest = Math.max(...samples.map((sample) => lengthsSec[sample]));
          expect(paddedSec).toBe(longest * samples.length);
          expect(durationSec).toBe(samples.reduce((sum, sample) => sum + lengthsSec[sample], 0));
          expect(paddedSec).toBeLessThanOrEqual(60);
        }
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});

test("ranks differ by at most one batch, or by none as asked; states are those of whole rounds", () => {
  fc.assert(
    fc.property(lengths, crew, fc.nat(), (lengthsSec, crew, stop) => {
      const order = sampleOrder([lengthsSec.length]);
      const position = stop % (lengthsSec.length + 1);
      const whole = [...durationBatches(order, { lengthsSec, maxBatchSec: 60, position })].flatMap((
        { samples },
      ) => samples);
      for (const lastRound of ["short", "shared", "dropped"] as const) {
        const batches = together(order, { ...crew, lengthsSec, maxBatchSec: 60, lastRound, position });
        const counts = Array.from(
          { length: crew.world },
          (_, rank) => batches.filter((one) => one.rank === rank).length,
        );
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(lastRound === "short" ? 1 : 0);
        const once = batches.flatMap(({ samples, repeated }) => repeated > 0 ? [] : samples);
        expect(once).toEqual(lastRound === "dropped" ? whole.slice(0, once.length) : whole);
        let end = position;
        for (let i = 0; i < batches.length; i += crew.world) {
          const round = batches.slice(i, i + crew.world);
          for (const { samples, repeated } of round) end += samples.length - repeated;
          for (const { roundEnd } of round) expect(roundEnd).toBe(end);
        }
      }
    }),
    { seed: 6, numRuns: 200 },
  );
});

test("lengths from 1 to 30 s are a hundredth padding, where batches as they come are two fifths", () => {
  const random = new MersenneTwister(1);
  const lengthsSec = Float64Array.from({ length: 4000 }, () => 1 + 29 * random.random());
  const order = sampleOrder([4000], { seed: 2 });
  const shares = [1024, 1].map((bucketSamples) =>
    paddingShareOf(durationBatches(order, { lengthsSec, bucketSamples, maxBatchSec: 120 }))
  );
  expect(shares[0]).toBeLessThan(0.02); // 0.010; as they come 0.42
  const asTheyCome = Array.from({ length: 500 }, (_, i) => {
    const own = Array.from({ length: 8 }, (_, k) => lengthsSec[order.at(i * 8 + k)]);
    return { durationSec: own.reduce((sum, sec) => sum + sec, 0), paddedSec: 8 * Math.max(...own) };
  });
  expect(paddingShareOf(asTheyCome)).toBeGreaterThan(0.3);
});

test("one that is too long is a batch of its own, and a batch has at most as many as asked", () => {
  const order = sampleOrder([6], { shuffle: false });
  const batches = [
    ...durationBatches(order, { lengthsSec: [1, 1, 1, 50, 1, 1], maxBatchSec: 10, mostSamples: 2 }),
  ];
  expect(batches.map(({ samples }) => samples)).toEqual([[0, 1], [2, 4], [5], [3]]);
});

test("a batch is filled to its very limit", () => {
  const order = sampleOrder([7], { shuffle: false });
  const batches = [...durationBatches(order, { lengthsSec: [1, 1, 1, 1, 2, 2, 3], maxBatchSec: 4 })];
  expect(batches.map(({ samples }) => samples)).toEqual([[0, 1, 2, 3], [4, 5], [6]]);
});

test("refuses what cannot be", () => {
  const order = sampleOrder([2]);
  const read = (options: DurationBatchesOptions) => () => [...durationBatches(order, options)];
  expect(read({ lengthsSec: [1] })).toThrow("Sample 1 is undefined s long");
  expect(read({ lengthsSec: [1, NaN] })).toThrow("Sample 1 is NaN s long");
  expect(read({ lengthsSec: [1, 1], maxBatchSec: 0 })).toThrow("above 0, not 0");
  expect(read({ lengthsSec: [1, 1], bucketSamples: 0 })).toThrow(
    "bucketSamples is a whole number from 1, not 0",
  );
  expect(read({ lengthsSec: [1, 1], position: 3 })).toThrow("gone on with at position 3");
});
