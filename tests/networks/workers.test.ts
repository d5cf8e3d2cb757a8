/** Networks in threads of their own: the same numbers, the same errors, and nothing left behind. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { NetworkOutputError } from "#lib/networks/checked_output.ts";
import { ModelFileError } from "#lib/networks/onnx/model_file_error.ts";
import { openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
import { openSession } from "#lib/networks/open_session.ts";
import { InferencePool, inferencePool } from "#lib/networks/workers/inference_pool.ts";
import { InferenceThread } from "#lib/networks/workers/inference_thread.ts";
import { PooledSession } from "#lib/networks/workers/pooled_session.ts";
import { buildOnnx } from "./build_onnx.ts";
import { maskedNetwork, someNumbers } from "./masked_network.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-workers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** y = op(x), (batch, 3). */
function network(op = "Softmax"): Uint8Array<ArrayBuffer> {
  return buildOnnx({
    inputs: [{ name: "x", shape: ["batch", 3] }],
    outputs: [{ name: "y", shape: ["batch", 3] }],
    nodes: [{ op, inputs: ["x"], output: "y" }],
  });
}
const feed = (...values: number[]) => ({
  x: ndArray("f4", [values.length / 3, 3], new Float32Array(values)),
});
const open = (workers: number, op?: string) => openSession(network(op), { path: "net.onnx", workers });

describe("networks in threads of their own", () => {
  test("give what the calling thread gives, and leave the caller its arrays", async () => {
    const results = [];
    for (const workers of [0, 1, 2]) {
      await using session = await open(workers);
      const given = feed(1, 2, 3, -1, 0.5, 7);
      const { y } = await session.run(given, { y: [2, 3] });
      expect(given.x.data).toEqual(new Float32Array([1, 2, 3, -1, 0.5, 7]));
      results.push(y);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[0].data.slice(0, 3).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });

  test("cut and pool as on the calling thread, bit for bit", async () => {
    const path = join(folder, "masked.onnx");
    writeFileSync(path, maskedNetwork());
    const fbank = ndArray("f4", [2, 9, 4], new Float32Array(someNumbers(72)));
    const masks = ndArray("f4", [2, 2, 7], new Float32Array(someNumbers(28, 3).map(Math.abs)));
    await using own = await openMaskedEmbedding(path);
    await using threaded = await openMaskedEmbedding(path, { workers: 2 });
    await using whole = await openMaskedEmbedding(path, { workers: 1, pooling: "network" });
    const expected = await own.run(fbank, masks);
    expect(await threaded.run(fbank, masks)).toEqual(expected);
    const { data } = await whole.run(fbank, masks);
    expect(data.every((value, i) => Math.abs(value - expected.data[i]) < 1e-5)).toBe(true);
    expect(inferencePool.statistics.sessions).toBe(2); // the whole one, with which the cut one was compared, is gone
  });

  test("give each run its own answer, however many there are at a time", async () => {
    await using session = await open(2, "Relu");
    const runs = Array.from({ length: 40 }, async (_, i) => {
      const { y } = await session.run(feed(i, -1 - i, i + 0.5), { y: [1, 3] });
      return [...y.data];
    });
    expect(inferencePool.statistics).toMatchObject({ threads: 2, sessions: 1, running: 2 });
    expect(await Promise.all(runs)).toEqual(Array.from({ length: 40 }, (_, i) => [i, 0, i + 0.5]));
    expect(inferencePool.statistics).toMatchObject({ waiting: 0, running: 0 });
  });

  test("share the threads, which end a while after the last session", async () => {
    const pool = new InferencePool({ lingerMs: 50 });
    const inPool = (copies: number) =>
      PooledSession.open({ path: "net.onnx", bytes: network(), settings: {} }, { copies, pool });
    const first = await inPool(2);
    let second = await inPool(1);
    expect(pool.statistics).toMatchObject({ threads: 2, sessions: 2 });
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    expect(pool.statistics).toMatchObject({ threads: 2, sessions: 1 });
    await second[Symbol.asyncDispose]();
    second = await inPool(1); // sooner than they end
    expect(pool.statistics).toMatchObject({ threads: 2, sessions: 1 });
    await setTimeout(200);
    await second.run(feed(1, 2, 3), { y: [1, 3] });
    await second[Symbol.asyncDispose]();
    for (let i = 0; i < 100 && pool.statistics.threads > 0; i++) await setTimeout(20);
    expect(pool.statistics).toMatchObject({ threads: 0, sessions: 0 });
    await expect(second.run(feed(1, 2, 3), { y: [1, 3] })).rejects.toThrow(/net\.onnx: .* been released/);
  });

  test("a run that is cancelled before a thread has taken it is never done", async () => {
    await using session = await open(1);
    const before = inferencePool.statistics.begun;
    const [stop, reason] = [new AbortController(), new Error("enough")];
    const run = (signal?: AbortSignal) => session.run(feed(1, 2, 3), { y: [1, 3] }, { signal });
    const [running, waiting, other] = [run(stop.signal), run(stop.signal), run()];
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(run(stop.signal)).rejects.toBe(reason);
    await Promise.all([running, other]);
    expect(inferencePool.statistics.begun - before).toBe(2);
  });
});

describe("a thread that dies", () => {
  test("fails what it ran and what waited for it; the next opening gets another", async () => {
    const threads: InferenceThread[] = [];
    const start = () => {
      threads.push(new InferenceThread());
      return threads[threads.length - 1];
    };
    const pool = new InferencePool({ lingerMs: 0, start });
    const inPool = () =>
      PooledSession.open({ path: "net.onnx", bytes: network(), settings: {} }, { copies: 1, pool });
    await using session = await inPool();
    const run = () => session.run(feed(1, 2, 3), { y: [1, 3] }).catch((error: Error) => error.message);
    const both = Promise.all([run(), run()]);
    await threads[0].terminate();
    expect(await both).toEqual([
      "The thread that runs networks was ended.",
      "There is no thread any more that has this network.",
    ]);
    expect(await run()).toBe("There is no thread any more that has this network.");
    await using other = await inPool();
    expect(threads.length).toBe(2);
    expect((await other.run(feed(0, 0, 0), { y: [1, 3] })).y.shape).toEqual([1, 3]);
  });
});

describe("errors of networks in threads of their own", () => {
  test.each([0, 2])("with %d threads: the same classes and messages", async (workers) => {
    await using session = await open(workers, "Log");
    const bad = session.run(feed(1, -1, 2), { y: [1, 3] });
    await expect(bad).rejects.toBeInstanceOf(NetworkOutputError);
    await expect(bad).rejects.toThrow(/^net\.onnx gave NaN at index 1 of y \(1, 3\)/);
    const shape = session.run(feed(1, 1, 2), { y: [1, 4] });
    await expect(shape).rejects.toThrow(/^net\.onnx gave y of shape \(1, 3\); \(1, 4\) of float32 is needed/);
    const name = session.run({ z: feed(1, 1, 2).x }, { y: [1, 3] });
    await expect(name).rejects.toThrow(/input 'x' is missing/);
    const { y } = await session.run(feed(1, 1, 1), { y: [1, 3] });
    expect([...y.data]).toEqual([0, 0, 0]);
    const odd = open(workers, "Frobnicate");
    await expect(odd).rejects.toBeInstanceOf(ModelFileError);
    await expect(odd).rejects.toThrow(/net\.onnx: onnxruntime cannot load it.*Frobnicate/s);
  });

  test("a number of threads that is none", async () => {
    for (const workers of [-1, 1.5, NaN, 65]) {
      await expect(open(workers)).rejects.toThrow(/^workers is .* from 0 to 64/);
    }
  });

  test("leave no session behind, nor a run", () => {
    expect(inferencePool.statistics).toMatchObject({ sessions: 0, waiting: 0, running: 0 });
  });
});
