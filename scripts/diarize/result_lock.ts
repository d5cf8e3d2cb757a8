/** One process at a time puts the results of a recording in their places. */
import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { isSystemError } from "../cli/tell_error.ts";
import { HOST, isAlive } from "./alive.ts";

/** Minutes after which a lock is nobody's: it is held while files are summed up and renamed. */
const FORGOTTEN_MINUTES = 10;

/** Another process holds the lock and does not let go. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

/** How long it is waited for. */
export interface LockOptions {
  /** @default {60} */
  readonly waitSec?: number;
}

/**
 * Does something while no other process does anything under the same lock. A lock of a dead process is taken over.
 *
 * @param path The file that is the lock; its folder is there.
 * @throws {LockedError} It is held too long; the message names its holder.
 */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { waitSec = 60 }: LockOptions = {},
): Promise<Result> {
  const text = JSON.stringify({ host: HOST, pid: process.pid, id: randomUUID() });
  const until = Date.now() + waitSec * 1000;
  while (!await take(path, text)) {
    const holder = await readFile(path, "utf8").catch(() => "");
    if (await isNobodys(path, holder)) await remove(path, holder);
    else if (Date.now() > until) {
      const { host, pid } = holderOf(holder) ?? {};
      const who = pid === undefined ? "another process" : `process ${pid} on ${host}`;
      throw new LockedError(
        `${path} is held by ${who}, which puts results there; wait for it, or remove the file where no dialab runs`,
      );
    } else await sleep(20 + Math.random() * 30);
  }
  try {
    return await work();
  } finally {
    await remove(path, text);
  }
}

async function take(path: string, text: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    await handle.writeFile(text).finally(() => handle.close());
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(text: string): { host: string; pid: number } | undefined {
  try {
    const { host, pid } = JSON.parse(text);
    return typeof host === "string" && Number.isInteger(pid) ? { host, pid } : undefined;
  } catch {
    return undefined;
  }
}

async function isNobodys(path: string, text: string): Promise<boolean> {
  const holder = holderOf(text);
  if (holder !== undefined && isAlive(holder) === false) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > FORGOTTEN_MINUTES * 60_000;
}

/** Removes the lock of one holder; that of another, who was quicker, goes back. */
async function remove(path: string, text: string): Promise<void> {
  const aside = join(dirname(path), `lock-${randomUUID()}`);
  const gone = (error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return false;
    throw error;
  };
  if (!await rename(path, aside).then(() => true, gone)) return;
  if (await readFile(aside, "utf8") === text) await rm(aside, { force: true });
  else await rename(aside, path);
}
