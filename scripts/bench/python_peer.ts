/** numpy and SciPy as a peer: fixtures/expected_values.py times itself. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { findPython } from "../cli/python.ts";
import { RefusedError } from "./refused_error.ts";

/** Stages that numpy and SciPy time; null where one does not run. */
export interface PeerStages {
  readonly numpy: string;
  readonly scipy: string;
  readonly median_sec: Readonly<Record<string, number | null>>;
}

/** A Python with numpy and SciPy, or undefined. */
export function pythonPeer(): string | undefined {
  return findPython(["numpy", "scipy"]);
}

/** Calls `expected_values.py time` and reads its answer. */
export function askPeer<Answer>(python: string, args: readonly string[]): Answer {
  const script = join(projectRoot(), "fixtures", "expected_values.py");
  const { status, stdout, stderr } = spawnSync(python, [script, "time", ...args, "--json"], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
    env: { ...process.env },
  });
  if (status !== 0) {
    throw new RefusedError(`The numpy/SciPy peer failed: ${stderr.trim().split("\n").at(-1)}`);
  }
  return JSON.parse(stdout) as Answer;
}
