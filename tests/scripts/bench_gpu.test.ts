/** `bench gpu` on the software adapter, on problems so small that no figure means anything: how it ends, whatever its steps do. */
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
import { projectRoot } from "#lib/places/places.ts";
import { command } from "#scripts/bench.ts";
import { commandLine, UsageError } from "#scripts/cli/command_line.ts";
import { gpuReport } from "#scripts/bench/gpu/gpu_report.ts";
import { gpuJsonSchema } from "#scripts/bench/gpu/json_schema.ts";
import { type GpuResults, gpuResultsSchema, type RowOf, rowsOf } from "#scripts/bench/gpu/results.ts";
import { runStep } from "#scripts/bench/gpu/run_step.ts";
import { STEPS } from "#scripts/bench/gpu/steps.ts";
import { targetsOf } from "#scripts/bench/gpu/targets.ts";
import { runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const NAMES = STEPS.map(({ name }) => name);
const hasSoftwareGpu = softwareAdapterManifest("swiftshader") !== undefined;
const folder = mkdtempSync(join(tmpdir(), "dialab-bench-gpu-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (out: string): GpuResults =>
  gpuResultsSchema.parse(JSON.parse(readFileSync(join(out, "gpu.json"), "utf8")));
const stepOf = ({ steps }: Pick<GpuResults, "steps">, name: string) =>
  steps.find((step) => step.name === name)!;
const bench = (out: string, args: readonly string[], faults = "") =>
  runCommand("bench", ["gpu", "--out", out, ...args], { env: { DIALAB_BENCH_FAULT: faults } });
const tiny = ["--sizes", "tiny", "--adapter", "swiftshader"];

describe("bench gpu: the schema", () => {
  test("in docs is the one that files are written and read by", () => {
    expect(readFileSync(join(projectRoot(), "docs", "gpu.schema.json"), "utf8")).toBe(gpuJsonSchema());
  });
});

describe("bench gpu: a step's process", () => {
  const before = process.env.DIALAB_BENCH_FAULT;
  afterEach(() => {
    if (before === undefined) delete process.env.DIALAB_BENCH_FAULT;
    else process.env.DIALAB_BENCH_FAULT = before;
  });
  const run = (step: string, limitSec: number) =>
    runStep({
      request: { step, sizes: "tiny", runs: 1, adapter: "swiftshader" },
      ...{ title: step, limitSec, signal: new AbortController().signal, progress: () => {} },
    });

  test.skipIf(!hasSoftwareGpu)(
    "loses its device, is killed, breaks down, hangs: a row each, with what it gave before",
    async () => {
      process.env.DIALAB_BENCH_FAULT =
        "transfers=lost,adapter=kill,ceilings=segfault,networks-cpu=hang,pipeline-cpu=throw";
      const [lost, killed, broken, hung, thrown] = await Promise.all([
        ...[run("transfers", 100), run("adapter", 100), run("ceilings", 100), run("networks-cpu", 8)],
        run("pipeline-cpu", 100),
      ]);
      expect([lost.status, lost.rows.length > 0 && lost.rows.length < 6]).toEqual(["failed", true]);
      expect(lost.reason).toMatch(/lost.*destroyed/i);
      expect([killed.status, killed.reason, killed.rows.length]).toEqual([
        ...["failed", "Its process was ended by SIGKILL.", 1],
      ]);
      // Some runtimes catch the signal, tell where they were, and end by another.
      expect([broken.status, broken.rows.length]).toEqual(["failed", 1]);
      expect(broken.reason).toMatch(/^Its process (was ended by SIG|ended with status [1-9])/);
      expect([hung.status, hung.reason]).toEqual(["timed out", "It did not end within 8 s."]);
      expect(hung.seconds).toBeGreaterThan(7.9);
      expect(hung.seconds).toBeLessThan(30);
      expect([thrown.status, thrown.reason]).toEqual([
        "failed",
        "TypeError: DIALAB_BENCH_FAULT asked for this",
      ]);
      expect(thrown.output).toContain("fault_hook.ts");
      expect(thrown.rows.map(({ kind }) => kind)).toEqual(["pipeline"]);
    },
    SLOW,
  );
});

describe("bench gpu: the command", () => {
  test.skipIf(!hasSoftwareGpu)(
    "goes on behind a step whose process is killed, and makes up for it when asked to",
    async () => {
      const out = join(folder, "whole");
      const only = ["--only", "ceilings,transfers,powerset"];
      const { status, stdout, stderr } = await bench(out, [...tiny, ...only], "transfers=kill");
      expect([status, stderr]).toEqual([1, ""]);

      expect(stdout).toMatch(/^ok {10}adapter/);
      expect(stdout).toContain("Its process was ended by SIGKILL.");
      const results = read(out);
      expect(results.steps.map(({ name }) => name)).toEqual(NAMES);
      expect([results.complete, results.settings.sizes]).toEqual([true, "tiny"]);
      const statuses = ["adapter", "ceilings", "transfers", "powerset"].map((name) =>
        stepOf(results, name).status
      );
      expect(statuses).toEqual(["ok", "ok", "failed", "ok"]);
      expect(stepOf(results, "transfers").rows).toHaveLength(1);
      expect(stepOf(results, "vbx").reason).toBe("It was not asked for (--only).");
      const [adapter] = rowsOf(results, "adapter");
      expect([adapter.software, adapter.df64.sums, adapter.limits.maxBindGroups > 0]).toEqual([
        true,
        0,
        true,
      ]);
      const [powerset] = rowsOf(results, "kernel");
      expect(powerset.check.difference).toBeLessThanOrEqual(powerset.check.bound);
      expect(powerset.samples.length).toBeGreaterThan(0);
      expect(powerset.device!.wallSamples.length).toBeGreaterThan(0);
      expect(powerset.device!.roofline!.share).toBeGreaterThan(0);
      const page = readFileSync(join(out, "gpu.html"), "utf8");
      expect(page).toContain("SIGKILL");
      expect(page).toContain("SwiftShader");
      expect(readdirSync(out).sort()).toEqual(["gpu.html", "gpu.json"]);

      const again = await bench(out, [...tiny, "--resume", "--only", "transfers"]);
      expect([again.status, again.stderr]).toEqual([0, ""]);
      const mended = read(out);
      expect([stepOf(mended, "transfers").status, rowsOf(mended, "transfer").length]).toEqual(["ok", 6]);
      expect(stepOf(mended, "powerset")).toEqual(stepOf(results, "powerset"));

      // On another machine, which is not asked what it has.
      const elsewhere = {
        ...mended,
        environment: { ...mended.environment, cpu: "another", sources: "others" },
      };
      writeFileSync(join(out, "gpu.json"), JSON.stringify(elsewhere));
      rmSync(join(out, "gpu.html"));
      expect(await command.run(commandLine(["gpu", "--out", out, "--page"], command.options))).toBe(0);
      expect(readFileSync(join(out, "gpu.html"), "utf8")).toContain("another, ");
      writeFileSync(join(out, "gpu.json"), JSON.stringify(mended));

      const other = await bench(out, ["--sizes", "small", "--adapter", "swiftshader", "--resume"]);
      expect([other.status, read(out)]).toEqual([2, mended]);
      expect(other.stderr).toContain("it is of other sizes (tiny then, small now)");
      expect((await bench(out, tiny)).stderr).toContain("--resume goes on with it");
    },
    SLOW,
  );

  test.skipIf(!hasSoftwareGpu)(
    "writes what there is when it is interrupted, and leaves no process behind",
    async () => {
      const out = join(folder, "interrupted");
      const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
      const script = join(projectRoot(), "scripts", "bench.ts");
      const args = ["gpu", "--out", out, ...tiny, "--only", "transfers,powerset"];
      const child = spawn(process.execPath, [...runtime, script, ...args], {
        env: { ...process.env, DIALAB_BENCH_FAULT: "transfers=hang" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let isSent = false;
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (isSent || !/^ok +adapter/m.test(text)) return;
        isSent = true;
        setTimeout(() => process.kill(child.pid!, "SIGINT"), 500);
      });
      const status = await new Promise((resolve) => child.on("close", (code) => resolve(code)));
      expect(status).toBe(130);
      const results = read(out);
      expect([stepOf(results, "transfers").status, results.complete]).toEqual(["interrupted", false]);
      expect(stepOf(results, "powerset")).toBe(undefined!);
      expect(readFileSync(join(out, "gpu.html"), "utf8")).toContain("ended before the others");
      expect(processesWith(out)).toEqual([]);
    },
    SLOW,
  );

  test("without an adapter: 3, the reason, and a file all the same", async () => {
    const out = join(folder, "none");
    const { status, stdout } = await bench(out, ["--adapter", "no such thing", "--only", "ceilings"]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/skipped +adapter/);
    const results = read(out);
    expect(stepOf(results, "ceilings").reason).toMatch(/^There is no adapter: .*no such thing/);
    expect(rowsOf(results, "adapter")).toEqual([]);
  }, SLOW);

  test("refuses what it does not know, before anything is written", async () => {
    const out = join(folder, "refused");
    writeFileSync(join(folder, "file"), "");
    const mistakes: string[][] = [
      ["gpu"],
      ["gpu", "--out", join(folder, "file")],
      ["gpu", "--out", out, "fbank"],
      ["gpu", "--out", out, "--only", "fft"],
      ["gpu", "--out", out, "--limit", "1"],
      ["gpu", "--out", out, "--sizes", "default"],
      ["gpu", "--out", out, "--peers"],
      ["gpu", "--out", out, "--resume"],
      ["gpu", "--out", out, "--page"],
      ["kernels", "--out", out],
    ];
    const { options } = command;
    for (const args of mistakes) {
      const error = await Promise.resolve().then(() => command.run(commandLine(args, options))).catch((e) =>
        e
      );
      expect([args, error]).toEqual([args, expect.any(UsageError)]);
    }
    expect(existsSync(out)).toBe(false);
  }, SLOW);
});

describe("bench gpu: targets", () => {
  test("are reached or not by what was measured, and neither where nothing was", () => {
    expect(targetsOf({ steps: [] }).map(({ reached }) => reached)).toEqual([null, null, null, null, null]);
    const check = { against: "wasm", difference: 0, bound: 0 };
    const kernel = { kind: "kernel" as const, shape: {}, backend: "webgpu", check, samples: [1] };
    const device = (seconds: number): RowOf<"kernel">["device"] => (
      { seconds, clock: "device", wallSeconds: seconds, wallSamples: [seconds], difference: 0 }
    );
    const fbank = { ...kernel, kernel: "fbank", case: "512 x 10 s", seconds: 1 };
    const rows: GpuResults["steps"][number]["rows"] = [
      { ...fbank, precision: "f32", device: device(0.5e-3) },
      { ...fbank, precision: "df64", device: device(5e-3) },
      {
        ...{ ...kernel, kernel: "vbx", case: "20000 x 300", precision: "df64", seconds: 0.1, speedup: 21 },
        peer: { name: "numpy 2", seconds: 2.1, samples: [2.1], difference: 0, cuda: null },
      },
      { ...kernel, kernel: "linkage", case: "90000", precision: "df64", seconds: 61 },
      {
        ...{ kind: "network", network: "wespeaker-resnet34-lm", provider: "webgpu", workers: 0, batch: 32 },
        ...{ threads: null, secondsPerChunk: 0.0018, samples: [0.0018], aloneSecondsPerChunk: 0.0018 },
        ...{ aloneSamples: [0.0018], ratio: 1, timesRealTime: 500, chosen: true, check },
      },
    ];
    const steps: GpuResults["steps"] = [{
      ...{ name: "fbank", title: "fbank", status: "ok", reason: null, limitSec: 1, seconds: 1 },
      ...{ notes: [], output: null, rows },
    }];
    expect(targetsOf({ steps }).map(({ reached }) => reached)).toEqual([true, false, true, false, true]);
    expect(targetsOf({ steps })[2].detail).toContain("numpy 2");
  });

  test("the page says on which card", () => {
    const results: GpuResults = {
      ...{ format: "dialab bench gpu", formatVersion: 1, command: "bench gpu", complete: true },
      ...{ startedAt: new Date(0).toISOString(), changedAt: new Date(0).toISOString() },
      settings: { sizes: "large", runs: 7, limitSec: 470, adapterAsked: null, precisions: ["df64"] },
      environment: {
        ...{ dialab: "0.1.0", runtime: "bun 1", platform: "linux x64", release: "6", cpu: "EPYC", cores: 16 },
        ...{ commit: null, sources: "0", versions: {} },
      },
      ...{ targets: targetsOf({ steps: [] }), targetsOf: "NVIDIA H200", steps: [] },
    };
    const { sections, summary } = gpuReport(results);
    expect(summary).toContain("None of the targets was measured.");
    const [block] = sections[1].blocks;
    expect(block.kind === "table" && block.table.caption).toContain("meant for an NVIDIA H200");
  });
});

/** Command lines of processes that name a folder; where that cannot be seen, none. */
function processesWith(text: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`).flatMap(
    (pid) => {
      try {
        const line = readFileSync(join("/proc", pid, "cmdline"), "utf8").replaceAll("\0", " ");
        return line.includes(text) || /bench\/gpu\/child\.ts.*"step":"transfers"/.test(line) ? [line] : [];
      } catch {
        return []; // it has ended meanwhile
      }
    },
  );
}
