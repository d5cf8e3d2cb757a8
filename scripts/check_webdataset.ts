/**
 * Whether the real webdataset reads our shards as we do: shards with odd ids are made, and both read them.
 *
 *     bun run scripts/check_webdataset.ts        needs a Python with webdataset: pip install webdataset
 *
 * Exit 0 where each sample has the same key and the same bytes, 1 where one has not, 3 without a Python that has webdataset.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { readSamples } from "#lib/corpus/shards/read_samples.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
import { projectRoot } from "#lib/places/places.ts";
import { findPython } from "./cli/python.ts";

/** Ids as recordings have them: dots, blanks, folders, other scripts, signs that tar or a shell minds, and names that need PAX. */
const IDS = [
  ...["rec", "rec.2024.05.01", "a b", "день", "naïve", "e\u0301", "50%", "50%2E"],
  ...["[x]", "it's", "-n", "~", "x_0001", "speaker 1/rec", "day.1/rec.2"],
  ...["l".repeat(180), `${"é".repeat(90)}.1`],
];

/** Writes shards of 200 clips of such ids, some with a sidecar, from a seed. */
async function makeShards(folder: string): Promise<string[]> {
  const random = new MersenneTwister(1);
  const writer = await openShardWriter(folder, { mostSamples: 32 });
  for (let i = 0; i < 200; i++) {
    const key = `${IDS[i % IDS.length]}_${String(i).padStart(4, "0")}`;
    const samples = Float32Array.from(
      { length: 1 + Math.floor(2000 * random.random()) },
      () => random.random() - 0.5,
    );
    const wav = encodeWav(samples, { sampleRate: 16_000 });
    const json = new TextEncoder().encode(JSON.stringify({ clip_id: key, number: i }));
    await writer.add({ key, members: i % 3 === 0 ? { wav } : { wav, json } });
  }
  await writer.close();
  return (await readdir(folder)).filter((name) => name.endsWith(".tar")).sort().map((name) =>
    join(folder, name)
  );
}

/** A line for each sample, which says all that a reader can see. */
const lineOf = (key: string, members: readonly (readonly [string, number, string])[]) =>
  JSON.stringify([key, [...members].sort(([a], [b]) => a < b ? -1 : 1)]);

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function ourLines(shards: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const shard of shards) {
    for await (const { key, members } of readSamples(shard, { rule: "webdataset" })) {
      const sums = [...members].map(([suffix, bytes]) => [suffix, bytes.length, sha256(bytes)] as const);
      lines.push(lineOf(key, sums));
    }
  }
  return lines;
}

/** What `read_shards.py` prints of a sample. */
interface ReadSample {
  readonly key: string;
  readonly members: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

function theirLines(python: string, shards: readonly string[]): string[] {
  const script = join(projectRoot(), "scripts", "webdataset", "read_shards.py");
  const { status, stdout, stderr } = spawnSync(python, [script, ...shards], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`webdataset failed: ${stderr.trim().split("\n").at(-1)}`);
  return stdout.trim().split("\n").map((line) => {
    const { key, members }: ReadSample = JSON.parse(line);
    return lineOf(key, Object.entries(members).map(([suffix, { bytes, sha256 }]) => [suffix, bytes, sha256]));
  });
}

/** Compares, says what differs, and gives the exit status. */
export async function checkWebdataset(say: (line: string) => void): Promise<number> {
  const python = findPython(["webdataset"]);
  if (python === undefined) {
    say(
      "There is no Python with webdataset: pip install webdataset, and DIALAB_PYTHON=/path/to/python3 where it is another one.",
    );
    return 3;
  }
  const folder = mkdtempSync(join(tmpdir(), "dialab-webdataset-"));
  try {
    const shards = await makeShards(folder);
    const ours = await ourLines(shards), theirs = theirLines(python, shards);
    const differing = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) => i)
      .filter((i) => ours[i] !== theirs[i]);
    for (const i of differing.slice(0, 5)) {
      say(`sample ${i} differs: we read ${ours[i] ?? "none"}, webdataset ${theirs[i] ?? "none"}`);
    }
    const alike = Math.max(ours.length, theirs.length) - differing.length;
    say(`${alike} of ${ours.length} samples in ${shards.length} shards are read alike`);
    return differing.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  process.exitCode = await checkWebdataset((line) => void process.stdout.write(`${line}\n`));
}
