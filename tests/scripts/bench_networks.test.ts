/** `bench networks` as users run it: what it checks, prints and refuses. No figure means anything. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { SessionOptions } from "#lib/networks/provider.ts";
import { projectRoot } from "#lib/places/places.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";
import { measureNetwork } from "../../scripts/bench/networks/measure_network.ts";
import type { NetworkMeasurement } from "../../scripts/bench/networks/measure_network.ts";
import type { NetworkCase } from "../../scripts/bench/networks/network_case.ts";
import type { OverlapReport } from "../../scripts/bench/networks/overlap.ts";
import { RefusedError } from "../../scripts/bench/refused_error.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;

function bench(...args: string[]) {
  const script = join(projectRoot(), "scripts", "bench.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, "networks", ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

/** A network of one number for each chunk, the chunk's first sample, that is off in some ways. */
function fake(wrong: (options: SessionOptions, batch: number) => number): NetworkCase & { runs: number } {
  const network = {
    name: "fake",
    runs: 0,
    open: (_: string, options: SessionOptions) =>
      Promise.resolve({
        run(chunks: readonly { readonly samples: Float32Array }[]) {
          network.runs++;
          const error = wrong(options, chunks.length);
          return Promise.resolve(Float32Array.from(chunks, ({ samples }) => samples[0] + error));
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    alone: () =>
      Promise.resolve({
        runs: () => Promise.resolve((repeats: number) => sleep(2 * repeats)),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  };
  return network;
}
const settings = {
  ...{ path: "fake.onnx", providers: ["cpu" as const], batches: [1, 2], runs: 1 },
  ...{ progress: () => {}, tell: () => {} },
};

describe("bench networks: checked before timed", () => {
  test("a batch that changes a number by one bit on the CPU is refused, in whichever way it runs", async () => {
    for (const own of [true, false]) {
      const network = fake(({ workers = 0 }, batch) => batch === 2 && (workers > 0) === own ? 1e-7 : 0);
      const refused = await measureNetwork(network, settings).catch((error) => error);
      expect(refused).toBeInstanceOf(RefusedError);
      expect(refused.message).toMatch(/^fake on cpu, \d threads of its own, batch 2 is off by 1\.\d+e-7/);
    }
  });

  test("onnxruntime alone is timed a chunk as well", async () => {
    const [one, two] = await measureNetwork(fake(() => 0), settings);
    expect(one.aloneSecondsPerChunk).toBeGreaterThan(0.0015);
    expect(two.aloneSecondsPerChunk).toBeLessThan(one.aloneSecondsPerChunk);
    expect(one.ratio).toBeLessThan(1);
  });

  test("a GPU may be off by 1e-4 of the largest number", async () => {
    const on = (error: number) => fake(({ provider }) => provider === "webgpu" ? error : 0);
    const rows = await measureNetwork(on(1e-6), { ...settings, providers: ["webgpu" as const] });
    expect(rows.map(({ workers, batch, threads }) => [workers, batch, threads])).toEqual([
      [0, 1, null],
      [0, 2, null],
      [1, 1, null],
      [1, 2, null],
    ]);
    expect(rows[0].check.difference).toBeGreaterThan(0);
    const refused = await measureNetwork(on(1e-3), { ...settings, providers: ["webgpu" as const] }).catch((
      e,
    ) => e);
    expect(refused).toBeInstanceOf(RefusedError);
  });
});

describe("bench networks: the command line", () => {
  const mistakes: string[][] = [
    ["resnet"],
    ["--provider", "tpu"],
    ["--batch-sizes", "1,x"],
    ["--batch-sizes", "0"],
    ["--peers"],
    ["--sizes", "tiny"],
    ["--files", "3"],
    ["--overlap", "--files", "0"],
    ["--overlap", "--preset", "tiny"],
    ["--overlap", "--batch-sizes", "4"],
  ];
  test("is wrong with 2", () => {
    for (const args of mistakes) {
      const { status, stdout, stderr } = bench(...args);
      expect([args, status, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toMatch(/^error: .*\nTry --help\.\n$/);
    }
  }, SLOW);

  test("names a recording that is missing with 3", () => {
    const { status, stderr } = bench("--overlap", "no such recording.wav");
    expect([status, stderr]).toEqual([3, "error: no such recording.wav does not exist.\n"]);
  }, SLOW);
});

const thinresnet = model("thinresnet_voxceleb2_64d.onnx");
describeWith("bench networks where a provider is missing", thinresnet, () => {
  test("names it with 3", () => {
    const { status, stderr } = bench("thinresnet", "--provider", "cuda");
    expect(status).toBe(3);
    expect(stderr).toMatch(/cuda: .*thinresnet.*cannot be run by provider cuda/);
  }, SLOW);
});

describeWith(
  "bench networks on real weights",
  thinresnet && fixture("ami"),
  (ami) => {
    test("measures a network on the calling thread and in threads of its own", () => {
      const { status, stdout } = bench(
        ...["thinresnet", "--provider", "cpu", "--batch-sizes", "1,2", "--runs", "1", "--json"],
      );
      expect(status).toBe(0);
      const { results } = JSON.parse(stdout) as { results: NetworkMeasurement[] };
      expect(results.map(({ workers, batch }) => [workers > 0, batch])).toEqual([
        [false, 1],
        [false, 2],
        [true, 1],
        [true, 2],
      ]);
      for (const { check, secondsPerChunk, aloneSecondsPerChunk, ratio, timesRealTime } of results) {
        expect(check.difference).toBe(0);
        expect(aloneSecondsPerChunk).toBeGreaterThan(0);
        expect(ratio * aloneSecondsPerChunk).toBeCloseTo(secondsPerChunk, 12);
        expect(timesRealTime * secondsPerChunk).toBeCloseTo(1, 9);
      }
    }, SLOW);

    test("--overlap does the same recordings in four ways", () => {
      const { status, stdout } = bench(
        ...["--overlap", join(ami, "trn01.wav"), "--files", "2", "--runs", "1", "--json"],
      );
      expect(status).toBe(0);
      const report = JSON.parse(stdout) as OverlapReport;
      expect(report.files).toBe(2);
      expect(report.seconds).toBeCloseTo(60, 2);
      expect(report.ways.map(({ workers, together }) => [workers > 0, together])).toEqual([
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ]);
      expect(report.gain).toBeCloseTo(report.ways[2].seconds / report.ways[0].seconds, 9);
      expect(report.company).toBeCloseTo(report.ways[3].seconds / report.ways[2].seconds, 9);
    }, SLOW);
  },
);
