import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";

/** A process, as a file or its name tells it. */
export interface ProcessIdentity {
  /** Its machine, as {@link thisHost} gives it. */
  readonly host: string;
  readonly pid: number;
  /** When it began, in the system's own count: another process may get the same number later. Absent or empty where that is not told. */
  readonly began?: string;
}

/**
 * This machine's name, of letters that a file's name can have everywhere.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thisHost } from "#lib/places/alive.ts";
 * assert.match(thisHost(), /^[\w.]{1,64}$/);
 * ```
 */
export function thisHost(): string {
  return hostname().replace(/[^\w.]/g, "_").slice(0, 64) || "localhost";
}

/**
 * This process.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isAlive, thisProcess } from "#lib/places/alive.ts";
 * assert.equal(isAlive(thisProcess()), true);
 * ```
 */
export function thisProcess(): ProcessIdentity {
  return { host: thisHost(), pid: process.pid, began: statOf(process.pid).began };
}

/**
 * Whether a process of this machine still runs. One that has ended, and whose end its parent has not asked for yet, does not.
 *
 * @returns Undefined for one of another machine, of which nothing is known.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isAlive, thisHost } from "#lib/places/alive.ts";
 * assert.equal(isAlive({ host: thisHost(), pid: 2 ** 22 + 1 }), false); // beyond the largest that Linux gives
 * assert.equal(isAlive({ host: "elsewhere in the building", pid: 1 }), undefined);
 * ```
 */
export function isAlive({ host, pid, began = "" }: ProcessIdentity): boolean | undefined {
  if (host !== thisHost()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be asked, but is there.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
  const { state, began: now } = statOf(pid);
  // A zombie still has its number, and answers signals; it will never let go of anything.
  if (state === "Z" || state === "X") return false;
  return began === "" || now === "" || began === now;
}

/** A process's state, a letter, and when it began, as Linux tells them; empty elsewhere. */
function statOf(pid: number): { readonly state: string; readonly began: string } {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return { state: "", began: "" };
  }
  // The name, in parentheses, may hold anything; the state is the first word behind it, the beginning the 20th.
  const words = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: words[0], began: words[19] ?? "" };
}
