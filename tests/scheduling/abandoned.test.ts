/** Batches that a worker has when the last of those who wanted them goes. */
import { describe, expect, test } from "bun:test";
import { NetworkFlow, type NetworkWorker } from "#lib/scheduling/mod.ts";
import { settled } from "./counting_network.ts";

/** A worker that waits for its turn: it begins with a batch when it is told to, unless the batch is not wanted any more. */
class WaitingWorker implements NetworkWorker<string, string> {
  readonly budget: number;
  readonly begun: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #turns: (() => void)[] = [];

  constructor(budget: number) {
    this.budget = budget;
  }

  async run(batch: readonly string[], { signal }: { readonly signal: AbortSignal }): Promise<string[]> {
    this.signals.push(signal);
    await new Promise<void>((resolve) => this.#turns.push(resolve));
    signal.throwIfAborted();
    this.begun.push(batch.join(" "));
    return [...batch];
  }

  next(): void {
    this.#turns.shift()?.();
  }
}

const parts = (words: string) => words.split(" ").map((input) => ({ input, length: 1 }));

describe("a batch that a worker waits with", () => {
  test("is given up when the last of its requests goes, and no sooner", async () => {
    const worker = new WaitingWorker(4);
    await using flow = new NetworkFlow({ workers: [worker], maxLength: 1 });
    const [a, b] = [flow.submit(parts("a b")), flow.submit(parts("c d"))];
    await settled();
    expect(flow.statistics).toMatchObject({ batches: 1, parts: { running: 4 } });
    a.cancel();
    expect(worker.signals[0].aborted).toBe(false);
    const reason = new Error("enough");
    b.cancel(reason);
    expect(worker.signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(worker.signals[0].reason).toBe(reason);
    worker.next();
    await settled();
    expect(worker.begun).toEqual([]);
    expect(flow.statistics).toMatchObject({
      parts: { running: 0, retried: 0 },
      workers: [{ busy: false, failures: 0 }],
    });
  });

  test("is not given up for a request that ended well, nor when one of another batch goes", async () => {
    const worker = new WaitingWorker(1);
    await using flow = new NetworkFlow({ workers: [worker, worker], maxLength: 1 });
    const [a, b] = [flow.submit(parts("a")), flow.submit(parts("b"))];
    await settled();
    worker.next();
    expect((await a.result).outputs).toEqual(["a"]);
    a.cancel();
    expect(worker.signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    worker.next();
    expect((await b.result).outputs).toEqual(["b"]);
    expect(worker.begun).toEqual(["a", "b"]);
  });

  test("is given up when the flow closes", async () => {
    const worker = new WaitingWorker(1);
    const flow = new NetworkFlow({ workers: [worker, worker], maxLength: 1 });
    const handle = flow.submit(parts("a b c"));
    await settled();
    const closed = flow.close({ cancel: true });
    expect(worker.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    worker.next();
    worker.next();
    await closed;
    expect(handle.statistics.state).toBe("cancelled");
    expect(worker.begun).toEqual([]);
  });
});
