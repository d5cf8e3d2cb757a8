/** The bench command as users run it, on problems so small that no figure means anything. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
import { projectRoot } from "#lib/places/places.ts";
import type { Measurement } from "../../scripts/bench/kernels/measurement.ts";
import { findPython } from "../../scripts/cli/python.ts";
import { FIXTURES } from "#tests/parity/scratch.ts";
import { CommandServer } from "./command_server.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const OWN = ["--captures", join(FIXTURES, "captures"), "--models", join(FIXTURES, "models")];
const KERNELS = ["fbank", "distances", "vbx", "linkage", "powerset", "pooling"];

function benchIn(env: Record<string, string>, ...args: string[]) {
  const script = join(projectRoot(), "scripts", "bench.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  return { status, stdout, stderr };
}
const bench = (...args: string[]) => benchIn({}, ...args);
const server = new CommandServer();
/** What is wrong with a command line, told before any work. */
const refused = (args: readonly string[]) => server.run("bench", args);
const tiny = (...args: string[]) => bench("kernels", "--sizes", "tiny", "--runs", "1", ...args);

interface Report {
  environment: Record<string, unknown>;
  bench: string;
  sizes: string;
  results: Measurement[];
  roofline?: { adapter: string; bytesPerSecond: number; operationsPerSecond: number }[];
}
const jsonOf = (text: string): Report => JSON.parse(text);

const hasNumpy = findPython(["numpy", "scipy"]) !== undefined;
const hasSoftwareGpu = softwareAdapterManifest("swiftshader") !== undefined;

describe("bench --help", () => {
  test("names every kernel, option and exit status, within 80 columns", () => {
    const { status, stdout } = bench("--help");
    expect(status).toBe(0);
    for (const name of [...KERNELS, "backend", "sums", "networks", "corpus", "gpu"]) {
      expect(stdout).toContain(name);
    }
    const options =
      "backend adapter precision peers runs json capture captures models sizes roofline profile help " +
      "provider batch-sizes overlap preset files out limit only resume page minutes rows clips";
    for (const name of options.split(" ")) expect(stdout).toContain(`--${name}`);
    expect(stdout).toContain("bench kernels fbank --backend wasm --peers");
    expect(stdout).toMatch(/0 {2}measured\n {4}1 {2}.*\n {4}2 {2}.*\n {4}3 {2}/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("bench corpus", () => {
  test("joins made-up stages, comes to a first batch and through an epoch of clips", () => {
    const args = ["corpus", "--rows", "1k", "--clips", "3", "--runs", "1", "--json", "-"];
    const { status, stdout, stderr } = bench(...args);
    expect(status).toBe(0);
    const hasPolars = findPython(["polars"]) !== undefined;
    expect(stderr.includes("timed without its peer")).toBe(!hasPolars);
    const { joins: [join], firsts, decodes } = JSON.parse(stdout);
    expect([join.rows, join.columns, join.runs, join.peer !== undefined]).toEqual([1000, 29, 1, hasPolars]);
    // 0.97^3 of the rows are in all, 0.95 * 0.75 * 0.5 of those pass: 325.
    expect(Math.abs(join.kept - 325)).toBeLessThan(60);
    expect(firsts.map(({ what }: { what: string }) => what)).toEqual([
      ...["a list (JSON lines)", "a list, chosen by a filtered table"],
      ...["an index of shards", "an index, chosen by a filtered table"],
    ]);
    for (const { openSeconds, seconds } of firsts) expect(seconds).toBeGreaterThan(openSeconds);
    const hasFlac = !stderr.includes("FLAC is left out");
    expect(decodes.length).toBe(hasFlac ? 4 : 2);
    for (const { clips, seconds, clipsPerSecond } of decodes) expect(clipsPerSecond).toBe(clips / seconds);
  }, SLOW);

  test.each([
    [["corpus", "joins"], "corpus measures join, first, decode, not joins"],
    [["corpus", "--rows", "many"], "--rows is a list such as 100k,1M"],
    [["corpus", "--clips", "0"], "--clips is a whole number from 1, not 0"],
    [["corpus", "--minutes", "2"], "--minutes is not for corpus"],
    [["command", "--rows", "1k"], "--rows is not for command"],
    [["backend", "--rows", "1k"], "--rows is for corpus"],
  ])("%j: a usage error", async (args, said) => {
    const { status, stdout, stderr } = await refused(args);
    expect([status, stdout, stderr.includes(said)]).toEqual([2, "", true]);
  }, SLOW);
});

describe("bench command", () => {
  test.skipIf(leftToBun)(
    "times the command on a clip and on a longer recording, and says where the time goes",
    () => {
      const { status, stdout, stderr } = bench("command", "--runs", "1", "--minutes", "0.5", "--json", "-");
      expect([status, stderr]).toEqual([0, ""]);
      const { results, parts } = JSON.parse(stdout) as {
        results: { what: string; audioSec: number; seconds: number; peakBytes?: number }[];
        parts: { seconds: number }[];
      };
      expect(results.map(({ what }) => what).slice(0, 4)).toEqual([
        "dialab --version",
        "dialab, a clip of 10 s",
        "npx dialab, the same",
        "dialab, 0.5 min",
      ]);
      expect(results.slice(0, 4).map(({ audioSec }) => audioSec)).toEqual([0, 10, 10, 30]);
      const [bare, clip] = results;
      expect(clip.seconds).toBeGreaterThan(bare.seconds);
      expect(parts.slice(0, 3).reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(clip.seconds, 9);
      // The weights alone take more.
      if (clip.peakBytes !== undefined) expect(clip.peakBytes).toBeGreaterThan(50e6);
    },
    SLOW,
  );

  test.each([
    [["command", "now"], "command takes no now"],
    [["command", "--minutes", "0"], "--minutes is a number over 0"],
    [["command", "--backend", "wasm"], "--backend is not for command"],
    [["kernels", "--minutes", "5"], "--minutes is for command"],
  ])("%j is a usage error", async (args, message) => {
    const { status, stderr } = await refused(args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  }, SLOW);
});

describe("bench kernels", () => {
  test("measures all kernels on the CPU backends, within 80 columns and without colours", () => {
    const { status, stdout, stderr } = tiny("--backend", "wasm");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain("\x1b");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    for (const name of KERNELS) expect(stdout).toMatch(new RegExp(`^${name} .*backend`, "m"));
  }, SLOW);

  test("--json prints one object: every problem with its check, and memory for linkage", () => {
    const { status, stdout } = tiny("--backend", "wasm", "--json", "fbank", "linkage");
    expect(status).toBe(0);
    const { environment, bench: what, sizes, results } = jsonOf(stdout);
    expect([what, sizes, typeof environment.cpu]).toEqual(["kernels", "tiny", "string"]);
    expect(results.map(({ kernel, backend, precision }) => [kernel, backend, precision])).toEqual([
      ["fbank", "wasm", "f64"],
      ["linkage", "wasm", "f64"],
    ]);
    for (const { check, seconds, peer, device } of results) {
      expect(check.against).toBe("scalar");
      expect(check.difference).toBeLessThanOrEqual(check.bound);
      expect(seconds).toBeGreaterThan(0);
      expect([peer, device]).toEqual([undefined, undefined]);
    }
    // float32 features cannot be float64's: the check has looked at something.
    expect(results[0].check.difference).toBeGreaterThan(0);
    expect(results[0].peakBytes).toBe(undefined);
    expect(results[1].peakBytes).toBeGreaterThan(1e7);
  }, SLOW);

  test.skipIf(!hasNumpy || leftToBun)(
    "--peers has numpy and SciPy do the same, and compares what they got",
    () => {
      const { status, stdout } = tiny("--backend", "wasm", "--peers", "--json", ...KERNELS.slice(1));
      expect(status).toBe(0);
      const { results } = jsonOf(stdout);
      expect(new Set(results.map(({ kernel }) => kernel)).size).toBe(5);
      for (const { seconds, peer, speedup } of results) {
        expect(peer!.name).toMatch(/^(numpy|SciPy) \d/);
        expect(speedup).toBeCloseTo(peer!.seconds / seconds, 9);
        expect(peer!.difference).toBeLessThan(1e-4);
      }
    },
    SLOW,
  );

  test.skipIf(!hasSoftwareGpu)("on a GPU: data on the device, its parts, and the ceilings", () => {
    const args = ["--backend", "webgpu", "--adapter", "swiftshader", "--roofline", "--profile", "--json"];
    const { status, stdout } = tiny(...args, "pooling", "powerset", "vbx");
    expect(status).toBe(0);
    const { results, roofline } = jsonOf(stdout);
    expect(roofline).toHaveLength(1);
    expect(roofline![0].adapter).toContain("SwiftShader");
    // Kernels that are the same in both precisions come once.
    expect(results.map(({ kernel, precision }) => `${kernel} ${precision}`)).toEqual([
      "vbx df64",
      "powerset df64",
      "pooling df64",
      "pooling f32",
    ]);
    for (const { device, adapter } of results) {
      expect(adapter).toContain("SwiftShader");
      expect(device!.parts!.length).toBeGreaterThan(0);
      const { bytes, bytesPerSecond, share, nearer } = device!.roofline!;
      expect(bytesPerSecond).toBeCloseTo(bytes / device!.seconds, 3);
      expect(share).toBeGreaterThan(0);
      expect(["bytes", "operations"]).toContain(nearer);
    }
    expect(results[0].device!.parts!.map(({ dispatches }) => dispatches)).toEqual([3, 3, 3, 3, 3, 3]);
  }, SLOW);
});

describe("bench: exit statuses", () => {
  const mistakes: [string, string[]][] = [
    ["nothing to measure", []],
    ["something else to measure", ["decoding"]],
    ["an unknown kernel", ["kernels", "fft"]],
    ["unknown sizes", ["kernels", "--sizes", "huge"]],
    ["no runs", ["kernels", "--runs", "0"]],
    ["ceilings of a CPU", ["kernels", "--backend", "wasm", "--roofline"]],
    ["a capture for kernels", ["kernels", "--capture", "a"]],
    ["sizes for the back end", ["backend", "--sizes", "tiny"]],
    ["a backend for sums", ["sums", "--backend", "wasm"]],
    ["overlap of kernels", ["kernels", "--overlap"]],
    ["all backends at once for the back end", ["backend", "--backend", "all"]],
  ];
  test("2 for a wrong command line, with the way to the help", async () => {
    expect(bench(...mistakes[0][1]).status).toBe(2);
    for (const [, args] of mistakes) {
      const { status, stdout, stderr } = await refused(args);
      expect([args, status, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toMatch(/^error: .*\nTry --help\.\n$/);
    }
  }, SLOW);

  test("3 without a peer, an adapter, or a capture", () => {
    const none = { DIALAB_PYTHON: "/nonexistent/python3" };
    const noPeer = benchIn(none, "kernels", "fbank", "--sizes", "tiny", "--backend", "wasm", "--peers");
    expect([noPeer.status, noPeer.stdout]).toEqual([3, ""]);
    expect(noPeer.stderr).toMatch(/^error: No python3 has numpy, torch, torchaudio/);
    const noAdapter = tiny("fbank", "--backend", "webgpu", "--adapter", "no such thing");
    expect(noAdapter.status).toBe(3);
    const noCapture = bench("backend", "--capture", "no_such_capture");
    expect(noCapture.status).toBe(3);
    expect(noCapture.stderr).toContain("There is no capture no_such_capture; there are ");
  }, SLOW);

  test("1 when a peer fails", () => {
    // A Python that has all modules, and then does not know what to do with the problem.
    const { status, stdout } = benchIn(
      { DIALAB_PYTHON: join(projectRoot(), "tests", "scripts", "samples", "failing_python.sh") },
      ...["kernels", "powerset", "--sizes", "tiny", "--runs", "1", "--backend", "wasm", "--peers", "--json"],
    );
    expect([status, stdout]).toEqual([1, ""]);
  }, SLOW);
});

describe("bench backend", () => {
  test("sums takes the project's own captures", () => {
    const { status, stdout } = bench("sums", "--capture", "b_five_speakers", "--runs", "1", "--json", ...OWN);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).sums).toHaveLength(7);
  }, SLOW);
});
