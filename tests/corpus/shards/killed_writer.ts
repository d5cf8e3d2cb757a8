/**
 * Writes shards in a process that is killed at random points, and again until it is done: what is there then must be what an undisturbed
 * run gives. `bun run tests/corpus/shards/killed_writer.ts 50` tries 50 points.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { seededRandom } from "../../../scripts/fuzz/random.ts";
import { madeSample } from "./made_shards.ts";

async function write(folder: string): Promise<void> {
  const writer = await openShardWriter(folder, { mostSamples: 8, overwrite: true });
  for (let i = 0; i < 60; i++) {
    process.stdout.write(`${i}\n`);
    await writer.add(madeSample(`rec.${i}_0000`, { samples: 20_000 }));
  }
  await writer.close();
}

/** Runs the writer; kills it some time after it told of a sample. Whether it came to its end. */
function run(folder: string, kill?: { readonly sample: number; readonly afterMs: number }): Promise<boolean> {
  const runtime = "deno" in process.versions ? ["run", "--allow-all", "--no-check"] : [];
  const child = spawn(process.execPath, [...runtime, fileURLToPath(import.meta.url), "write", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = 0;
  let isSet = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text.split("\n").length - 1;
    if (kill === undefined || isSet || told <= kill.sample) return;
    isSet = true;
    setTimeout(() => child.kill("SIGKILL"), kill.afterMs);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}

function contents(folder: string): string {
  return JSON.stringify(
    readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

/** How many of the points ended with other bytes than an undisturbed run, and how many times a process was killed. */
export async function killWriters(
  points: number,
  seed: number,
): Promise<{ different: number; killed: number }> {
  const random = seededRandom(`kill writers ${seed}`);
  const scratch = mkdtempSync(join(tmpdir(), "dialab-killed-"));
  try {
    const whole = join(scratch, "whole");
    await run(whole);
    const expected = contents(whole);
    let different = 0;
    let killed = 0;
    for (let point = 0; point < points; point++) {
      const folder = join(scratch, `${point}`);
      if (!await run(folder, { sample: random(60), afterMs: random(15) })) killed++;
      if (!await run(folder)) different++;
      else if (contents(folder) !== expected) different++;
      rmSync(folder, { recursive: true, force: true });
    }
    return { different, killed };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (import.meta.main) {
  const [what, folder] = process.argv.slice(2);
  if (what === "write") await write(folder);
  else process.stdout.write(`${JSON.stringify(await killWriters(Number(what ?? 50), 1))}\n`);
}
