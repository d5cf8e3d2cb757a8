import { randomUUID } from "node:crypto";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, type ProcessIdentity, thisProcess } from "./alive.ts";

/** How a lock is taken. */
export interface FileLockOptions {
  /** Seconds that another holder is waited for. @default {0} */
  readonly waitSec?: number;
  /**
   * Minutes after which a lock is nobody's, whoever held it: for what takes seconds. Without it only what a dead process of this machine left is
   * taken over, and what is no lock of dialab never. @default {Infinity}
   */
  readonly forgottenMinutes?: number;
}

/** Another process holds the lock and does not let go. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  /** The file. */
  readonly path: string;
  /** Undefined where the file does not tell. */
  readonly holder: ProcessIdentity | undefined;

  constructor(path: string, holder: ProcessIdentity | undefined) {
    const who = holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
    super(`${path} is held by ${who}; wait for it, or remove the file where no dialab runs.`);
    this.path = path;
    this.holder = holder;
  }
}

/**
 * Takes a lock that is a file, until it is disposed: one process, and in a process one taker, holds it at a time. What a dead process of this
 * machine left is taken over.
 *
 * @param path The file that is the lock; its folder is there. Beside it lie, for an instant, files that are named `.UUID.lock`, and `path` + ".over".
 * @throws {LockedError} It is held too long; the error has its holder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, readdir, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { takeLock } from "#lib/places/file_lock.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * {
 *   await using _held = await takeLock(join(folder, ".lock"));
 *   await assert.rejects(takeLock(join(folder, ".lock")), /is held by process \d+ on /);
 * }
 * assert.deepEqual(await readdir(folder), []);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function takeLock(path: string, options: FileLockOptions = {}): Promise<AsyncDisposable> {
  const { waitSec = 0, forgottenMinutes = Infinity } = options;
  const text = JSON.stringify({ ...thisProcess(), id: randomUUID() });
  const until = Date.now() + waitSec * 1000, untilTaken = Date.now() + TAKE_OVER_MS;
  while (!await make(path, text)) {
    const held = await readFile(path, "utf8").catch(() => undefined);
    const isGone = held === undefined || await isNobodys(path, held, forgottenMinutes);
    // What is gone may be taken by several at once, which takes a moment also for who does not wait.
    if (Date.now() > (isGone ? Math.max(until, untilTaken) : until)) {
      throw new LockedError(path, held === undefined ? undefined : holderOf(held));
    }
    if (held !== undefined && isGone && await takeOver(path, forgottenMinutes)) continue;
    await sleep(20 + Math.random() * 30);
  }
  return { [Symbol.asyncDispose]: () => remove(path, text) };
}

/** Milliseconds in which those who find the lock of a dead process take it over one after the other. */
const TAKE_OVER_MS = 2000;

/**
 * Removes a lock that is nobody's. Only who holds the right to do so looks again and removes: else one might remove what another, who was
 * quicker, has made since.
 *
 * @returns False when somebody else is at it.
 */
async function takeOver(path: string, forgottenMinutes: number): Promise<boolean> {
  try {
    await using _right = await takeLock(`${path}.over`);
    const held = await readFile(path, "utf8").catch(() => undefined);
    if (held !== undefined && await isNobodys(path, held, forgottenMinutes)) await remove(path, held);
    return true;
  } catch (error) {
    if (error instanceof LockedError) return false;
    throw error;
  }
}

/** File systems that have no hard links say one of these. */
const NO_LINKS: readonly unknown[] = ["ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EPERM"];

/** Whether the lock could be made; a link is made or not, and what is behind it is whole. */
async function make(path: string, text: string): Promise<boolean> {
  const own = aside(path);
  try {
    await writeFile(own, text);
    await link(own, path).catch((error) => {
      if (NO_LINKS.includes(codeOf(error))) return writeFile(path, text, { flag: "wx" });
      throw error;
    });
    return true;
  } catch (error) {
    // Who holds a folder may sweep away what lies about in it.
    if (codeOf(error) === "EEXIST" || codeOf(error) === "ENOENT" && await isThere(dirname(path))) {
      return false;
    }
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

function holderOf(text: string): ProcessIdentity | undefined {
  try {
    const { host, pid, began } = JSON.parse(text);
    if (typeof host !== "string" || !Number.isInteger(pid)) return undefined;
    return { host, pid, ...(typeof began === "string" && { began }) };
  } catch {
    return undefined;
  }
}

async function isNobodys(path: string, text: string, forgottenMinutes: number): Promise<boolean> {
  const holder = holderOf(text);
  if (holder !== undefined && isAlive(holder) === false) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > forgottenMinutes * 60_000;
}

/** Removes the lock of one holder, not that of another who took it over. */
async function remove(path: string, text: string): Promise<void> {
  if (await readFile(path, "utf8").catch(() => undefined) === text) await rm(path, { force: true });
}

const aside = (path: string): string => join(dirname(path), `.${randomUUID()}.lock`);
const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);
