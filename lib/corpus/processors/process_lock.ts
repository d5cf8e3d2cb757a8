import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ProcessError } from "./process_error.ts";

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the system's own count: another process may get the same number later. Empty where that is not told. */
  readonly began: string;
}

/**
 * Holds a folder for this process, until it is disposed: a second process is refused. What a killed one left is taken over, where it ran on
 * this machine and is no more.
 *
 * @throws {ProcessError} of kind "locked" when another process holds it; the message has its number and machine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { lockFolder } from "#lib/corpus/processors/process_lock.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * {
 *   await using _held = await lockFolder(folder);
 *   await assert.rejects(lockFolder(folder), /is being written by process \d+/);
 * }
 * await (await lockFolder(folder))[Symbol.asyncDispose]();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const lock = join(folder, ".lock"), own = join(folder, `.${randomUUID()}.lock`);
  const holder: Holder = { pid: process.pid, host: hostname(), began: await beginningOf(process.pid) };
  await writeFile(own, JSON.stringify(holder));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      // A link is made or not; what is behind it is whole.
      const isHeld = await link(own, lock).then(() => false, (error) => {
        // Who holds the folder sweeps what lies about.
        if (error.code === "EEXIST" || error.code === "ENOENT") return true;
        throw error;
      });
      if (!isHeld) return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
      await takeOver(lock, folder);
    }
    throw new ProcessError(`${folder} is being taken by other processes; try again.`, "locked");
  } finally {
    await rm(own, { force: true });
  }
}

/** Removes the lock of a process that is no more. */
async function takeOver(lock: string, folder: string): Promise<void> {
  const text = await readFile(lock, "utf8").catch(() => undefined);
  if (text === undefined) return;
  let holder: Holder;
  try {
    holder = JSON.parse(text);
  } catch {
    throw new ProcessError(
      `${lock} is no lock of dialab; if no process writes to ${folder}, remove it.`,
      "locked",
    );
  }
  const { pid, host, began } = holder;
  if (host !== hostname() || await isRunning(pid, began)) {
    const where = host === hostname() ? "" : ` on ${host}; if that one is no more, remove ${lock}`;
    throw new ProcessError(`${folder} is being written by process ${pid}${where}.`, "locked");
  }
  // Somebody else may have taken it over since it was read: what is moved away is looked at.
  const aside = join(folder, `.${randomUUID()}.lock`);
  await rename(lock, aside).catch(() => {});
  const moved = await readFile(aside, "utf8").catch(() => undefined);
  if (moved !== undefined && moved !== text) await link(aside, lock).catch(() => {});
  await rm(aside, { force: true });
}

async function isRunning(pid: number, began: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = await beginningOf(pid);
  return began === "" || now === "" || began === now;
}

/** When a process began, as Linux tells it; empty elsewhere. */
async function beginningOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in parentheses, may hold anything; the beginning is the 20th word behind it.
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
