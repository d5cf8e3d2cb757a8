import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { NetworkFlow, type RequestEvent } from "#lib/scheduling/mod.ts";
import { CountingNetwork, ones, settled } from "./counting_network.ts";

describe("events", () => {
  test("come with the flow's clock, and so do statistics", async () => {
    let nowMs = 0;
    const network = new CountingNetwork({ budget: 2 });
    const timed = {
      name: "cpu",
      budget: 2,
      run: (batch: Parameters<typeof network.run>[0]) => (nowMs += 10, network.run(batch)),
    };
    await using flow = new NetworkFlow({ workers: [timed], maxLength: 1, clock: () => nowMs });
    const handle = flow.submit(ones("a", 5), { name: "meeting.wav", priority: 2 });
    expect(handle.parameters).toEqual({ name: "meeting.wav", priority: 2 });
    expect(handle.statistics).toMatchObject({
      state: "waiting",
      total: 5,
      done: 0,
      submittedAtMs: 0,
      startedAtMs: undefined,
    });
    nowMs = 100;
    expect(await Array.fromAsync(handle)).toEqual([
      { type: "started", atMs: 100 },
      { type: "progress", atMs: 110, done: 2, total: 5 },
      { type: "progress", atMs: 120, done: 4, total: 5 },
      { type: "progress", atMs: 130, done: 5, total: 5 },
      { type: "done", atMs: 130, total: 5 },
    ]);
    expect((await handle.result).statistics).toEqual({
      ...{ state: "done", total: 5, read: 5, done: 5, waiting: 0, running: 0 },
      ...{ submittedAtMs: 0, startedAtMs: 100, finishedAtMs: 130 },
    });
    expect(flow.statistics).toEqual({
      requests: { open: 0, done: 1, failed: 0, cancelled: 0 },
      parts: { waiting: 0, running: 0, done: 5, retried: 0 },
      ...{ held: 0, batches: 3, meanFill: 2.5 / 3 },
      waited: { meanMs: (0 + 0 + 10 + 10 + 20) / 5, maxMs: 20 },
      workers: [{ name: "cpu", busy: false, batches: 3, parts: 5, failures: 0, busyMs: 30 }],
    });
  });

  test("can be read by several, late, slowly, or not to the end", async () => {
    const network = new CountingNetwork({ budget: 1 });
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const handle = flow.submit(ones("a", 20));
    const slow = handle[Symbol.asyncIterator]();
    const left: RequestEvent[] = [];
    for await (const event of handle) if (left.push(event) === 2) break;
    const types = async (events: AsyncIterable<RequestEvent>) =>
      (await Array.fromAsync(events)).map(({ type }) => type);
    const prompt = types(handle);
    await handle.result;
    expect(left.map(({ type }) => type)).toEqual(["started", "progress"]);
    expect((await prompt).length).toBeGreaterThan(15);
    expect(await types(slow)).toEqual(["started", "progress", "done"]);
    expect(await types(handle)).toEqual(["done"]);
    expect(await slow.next()).toEqual({ done: true, value: undefined });
  });

  test("wait for one at a time", async () => {
    const network = new CountingNetwork({ budget: 1 }).shut();
    await using flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const events = flow.submit([])[Symbol.asyncIterator]();
    const first = events.next();
    await expect(events.next()).rejects.toThrow(TypeError);
    expect(await first).toMatchObject({ value: { type: "done", total: 0 } });
  });
});

describe("closing", () => {
  test("drains, refuses what comes, and frees each worker once", async () => {
    const workers = [new CountingNetwork({ budget: 2 }), new CountingNetwork({ budget: 2 })];
    const flow = new NetworkFlow({ workers, maxLength: 1 });
    const handle = flow.submit(ones("a", 9));
    const closed = flow.close();
    expect(flow.close()).toBe(closed);
    expect(() => flow.submit([])).toThrow("The flow is closed, it takes no more requests");
    await closed;
    expect((await handle.result).outputs.length).toBe(9);
    expect(workers.map((worker) => worker.closed)).toEqual([1, 1]);
    expect(workers.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test("with cancel stops all, also after it began to drain, and waits for what runs", async () => {
    const network = new CountingNetwork({ budget: 2 }).shut();
    const flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const handle = flow.submit(ones("a", 9));
    await settled();
    const closed = flow.close();
    await settled();
    void flow.close({ cancel: true });
    await expect(handle.result).rejects.toThrow("The flow was closed");
    await settled();
    expect(network.closed).toBe(0);
    network.open();
    await closed;
    expect([network.closed, network.log.length, network.faults]).toEqual([1, 1, []]);
  });

  test("tells what workers said when they could not be freed", async () => {
    const stubborn = (name: string) => ({
      budget: 1,
      run: () => Promise.resolve([]),
      close: () => Promise.reject(new Error(name)),
    });
    const free = new CountingNetwork({ budget: 1 });
    const one = new NetworkFlow({ workers: [stubborn("x"), free], maxLength: 1 });
    await expect(one.close()).rejects.toThrow("x");
    expect(free.closed).toBe(1);
    const two = new NetworkFlow({ workers: [stubborn("x"), stubborn("y")], maxLength: 1 });
    await expect(two.close()).rejects.toThrow("2 workers could not be closed");
  });

  test("is not needed for the process to end, even with requests that cannot", () => {
    const script = fileURLToPath(new URL("./never_ends.ts", import.meta.url));
    const deno = "Deno" in globalThis;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      deno ? ["run", "-A", script] : ["run", script],
      {
        encoding: "utf8",
        timeout: 60_000,
      },
    );
    expect([status, stdout.trim(), stderr.includes("rror")]).toEqual([0, "submitted 3", false]);
  });
});
