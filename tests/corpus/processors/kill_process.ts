/** `dialab process`, killed at some moment and gone on with: whether its end has the bytes of a run that nobody disturbed. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const NAMES = ["vad", "loudness", "snr", "fbank"];

/** Runs the command; kills it after some milliseconds, unless it has ended before. Gives its exit code, null where it was killed. */
function runProcess(list: string, out: string, killMs?: number): Promise<number | null> {
  const args = [...NAMES, "--manifest", list, "--out", out, "--preset", "own", "--resume"];
  const child = spawn(process.execPath, [...runtime, join(projectRoot(), "scripts", "process.ts"), ...args], {
    stdio: "ignore",
  });
  const timer = killMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killMs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => {
      clearTimeout(timer);
      resolve(signal === null ? status : null);
    });
  });
}

/** Every file below a folder, hidden ones as well, with its bytes. */
function bytesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    files.filter((name) => statSync(join(folder, name)).isFile()).map((
      name,
    ) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

/** What a trial of kills found. */
export interface KillTrial {
  /** Kills that met a running process. */
  readonly killed: number;
  /** Results that a killed process left: none yet, some, all but the tables. */
  readonly leftFiles: readonly number[];
  /** Points, in milliseconds, whose end was not that of an undisturbed run, and the first file that differs. */
  readonly differing: readonly string[];
}

/**
 * Kills the command at random points of its run and goes on each time; holds every end against that of a run that nobody disturbed.
 *
 * @param list The list of recordings.
 * @param options `scratch`: a folder for the results; `count`: how many kills; `seed`: of their moments.
 */
export async function killAtRandom(
  list: string,
  options: { readonly scratch: string; readonly count: number; readonly seed: number },
): Promise<KillTrial> {
  const { scratch, count, seed } = options;
  const whole = join(scratch, "undisturbed");
  const startMs = performance.now();
  const status = await runProcess(list, whole);
  if (status === null) throw new Error("The undisturbed run was killed.");
  const totalMs = performance.now() - startMs;
  const wanted = bytesOf(whole);
  const random = new MersenneTwister(seed);
  const leftFiles: number[] = [], differing: string[] = [];
  let killed = 0;
  for (let i = 0; i < count; i++) {
    const out = join(scratch, `killed_${i}`);
    const killMs = totalMs * (0.15 + 0.85 * random.random());
    if (await runProcess(list, out, killMs) === null) {
      killed++;
      leftFiles.push(existing(out));
    }
    const end = await runProcess(list, out);
    const found = bytesOf(out);
    const names = new Set([...wanted.keys(), ...found.keys()]);
    const other = [...names].find((name) => wanted.get(name) !== found.get(name));
    if (end !== status || other !== undefined) {
      differing.push(`${Math.round(killMs)} ms: ${other ?? `exit ${end}`}`);
    } else rmSync(out, { recursive: true });
  }
  return { killed, leftFiles, differing };
}

function existing(folder: string): number {
  try {
    return bytesOf(folder).size;
  } catch {
    return 0;
  }
}
