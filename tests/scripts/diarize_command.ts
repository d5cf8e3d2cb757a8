/** `scripts/diarize.ts` as a process of the runtime that runs the tests, and recordings for it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const RATE = 16000;

/** How a process ended. */
export interface Ended {
  readonly status: number | null;
  /** The signal that ended it, if one did. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that is gone when the tests end. */
export class DiarizeScratch {
  readonly root = mkdtempSync(join(tmpdir(), "dialab-diarize-"));

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  /** Names below a folder, hidden ones too, sorted. */
  files(folder: string): string[] {
    return readdirSync(this.path(folder), { recursive: true }).map(String).sort();
  }

  /** Seconds [from, to) of a recording, as 16 kHz WAV. */
  async cut(clip: string, name: string, [from, to]: readonly [number, number]): Promise<string> {
    const { samples } = await readAudio(clip);
    const path = this.path(name);
    writeFileSync(path, encodeWav(samples.subarray(from * RATE, to * RATE), { sampleRate: RATE }));
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** How {@linkcode diarizeCommand} runs. */
export interface DiarizeCommandOptions {
  /** Gets all that was written to stderr so far, and the process. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
  /** A command that becomes the command, such as `nohup`. */
  readonly under?: readonly string[];
}

/** Runs the command to its end. */
export function diarizeCommand(
  args: readonly string[],
  options: DiarizeCommandOptions = {},
): Promise<Ended> {
  const script = join(projectRoot(), "scripts", "diarize.ts");
  const [file, ...rest] = [...(options.under ?? []), process.execPath, ...runtime, script, ...args];
  const child = spawn(file, rest, {
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "", stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}
