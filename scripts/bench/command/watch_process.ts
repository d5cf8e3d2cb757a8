import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

/** What a command took. */
export interface Watched {
  readonly status: number | null;
  readonly seconds: number;
  /** Peak resident bytes of its processes together at most; undefined where there is no /proc. */
  readonly peakBytes: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How often memory is looked at. */
const LOOK_MS = 50;

/** Runs a command and watches the memory of it and of all that it starts. */
export function watchProcess([program, ...args]: readonly string[], cwd: string): Promise<Watched> {
  const start = performance.now();
  const child = spawn(program, args, { cwd, env: { ...process.env, NO_COLOR: "1" } });
  const peaks = new Map<number, number>();
  const look = () => {
    for (const pid of tree(child.pid)) {
      const peak = peakOf(pid);
      if (peak !== undefined) peaks.set(pid, Math.max(peak, peaks.get(pid) ?? 0));
    }
  };
  const timer = setInterval(look, LOOK_MS);
  let stdout = "", stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text) => stderr += text);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.on("close", (status) => {
      clearInterval(timer);
      const seconds = (performance.now() - start) / 1000;
      const peakBytes = peaks.size === 0 ? undefined : [...peaks.values()].reduce((a, b) => a + b);
      resolve({ status, seconds, peakBytes, stdout, stderr });
    });
  });
}

/** A process and all below it. */
function tree(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return [pid, ...children.flatMap((child) => tree(Number(child)))];
  } catch {
    return [];
  }
}

function peakOf(pid: number): number | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined; // it has ended
  }
}
