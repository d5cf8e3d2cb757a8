/** The parity command as users run it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import type { Scratch } from "#tests/parity/scratch.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];

/** Milliseconds that a test may take on a busy machine. */
export const SLOW = 120_000;

/** Runs it in a scratch folder. */
export function runParity(
  scratch: Scratch,
  args: readonly string[],
  env: Record<string, string> = { NO_COLOR: "1" },
) {
  const script = join(projectRoot(), "scripts", "parity.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    cwd: scratch.root,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

/** What the tests read of its JSON. */
export interface ParityJson {
  backend: string;
  ok: boolean;
  environment: Record<string, unknown>;
  captures: {
    name: string;
    backend: string;
    ok: boolean;
    stages: Record<string, unknown>[];
    rttm: Record<string, unknown>;
    seconds: Record<string, number>;
    hints?: { hint: string; ok: boolean }[];
  }[];
}

/** What a page shows, without its scripts and styles. */
export const mainOf = (page: string) =>
  page.slice(page.indexOf("<main"), page.indexOf("</main>")).replace(/src="[^"]*"/g, "");
