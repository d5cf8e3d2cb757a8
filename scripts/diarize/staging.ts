/** A folder out of sight, of one process and one recording, in which results grow until they are put in their places. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { isAlive, thisHost } from "#lib/places/alive.ts";
import { HIDDEN } from "./result_record.ts";

/** Hours after which what a process of another machine left is taken to be of a dead one. */
const FORGOTTEN_HOURS = 24;

/** It is gone when it is disposed. */
export interface Staging extends AsyncDisposable {
  readonly path: string;
}

/** Makes one below a folder of results, and removes those of processes that are dead. */
export async function openStaging(out: string): Promise<Staging> {
  await sweep(join(out, HIDDEN));
  const path = join(out, HIDDEN, `part-${thisHost()}-${process.pid}-${randomBytes(8).toString("hex")}`);
  await mkdir(path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function sweep(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((entry) => entry.isDirectory())) {
    const path = join(folder, entry.name);
    if (await isLeftBehind(path, entry.name)) await rm(path, { recursive: true, force: true });
  }
}

async function isLeftBehind(path: string, name: string): Promise<boolean> {
  // Earlier versions had one for each recording, whoever wrote it.
  if (name.endsWith(".part")) return true;
  const [, host, pid] = name.match(/^part-(.+)-(\d+)-[0-9a-f]{16}$/) ?? [];
  if (host === undefined) return false;
  const alive = isAlive({ host, pid: Number(pid) });
  if (alive !== undefined) return !alive;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > FORGOTTEN_HOURS * 3_600_000;
}
