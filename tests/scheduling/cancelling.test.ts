import { describe, expect, test } from "bun:test";
import { NetworkFlow, type Part, type RequestEvent } from "#lib/scheduling/mod.ts";
import { collectGarbage } from "./collect_garbage.ts";
import { batchesOf, CountingNetwork, ones, settled, type Token } from "./counting_network.ts";

const reasonOf = (result: Promise<unknown>) => result.then(() => "done", (reason: unknown) => reason);

describe("cancelling", () => {
  test("removes what waits; what runs is left to finish, and nobody gets it", async () => {
    const network = new CountingNetwork({ budget: 2 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 100 });
    const [a, b] = [flow.submit(ones("a", 5)), flow.submit(ones("b", 3))];
    await settled();
    expect(batchesOf(network.log)).toEqual(["a0 b0"]);
    expect(a.statistics).toMatchObject({ state: "running", running: 1, waiting: 4, total: 5 });
    a.cancel("enough");
    a.cancel("again");
    expect(a.statistics).toMatchObject({ state: "cancelled", running: 1, waiting: 0 });
    expect(await reasonOf(a.result)).toBe("enough");
    network.open();
    expect((await b.result).outputs.length).toBe(3);
    expect(batchesOf(network.log)).toEqual(["a0 b0", "b1 b2"]);
    expect(a.statistics).toMatchObject({ state: "cancelled", running: 0, done: 0 });
  });

  test("of all who wait leaves nothing to run", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const handles = [flow.submit(ones("a", 2)), flow.submit(ones("b", 2))];
    for (const handle of handles) handle.cancel();
    await settled();
    expect(network.log).toEqual([]);
    expect(flow.statistics).toMatchObject({
      held: 0,
      parts: { waiting: 0 },
      requests: { open: 0, cancelled: 2 },
    });
  });

  test("after the first progress event runs no further batch", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const handle = flow.submit(ones("a", 100));
    const seen: RequestEvent[] = [];
    for await (const event of handle) {
      seen.push(event);
      if (event.type === "progress") handle.cancel();
    }
    await settled();
    expect(seen.map(({ type }) => type)).toEqual(["started", "progress", "cancelled"]);
    expect(network.log.length).toBe(1);
  });

  test("by a signal, before and during, gives the signal's reason and leaves no listener", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => (listeners++, add(...args)),
      removeEventListener: (...args: Parameters<typeof remove>) => (listeners--, remove(...args)),
    });
    await flow.submit(ones("a", 3), { signal }).result;
    expect(listeners).toBe(0);
    const during = flow.submit(ones("b", 100), { signal });
    await settled();
    const reason = new Error("Ctrl-C");
    controller.abort(reason);
    expect(await reasonOf(during.result)).toBe(reason);
    let opened = false;
    async function* never() {
      opened = true;
      yield* ones("c", 1);
    }
    expect(await reasonOf(flow.submit(never(), { signal }).result)).toBe(reason);
    expect([opened, listeners]).toEqual([false, 0]);
  });

  test("gives an AbortError by default, and so does the end of a block", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    let result: Promise<unknown>;
    {
      using handle = flow.submit(ones("a", 100));
      ({ result } = handle);
    }
    expect(await reasonOf(result)).toMatchObject({
      name: "AbortError",
      message: "The request was cancelled",
    });
  });

  test("lets go of the source, and of a read that never ends", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 2 });
    const closed: string[] = [];
    async function* open(hangs: boolean) {
      try {
        if (hangs) await new Promise(() => {});
        for (;;) yield* ones("a", 1);
      } finally {
        closed.push("a");
      }
    }
    const hanging = [flow.submit(open(true)), flow.submit(open(true))];
    const running = flow.submit(open(false));
    await settled();
    expect(flow.statistics.parts.done).toBe(0); // the two have taken all the room
    for (const handle of hanging) handle.cancel();
    await settled();
    expect(running.statistics.done).toBeGreaterThan(0);
    running.cancel();
    await settled();
    expect(closed).toEqual(["a"]);
    expect((await flow.submit(ones("b", 5)).result).outputs.length).toBe(5);
  });

  test("from within the source, the callback and the chopping does no harm", async () => {
    const network = new CountingNetwork({ budget: 2 });
    const chopping = { chop: (): Part<Token>[] => (chopped.cancel(), ones("x", 2)), join: () => "" };
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, chopping });
    function* source() {
      yield* ones("a", 1);
      fromSource.cancel();
      yield* ones("a", 1);
    }
    const blocker = flow.submit(ones("c", 6)); // fills the queue, so that the others are read later
    const fromSource = flow.submit(source());
    const fromPart = flow.submit(ones("b", 9), { onPart: () => fromPart.cancel() });
    const chopped = flow.submit([{ input: { owner: "x", index: 0, length: 2 }, length: 2 }]);
    for (const handle of [fromSource, fromPart, chopped]) {
      expect(await reasonOf(handle.result)).toMatchObject({ name: "AbortError" });
    }
    await blocker.result;
    await settled();
    expect(flow.statistics).toMatchObject({
      held: 0,
      parts: { waiting: 0 },
      requests: { open: 0, cancelled: 3 },
    });
  });
});

describe("a handle that is dropped", () => {
  test("cancels its request, unless somebody asked for its result, its events or its parts", async () => {
    const network = new CountingNetwork({ budget: 1 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 100 });
    let delivered = 0;
    const results: Promise<unknown>[] = [];
    (() => {
      for (let i = 0; i < 10; i++) flow.submit(ones("dropped", 3));
      results.push(flow.submit(ones("result", 3)).result);
      const events = flow.submit(ones("events", 3))[Symbol.asyncIterator]();
      results.push((async () => {
        for await (const event of events) if (event.type === "done") return;
        throw new Error("No end");
      })());
      flow.submit(ones("parts", 3), { onPart: () => void delivered++ });
    })();
    const kept = flow.submit(ones("kept", 3));
    for (let i = 0; i < 50 && flow.statistics.requests.cancelled < 10; i++) await collectGarbage();
    expect(flow.statistics.requests.cancelled).toBe(10);
    network.open();
    await Promise.all([...results, kept.result]);
    await settled(20);
    expect(delivered).toBe(3);
    // One part was in the worker when the handles were dropped.
    expect(network.log.filter(({ tokens }) => tokens[0].owner === "dropped").length).toBeLessThanOrEqual(1);
  });
});
