import { describe, expect, test } from "bun:test";
import { NetworkFlow, type Part, PartError } from "#lib/scheduling/mod.ts";
import { batchesOf, CountingNetwork, ones, settled, type Token } from "./counting_network.ts";

const failing = (owner: string, at: number, fails: Token["fails"]): Part<Token>[] =>
  ones(owner, 3).map(({ input, length }, i) => ({ input: i === at ? { ...input, fails } : input, length }));

describe("a part that fails", () => {
  test("fails its request, says which and why, and takes nobody else's parts along", async () => {
    const network = new CountingNetwork({ budget: 8 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const [bad, good] = [flow.submit(failing("a", 1, "part")), flow.submit(ones("b", 12))];
    const error = await bad.result.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PartError);
    expect(error).toMatchObject({ index: 1, worker: "fake", message: "Part 1 failed on fake: Bad part" });
    expect((error as PartError).cause).toBeInstanceOf(RangeError);
    expect((await good.result).outputs.length).toBe(12);
    expect(bad.statistics).toMatchObject({ state: "failed", waiting: 0, running: 0 });
    expect(flow.statistics).toMatchObject({
      requests: { open: 0, done: 1, failed: 1, cancelled: 0 },
      parts: { retried: 0, waiting: 0, running: 0 },
      held: 0,
    });
  });

  test("and takes the worker down, is found out by running each part of the batch once more, alone", async () => {
    const network = new CountingNetwork({ budget: 8 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const [bad, good] = [flow.submit(failing("a", 2, "worker")), flow.submit(ones("b", 3))];
    await expect(bad.result).rejects.toThrow("Part 2 failed on fake: a2 broke the worker");
    expect((await good.result).outputs.length).toBe(3);
    expect(batchesOf(network.log)).toEqual(["a0 b0 a1 b1 a2 b2", "a0", "b0", "a1", "b1", "a2", "b2"]);
    expect(flow.statistics.parts.retried).toBe(6);
    expect(flow.statistics.workers[0]).toMatchObject({ batches: 7, failures: 2, busy: false });
  });

  test("is retried once also if it was alone already, so that company makes no difference", async () => {
    const network = new CountingNetwork({ budget: 1 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    expect((await flow.submit(failing("a", 1, "once")).result).outputs.length).toBe(3);
    await expect(flow.submit(failing("b", 0, "worker")).result).rejects.toThrow(PartError);
    expect(batchesOf(network.log)).toEqual(["a0", "a1", "a1", "a2", "b0", "b0"]);
  });

  test("is retried on another worker if there is one", async () => {
    const broken = {
      name: "broken",
      budget: 4,
      run: () => Promise.reject(new Error("The device is lost")),
    };
    const whole = new CountingNetwork({ name: "whole", budget: 4 });
    await using flow = new NetworkFlow({ workers: [broken, whole], maxLength: 1 });
    const { outputs } = await flow.submit(ones("a", 20)).result;
    expect(outputs.length).toBe(20);
    expect(flow.statistics.workers[0].failures).toBeGreaterThan(0);
    expect(whole.faults).toEqual([]);
  });

  test.each([
    ["too few results", () => Promise.resolve(["one"]), "gpu gave 1 results for 2 parts"],
    ["no results", () => Promise.resolve(undefined as unknown as string[]), "undefined"],
    ["a throw that is not in a promise", () => {
      throw new Error("Thrown");
    }, "Thrown"],
  ])("through a worker that gives %s", async (_, run, message) => {
    await using flow = new NetworkFlow<Token, string>({
      workers: [{ name: "gpu", budget: 2, run }],
      maxLength: 1,
    });
    const { result } = flow.submit(ones("a", 2));
    const error = await result.then(() => undefined, (caught: unknown) => caught);
    if (message.startsWith("gpu")) expect(error).toBe(undefined); // alone, one result is what is needed
    else expect(String(error)).toContain(message);
    expect(flow.statistics.workers[0].failures).toBeGreaterThan(0);
  });
});

describe("a source that fails", () => {
  test("fails its request with what it threw", async () => {
    const network = new CountingNetwork({ budget: 4 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const fault = new Error("The file is cut off");
    async function* later() {
      await Promise.resolve();
      yield* ones("a", 2);
      throw fault;
    }
    function* now() {
      yield* ones("b", 2);
      throw fault;
    }
    const good = flow.submit(ones("c", 5));
    expect(await flow.submit(later()).result.catch((caught: unknown) => caught)).toBe(fault);
    expect(await flow.submit(now()).result.catch((caught: unknown) => caught)).toBe(fault);
    expect((await good.result).outputs.length).toBe(5);
    expect(flow.statistics.held).toBe(0);
  });

  test("is let go of, even when it cannot be closed", async () => {
    const network = new CountingNetwork({ budget: 4 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    let returned = 0;
    const hostile = (async: boolean) => {
      const iterator = {
        next: () =>
          async
            ? Promise.resolve({ done: false, value: ones("a", 1)[0] })
            : { done: false, value: ones("a", 1)[0] },
        return: () => {
          returned++;
          throw new Error("Cannot be closed");
        },
      };
      return { [async ? Symbol.asyncIterator : Symbol.iterator]: () => iterator } as unknown as Iterable<
        Part<Token>
      >;
    };
    for (const async of [true, false]) {
      const handle = flow.submit(hostile(async));
      await settled();
      handle.cancel();
      await expect(handle.result).rejects.toThrow("cancelled");
    }
    expect(returned).toBe(2);
    expect((await flow.submit(ones("b", 2)).result).outputs.length).toBe(2);
  });

  test("must be a source", () => {
    const flow = new NetworkFlow({ workers: [new CountingNetwork({ budget: 4 })], maxLength: 1 });
    expect(() => flow.submit(7 as unknown as Part<Token>[])).toThrow(
      "A request needs its parts as an iterable",
    );
    expect(() => flow.submit([], { priority: NaN })).toThrow("A priority must be a finite number, got NaN");
    expect(flow.statistics.requests.open).toBe(0);
  });
});

describe("a callback that fails", () => {
  test.each([
    ["throws", () => {
      throw new Error("The disk is full");
    }],
    ["rejects", () => Promise.reject(new Error("The disk is full"))],
  ])("fails its request: it %s", async (_, onPart) => {
    const network = new CountingNetwork({ budget: 4 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const good = flow.submit(ones("b", 5));
    await expect(flow.submit(ones("a", 5), { onPart }).result).rejects.toThrow("The disk is full");
    expect((await good.result).outputs.length).toBe(5);
    expect(flow.statistics.held).toBe(0);
  });
});
