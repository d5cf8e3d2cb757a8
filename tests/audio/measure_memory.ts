/**
 * Measures how much memory and time the chunks of a long recording take, each recording in a process of its own. Linux
 * only (VmHWM). Run by hand in either runtime:
 *
 *     bun tests/audio/measure_memory.ts [hours]
 *     deno run -A tests/audio/measure_memory.ts [hours]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { chunkCount, chunkGeometry, chunks, encodeWav, openAudio } from "#lib/audio/mod.ts";

/** Name, rate and channels of what is read: as the networks hear it, and as recorders write it. */
const RECORDINGS: readonly (readonly [name: string, rate: number, channels: number])[] = [
  ["mono_16000.wav", 16000, 1],
  ["stereo_44100.wav", 44100, 2],
];

/** A recording made by repeating one second, written through a small buffer, its header with the sizes left open. */
async function writeLong(
  path: string,
  { rate, channels, seconds }: { rate: number; channels: number; seconds: number },
): Promise<void> {
  const second = Array.from(
    { length: channels },
    (_, c) => Float32Array.from({ length: rate }, (_, i) => Math.sin((i * i) / 1e5 + c) / 2),
  );
  const bytes = encodeWav(second, { sampleRate: rate });
  const header = bytes.slice(0, 44);
  new DataView(header.buffer).setUint32(4, 0xffffffff, true);
  new DataView(header.buffer).setUint32(40, 0xffffffff, true);
  const handle = await open(path, "w");
  await handle.write(header);
  for (let i = 0; i < seconds; i++) await handle.write(bytes, 44);
  await handle.close();
}

/** Reads in this process; prints figures of the whole process. */
async function read(path: string): Promise<void> {
  const start = performance.now();
  await using audio = await openAudio(path);
  let count = 0;
  let sum = 0;
  for await (const { samples, index } of chunks(audio, { reuse: true })) {
    count++;
    sum += samples[index % samples.length];
  }
  const seconds = (performance.now() - start) / 1000;
  const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  const figures = {
    count,
    peakMB: Math.round(Number(kib) * 1024 / 1e6),
    seconds,
    isFinite: Number.isFinite(sum),
  };
  process.stdout.write(JSON.stringify(figures) + "\n");
}

if (process.argv[2] === "--read") {
  await read(process.argv[3]);
} else {
  const seconds = Number(process.argv[2] ?? 1) * 3600;
  const folder = mkdtempSync(join(tmpdir(), "dialab-"));
  const runtime = "deno" in process.versions ? ["run", "-A"] : [];
  try {
    for (const [name, rate, channels] of RECORDINGS) {
      const path = join(folder, name);
      await writeLong(path, { rate, channels, seconds });
      const args = [...runtime, fileURLToPath(import.meta.url), "--read", path];
      const run = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (run.status !== 0) throw new Error(run.stderr);
      const expected = chunkCount(seconds * 16000, chunkGeometry(16000));
      const figures = { ...JSON.parse(run.stdout), expected, fileMB: Math.round(statSync(path).size / 1e6) };
      process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`);
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
