/** The score command as users run it, on files made for it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];

/** A line of speech. */
export const line = (
  uri: string,
  start: number | string,
  duration: number | string,
  who: string,
  channel = "1",
) => `SPEAKER ${uri} ${channel} ${start} ${duration} <NA> <NA> ${who} <NA> <NA>\n`;

/** A line of another type. */
export const noScore = (
  uri: string,
  type: string,
  start: number,
  duration: number,
  what = "<NA>",
  channel = "1",
) => `${type} ${uri} ${channel} ${start} ${duration} <NA> ${what} <NA> <NA> <NA>\n`;

/** Two speakers, 10 s each. */
export const ref = line("talk", 0, 10, "ann") + line("talk", 10, 10, "bob");
/** The same, 2 s off: a DER of 0.1. */
export const hyp = line("talk", 0, 12, "x") + line("talk", 12, 8, "y");

/** Scores files of a folder that goes away with it. */
export class ScoreCommand implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "dialab-score-"));

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Writes files below a folder of their own. */
  put(files: Record<string, string | Uint8Array>): string {
    const cwd = mkdtempSync(join(this.#folder, "case-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    return cwd;
  }

  /** Writes files below a folder of their own and scores there. */
  score(files: Record<string, string | Uint8Array>, ...args: string[]) {
    return scoreIn(this.put(files), ...args);
  }
}

/** Scores in a folder. */
export function scoreIn(cwd: string, ...args: string[]) {
  const script = join(projectRoot(), "scripts", "score.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args, "--json"], {
    cwd,
    encoding: "utf8",
  });
  const result = stdout === "" ? undefined : JSON.parse(stdout);
  const der: Record<string, number | null> = {};
  for (const file of result?.files ?? []) der[file.uri] = file.diarization.der;
  return { status, stderr, result, der, overall: result?.overall.diarization };
}
