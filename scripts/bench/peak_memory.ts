import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * Peak resident bytes of this process. Linux' own count of it: what getrusage says of a child begins with its parent's.
 */
export function peakMemory(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes !== undefined) return 1024 * Number(kilobytes);
  } catch {
    // not Linux
  }
  return 1024 * process.resourceUsage().maxRSS;
}
