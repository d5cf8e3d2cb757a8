/**
 * Measures how much memory reading and writing a large array takes over the array itself, each step in a process
 * of its own. Linux only (VmHWM). Run by hand in either runtime:
 *
 *     bun tests/arrays/measure_memory.ts [megabytes]
 *     deno run -A tests/arrays/measure_memory.ts [megabytes]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type NdArray, ndArray, readNpy, readNpz, writeNpy, writeNpz } from "#lib/arrays/mod.ts";

const FILES = ["stored.npz", "deflated.npz", "plain.npy"];

/** Half random, half zeros, so that deflate has something to do either way. */
function largeArray(megabytes: number): NdArray {
  const data = new Float64Array(megabytes * 125_000);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = i % 2 === 0 ? state : 0;
  }
  return ndArray("f8", [data.length / 1000, 1000], data);
}

/** Megabytes (10^6 bytes) of one line of /proc/self/status. */
function memory(line: "VmRSS" | "VmHWM"): number {
  const kib = new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kib) * 1024 / 1e6;
}

async function write(path: string, array: NdArray): Promise<void> {
  if (path.endsWith(".npy")) await writeNpy(path, array);
  else await writeNpz(path, { array }, { compress: path.includes("deflated") });
}

async function read(path: string): Promise<NdArray> {
  return path.endsWith(".npy") ? await readNpy(path) : (await readNpz(path)).array;
}

/** One step in this process: what the peak grew by, and the seconds. */
async function step(path: string, megabytes: number, reading: boolean): Promise<void> {
  // A small one first, so that the code itself is already in memory.
  const small = largeArray(1);
  const warm = join(path, "..", `warm_${path.split("/").at(-1)}`);
  await write(warm, small);
  await read(warm);
  const array = reading ? undefined : largeArray(megabytes);
  const before = memory("VmRSS");
  const start = performance.now();
  const result = reading ? await read(path) : await write(path, array ?? small);
  const seconds = (performance.now() - start) / 1000;
  const values = (result ?? array)?.data.length;
  const figures = { values, grewMB: memory("VmHWM") - before, seconds, fileMB: statSync(path).size / 1e6 };
  process.stdout.write(JSON.stringify(figures) + "\n");
}

if (process.argv[2] === "--step") {
  await step(process.argv[3], Number(process.argv[4]), process.argv[5] === "read");
} else {
  const megabytes = Number(process.argv[2] ?? 400);
  const folder = mkdtempSync(join(tmpdir(), "dialab-"));
  const runtime = "deno" in process.versions ? ["run", "-A"] : [];
  for (const file of FILES) {
    for (const action of ["write", "read"]) {
      const script = fileURLToPath(import.meta.url);
      const args = [...runtime, script, "--step", join(folder, file), String(megabytes), action];
      const run = spawnSync(process.execPath, args, { encoding: "utf8" });
      process.stdout.write(`${action} ${file}: ${run.stdout.trim() || run.stderr}\n`);
    }
  }
  rmSync(folder, { recursive: true });
}
