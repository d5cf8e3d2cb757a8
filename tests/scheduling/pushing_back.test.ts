import { describe, expect, test } from "bun:test";
import { NetworkFlow, type Part, PartFeed } from "#lib/scheduling/mod.ts";
import { CountingNetwork, ones, partsOf, settled, type Token } from "./counting_network.ts";

/** A source that counts what was taken of it, slowly or at once. */
function counted(owner: string, count: number) {
  const state = { read: 0, open: 0 };
  async function* later() {
    state.open++;
    try {
      for (const part of ones(owner, count)) {
        state.read++;
        yield part;
      }
    } finally {
      state.open--;
    }
  }
  return { state, later };
}

describe("a bounded queue", () => {
  test("reads no more than its capacity ahead", async () => {
    const network = new CountingNetwork({ budget: 4 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 10 });
    const { state, later } = counted("a", 1000);
    const handle = flow.submit(later());
    await settled(30);
    expect([state.read, flow.statistics.held]).toEqual([10, 10]);
    expect(handle.statistics).toMatchObject({ read: 10, total: undefined });
    network.open();
    let most = 0;
    for await (const _ of handle) {
      most = Math.max(most, flow.statistics.held, state.read - handle.statistics.done);
    }
    expect(most).toBeLessThanOrEqual(10);
    expect((await handle.result).outputs.length).toBe(1000);
    // The first batch is full as well: what a source has at hand is read before a batch is formed.
    expect(network.log.map(({ tokens }) => tokens.length)).toEqual(Array(250).fill(4));
  });

  test("counts lengths, and sets the longest aside for what it does not know yet", async () => {
    const network = new CountingNetwork({ budget: 8 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 8, capacity: 20 });
    const handle = flow.submit(partsOf("a", Array<number>(50).fill(5)));
    await settled();
    expect([handle.statistics.read, flow.statistics.held]).toEqual([3, 15]); // 15 + 8 > 20
    network.open();
    expect((await handle.result).outputs.length).toBe(50);
  });

  test("holds the parts that a slow receiver has not taken yet", async () => {
    const network = new CountingNetwork({ budget: 4 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 6 });
    const { state, later } = counted("a", 100);
    const pending: (() => void)[] = [];
    const handle = flow.submit(later(), {
      onPart: () => new Promise<void>((resolve) => pending.push(resolve)),
    });
    await settled(30);
    expect([state.read, pending.length, handle.statistics.done]).toEqual([6, 6, 0]);
    pending.splice(0, 2).forEach((take) => take());
    await settled(30);
    expect([state.read, pending.length, handle.statistics.done]).toEqual([8, 6, 2]);
    while (handle.statistics.state === "running") {
      pending.splice(0).forEach((take) => take());
      await settled(1);
    }
    const response = await handle.result;
    expect([response.outputs.length, response.statistics.done]).toEqual([0, 100]);
  });

  test("opens few async sources at a time, first come", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, maxOpen: 3 });
    const sources = Array.from({ length: 20 }, (_, i) => counted(`s${i}`, 10));
    const open = () => sources.reduce((sum, { state }) => sum + state.open, 0);
    const handles = sources.map(({ later }) => flow.submit(later()));
    const seen = new Set<number>();
    const all = Promise.all(handles.map(({ result }) => result));
    for (let over = false; !over; await Promise.race([all.then(() => over = true), settled(1)])) {
      seen.add(open());
    }
    expect([Math.max(...seen), open()]).toEqual([3, 0]);
    const finished = handles.map(({ statistics }, i) => ({ i, atMs: statistics.finishedAtMs ?? NaN }));
    expect(finished.filter(({ atMs }) => atMs < finished[5].atMs).every(({ i }) => i < 8)).toBe(true);
  });

  test("lets an array pass sources that wait to be opened", async () => {
    const network = new CountingNetwork({ budget: 2 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, maxOpen: 1 });
    const stuck = [1, 2].map(() =>
      flow.submit((async function* () {
        await new Promise(() => {});
        yield* ones("a", 1);
      })())
    );
    expect((await flow.submit(ones("b", 9)).result).outputs.length).toBe(9);
    stuck.forEach((handle) => handle.cancel());
  });
});

describe("a feed", () => {
  test("waits until the flow has room", async () => {
    const network = new CountingNetwork({ budget: 2 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 3 });
    const feed = new PartFeed<Token>();
    const handle = flow.submit(feed);
    let pushed = 0;
    const producing = (async () => {
      for (const part of ones("a", 10)) {
        await feed.push(part);
        pushed++;
      }
      feed.end();
    })();
    await settled(20);
    expect(pushed).toBe(3);
    network.open();
    await producing;
    expect((await handle.result).outputs.length).toBe(10);
    await expect(feed.push(ones("a", 1)[0])).rejects.toThrow("The feed has ended");
    expect(() => flow.submit(feed)).toThrow("A feed serves one request");
  });

  test("takes up no room while it has nothing to offer", async () => {
    const network = new CountingNetwork({ budget: 1 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 1 });
    const feeds = Array.from({ length: 100 }, () => new PartFeed<Token>());
    const handles = feeds.map((feed) => flow.submit(feed));
    await settled();
    expect((await flow.submit(ones("b", 3)).result).outputs.length).toBe(3);
    for (const feed of feeds) feed.end();
    const responses = await Promise.all(handles.map(({ result }) => result));
    expect(responses.every(({ outputs }) => outputs.length === 0)).toBe(true);
  });

  test("tells its producer to stop when the request has ended, and the request when the producer failed", async () => {
    const network = new CountingNetwork({ budget: 1 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1, capacity: 1 });
    const [part] = ones("a", 1);
    const feed = new PartFeed<Token>();
    const handle = flow.submit(feed);
    await feed.push(part);
    const stuck = feed.push(part);
    handle.cancel("enough");
    expect(await stuck.catch((reason: unknown) => reason)).toBe("enough");
    expect(await feed.push(part).catch((reason: unknown) => reason)).toBe("enough");
    feed.end();
    feed.fail("late");
    network.open();
    const failing = new PartFeed<Token>();
    const failed = flow.submit(failing);
    failing.fail(new Error("No microphone"));
    await expect(failed.result).rejects.toThrow("No microphone");
  });

  test("chains two flows without holding more than their capacities, nor waiting in a circle", async () => {
    const first = new CountingNetwork({ name: "first", budget: 2 });
    const second = new CountingNetwork({ name: "second", budget: 3, turns: () => 3 });
    await using segmentation = new NetworkFlow({ workers: [first], maxLength: 1, capacity: 4 });
    await using embedding = new NetworkFlow({ workers: [second], maxLength: 1, capacity: 4 });
    let held = 0;
    let most = 0;
    const embed = async (owner: string) => {
      const feed = new PartFeed<Token>();
      const parts = (function* (): Generator<Part<Token>> {
        for (const part of ones(owner, 20)) {
          most = Math.max(most, ++held);
          yield part;
        }
      })();
      const embedded = embedding.submit(feed, { onPart: () => void held-- });
      const segmented = segmentation.submit(parts, {
        onPart: ({ input }) => feed.push({ input, length: 1 }),
      });
      await segmented.result.then(() => feed.end(), (reason) => feed.fail(reason));
      return (await embedded.result).statistics.done;
    };
    // Submitted to the two flows in different orders on purpose.
    const files = Array.from(
      { length: 30 },
      (_, i) => i % 2 === 0 ? embed(`f${i}`) : settled(1).then(() => embed(`f${i}`)),
    );
    expect(await Promise.all(files)).toEqual(Array(30).fill(20));
    expect(most).toBeLessThanOrEqual(4 + 4);
    expect([...first.faults, ...second.faults]).toEqual([]);
  });
});
