import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { batchCost, formBatch, NetworkFlow, type Part } from "#lib/scheduling/mod.ts";
import {
  batchesOf,
  CountingNetwork,
  ones,
  outputOf,
  partsOf,
  settled,
  type Token,
} from "./counting_network.ts";

describe("formBatch", () => {
  const part = fc.record({ length: fc.integer({ min: 1, max: 20 }) });
  const limits = fc.record({
    budget: fc.integer({ min: 20, max: 100 }),
    maxPadding: fc.constantFrom(0, 0.25, 1),
  });

  test("serves the first, keeps order, budget and similar lengths, and leaves nothing that would fit", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), limits, (waiting, { budget, maxPadding }) => {
        const batch = formBatch(waiting, { budget, maxPadding });
        expect(batch[0]).toBe(waiting[0]);
        const places = batch.map((chosen) => waiting.indexOf(chosen));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        if (batch.length === 0) return;
        const fits = (parts: { length: number }[]) => {
          const lengths = parts.map(({ length }) => length);
          return batchCost(parts) <= budget &&
            Math.min(...lengths) >= Math.max(...lengths) * (1 - maxPadding);
        };
        expect(fits(batch)).toBe(true);
        const left = waiting.filter((other) => !batch.includes(other));
        expect(left.filter((other) => fits([...batch, other]))).toEqual([]);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe("batches", () => {
  test("are full while there is enough, and less only when the worker would idle", async () => {
    const network = new CountingNetwork({ budget: 4 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const handles = [flow.submit(ones("a", 5)), flow.submit(ones("b", 6))];
    await Promise.all(handles.map(({ result }) => result));
    expect(network.log.map(({ tokens }) => tokens.length)).toEqual([4, 4, 3]);
    expect(flow.statistics.meanFill).toBeCloseTo(11 / 12, 12);
    expect(network.faults).toEqual([]);
  });

  test("hold parts of one length unless padding is allowed", async () => {
    const lengths = [8, 10, 8, 10, 2];
    for (
      const [maxPadding, expected] of [[0, ["a0 a2", "a1 a3", "a4"]], [0.25, ["a0 a1 a2 a3", "a4"]]] as const
    ) {
      const network = new CountingNetwork({ budget: 40 });
      await using flow = new NetworkFlow({ workers: [network], maxLength: 10, maxPadding });
      const { outputs } = await flow.submit(partsOf("a", lengths)).result;
      expect(batchesOf(network.log)).toEqual([...expected]);
      expect(outputs).toEqual(partsOf("a", lengths).map(({ input }) => outputOf(input)));
    }
  });

  test("go to every idle worker, one at a time each", async () => {
    const log: CountingNetwork["log"] = [];
    const workers = ["x", "y"].map((name) => new CountingNetwork({ name, budget: 2, log }).shut());
    await using flow = new NetworkFlow({ workers, maxLength: 1 });
    const { result } = flow.submit(ones("a", 7));
    await settled();
    expect(log.map(({ worker }) => worker)).toEqual(["x", "y"]);
    workers[1].open();
    await settled(20);
    expect(log.map(({ worker }) => worker)).toEqual(["x", "y", "y", "y"]);
    workers[0].open();
    expect((await result).outputs.length).toBe(7);
    expect(workers.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test("let a higher priority go first, then first come", async () => {
    const network = new CountingNetwork({ budget: 2 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 100 });
    const all = [flow.submit(ones("a", 2))];
    await settled();
    all.push(flow.submit(ones("b", 2)), flow.submit(ones("c", 2), { priority: 1 }));
    all.push(flow.submit(ones("d", 2), { priority: 1 }));
    network.open();
    await Promise.all(all.map(({ result }) => result));
    expect(batchesOf(network.log)).toEqual(["a0 a1", "c0 d0", "c1 d1", "b0 b1"]);
  });

  test("take turns, so that a short request overtakes a long one", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const long = flow.submit(ones("a", 1000));
    while (long.statistics.done < 10) await settled(1);
    const short = flow.submit(ones("b", 3));
    const before = network.log.length;
    await short.result;
    // What was read before it (6, the capacity), then turns: b a, b a, b a.
    expect(network.log.length - before).toBeLessThanOrEqual(6);
    expect(long.statistics.done).toBeLessThan(30);
    long.cancel();
  });

  test("give a request that joins late no more than its share", async () => {
    const network = new CountingNetwork({ budget: 4 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 4, capacity: 8 });
    const heavy = flow.submit(partsOf("a", Array<number>(200).fill(4)));
    while (heavy.statistics.done < 50) await settled(1);
    const light = flow.submit(ones("b", 200));
    while (light.statistics.done < 40) await settled(1);
    // Equal length, not equal numbers of parts: 40 of length 1 against about 10 of length 4.
    const done = heavy.statistics.done - 50;
    expect(done).toBeGreaterThanOrEqual(8);
    expect(done).toBeLessThanOrEqual(16);
    heavy.cancel();
    light.cancel();
  });
});

describe("parts that are too long", () => {
  const chopping = {
    *chop({ input }: Part<Token>, maxLength: number) {
      for (let at = 0; at < input.length; at += maxLength) {
        const length = Math.min(maxLength, input.length - at);
        yield { input: { ...input, owner: `${input.owner}@${at}`, length }, length };
      }
    },
    join: (outputs: readonly string[]) => outputs.join("+"),
  };

  test("are chopped, joined again, and warned about", async () => {
    const network = new CountingNetwork({ budget: 8 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 4, chopping });
    const handle = flow.submit(partsOf("a", [4, 10, 3]));
    const warnings: unknown[] = [];
    for await (const event of handle) if (event.type === "warning") warnings.push(event.warning);
    const response = await handle.result;
    const warning = { type: "chopped", index: 1, length: 10, maxLength: 4, pieces: 3 };
    expect(response.outputs).toEqual(["a/0/4", "a@0/1/4+a@4/1/4+a@8/1/2", "a/2/3"]);
    expect(response.warnings).toEqual([warning] as never);
    expect(response.statistics).toMatchObject({
      state: "done",
      total: 3,
      read: 3,
      done: 3,
      waiting: 0,
      running: 0,
    });
    expect(flow.statistics.held).toBe(0);
  });

  test.each([
    [[4, 9], "Part 1 has a length of 9, the network takes at most 4"],
    [[0], "Part 0 has a length of 0, it must be a whole number above 0"],
    [[1, 1.5], "Part 1 has a length of 1.5, it must be a whole number above 0"],
    [[NaN], "Part 0 has a length of NaN, it must be a whole number above 0"],
  ])("or wrong (%j) fail their request with their place", async (lengths, message) => {
    const network = new CountingNetwork({ budget: 8 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 4 });
    const other = flow.submit(ones("b", 3));
    await expect(flow.submit(partsOf("a", lengths)).result).rejects.toThrow(message);
    expect((await other.result).outputs.length).toBe(3);
  });

  test("fail when they are chopped badly", async () => {
    const network = new CountingNetwork({ budget: 8 });
    for (
      const [pieces, message] of [[[], "chopped to nothing"], [
        [5],
        "A piece of part 0 has a length of 5",
      ]] as const
    ) {
      const bad = { ...chopping, chop: () => partsOf("a", pieces) };
      await using flow = new NetworkFlow({ workers: [network], maxLength: 4, chopping: bad });
      await expect(flow.submit(partsOf("a", [9])).result).rejects.toThrow(message);
    }
    expect(network.log).toEqual([]);
  });
});
