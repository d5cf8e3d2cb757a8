/** Results of one recording put in their places together, beside a record of what they are and what made them. */
import { someOf } from "#lib/language/some_of.ts";
import { link, mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { nounOf } from "#lib/language/counted.ts";
import { takeLock } from "#lib/places/file_lock.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { isSystemError } from "../cli/tell_error.ts";
import { type OutputRequest, outputsOf, provenanceName } from "./outputs.ts";
import {
  HIDDEN,
  readRecord,
  type RecordedOutput,
  recordPath,
  type ResultRecord,
  writeRecord,
} from "./result_record.ts";
import { resultSum } from "./result_sum.ts";
import { differences, lookAt } from "./results.ts";
import { openStaging } from "./staging.ts";

/** Below the folder of results, where what a user made of one goes when a new one takes its place. */
const KEPT = "kept";
/** A set is put in its places in seconds: it is waited for, and one of long ago is of nobody. */
const LOCK = { waitSec: 60, forgottenMinutes: 10 };
/** Names that are told. */
const MOST_NAMES = 8;

/**
 * Has the results written out of sight and puts them in their places when all are there. When something fails, nothing of them is left
 * and what was there stays. Processes that do this at the same time do it one after the other.
 *
 * @param made What made them and what it warned of, which is kept beside them.
 * @param write Writes them as the request says, which is the given one with another folder, but for NAME.provenance.json.
 * @returns What should be told: files that dialab did not write, and where they are kept; results of other runs that are left.
 */
export async function putResults(
  uri: string,
  request: OutputRequest,
  { run, warnings }: { readonly run: RunProvenance; readonly warnings: readonly string[] },
  write: (staged: OutputRequest) => Promise<void>,
): Promise<string[]> {
  const { out } = request;
  await using staging = await openStaging(out);
  try {
    await write({ ...request, out: staging.path });
    const told = warnings.length === 0 ? {} : { warnings };
    const made = (await madeIn(staging.path, uri, request, run)).map((output) => ({ ...output, ...told }));
    await using _lock = await takeLock(join(out, HIDDEN, `${uri}.lock`), LOCK);
    return await place({ out, uri, staging: staging.path, made, run });
  } catch (error) {
    // Of a file that its reader knows, not of the one out of sight.
    if (isSystemError(error)) throw Object.assign(error, { path: error.path?.replace(staging.path, out) });
    throw error;
  }
}

/** What was written, with sums; the file that tells them is written last. */
async function madeIn(
  staging: string,
  uri: string,
  request: OutputRequest,
  run: RunProvenance,
): Promise<RecordedOutput[]> {
  const made: RecordedOutput[] = [];
  const telling = provenanceName(uri);
  for (const { name, detail, turns } of outputsOf(uri, request)) {
    if (name === telling) continue;
    made.push({ name, detail, turns, run, sha256: await resultSum(join(staging, name)) });
  }
  if (request.provenance) {
    const outputs = Object.fromEntries(made.map(({ name, sha256, turns }) => [name, { sha256, turns }]));
    await writeWhole(join(staging, telling), `${JSON.stringify({ run, outputs }, null, 2)}\n`);
    made.push({ name: telling, detail: "", run, sha256: await resultSum(join(staging, telling)) });
  }
  return made;
}

interface Placing {
  readonly out: string;
  readonly uri: string;
  readonly staging: string;
  readonly made: readonly RecordedOutput[];
  readonly run: RunProvenance;
}

async function place({ out, uri, staging, made, run }: Placing): Promise<string[]> {
  const before = await readRecord(out, uri);
  const known = before?.outputs ?? [];
  const undo: (() => Promise<void>)[] = [], warnings: string[] = [];
  // From here on what is there is of two runs, and each is told by its sum, until all is in place.
  await writeRecord(out, uri, { latest: run, outputs: [...made, ...known] });
  try {
    for (const output of made) warnings.push(...await placeOne(output, { out, staging, known, undo }));
  } catch (error) {
    for (const step of undo.reverse()) await step();
    await restore(out, uri, before);
    throw error;
  }
  const others = known.filter(({ name }) =>
    !made.some((output) => output.name === name) && lookAt(join(out, name)) !== undefined
  );
  await writeRecord(out, uri, { latest: run, outputs: [...made, ...others] });
  return [...warnings, ...leftOf(others, run)];
}

async function restore(out: string, uri: string, before: ResultRecord | undefined): Promise<void> {
  if (before === undefined) await rm(recordPath(out, uri), { force: true });
  else await writeRecord(out, uri, before);
}

async function placeOne(
  { name, sha256, run }: RecordedOutput,
  { out, staging, known, undo }: Pick<Placing, "out" | "staging"> & {
    readonly known: readonly RecordedOutput[];
    /** Grows by what takes back each step. */
    readonly undo: (() => Promise<void>)[];
  },
): Promise<string[]> {
  const path = join(out, name);
  await mkdir(dirname(path), { recursive: true });
  const sum = await resultSum(path);
  if (sum === sha256) return [];
  const recorded = known.filter((output) => output.name === name);
  const written = recorded.filter((output) => output.sha256 === sum);
  const isOfThis = written.some((output) => !isOfAnother(output.run, run));
  const keep = sum === undefined || isOfThis ? undefined : await placeToKeep(out, name, sum);
  if (lookAt(path) !== undefined) {
    const aside = join(keep === undefined ? join(staging, "before") : join(out, keep.folder), name);
    undo.push(await setAside(path, aside));
  }
  await rename(join(staging, name), path);
  undo.push(() => rm(path, { recursive: true, force: true }));
  if (keep === undefined) return [];
  const [other] = written;
  const was = other !== undefined
    ? `was made from another recording or another version of it (${other.run.audio?.file})`
    : recorded.some((output) => output.sha256 !== undefined)
    ? "was changed since dialab wrote it"
    : "was there, and nothing tells that dialab wrote it";
  return [`${name} ${was}; it is kept as ${keep.folder}/${name}.`];
}

/** Whether two runs are known to have heard different files. */
function isOfAnother({ audio: a }: RunProvenance, { audio: b }: RunProvenance): boolean {
  return a !== undefined && b !== undefined && a.sha256 !== b.sha256;
}

/** A file is there all the time, under its old or its new content. Gives what takes this back. */
async function setAside(path: string, aside: string): Promise<() => Promise<void>> {
  await mkdir(dirname(aside), { recursive: true });
  const found = lookAt(path);
  const target = found?.isSymbolicLink() ? await readlink(path) : undefined;
  if (target !== undefined && !isAbsolute(target)) {
    // A path from where it lies leads nowhere from another folder.
    await symlink(relative(resolve(dirname(aside)), resolve(dirname(path), target)), aside);
    return async () => {
      await rm(path, { recursive: true, force: true });
      await symlink(target, path);
      await rm(aside);
    };
  }
  const isLinked = found?.isFile() && await link(path, aside).then(() => true, () => false);
  if (!isLinked) await rename(path, aside);
  return () => rename(aside, path);
}

/** A folder in which a file of this name and content goes: one that has neither. */
async function placeToKeep(out: string, name: string, sum: string): Promise<{ readonly folder: string }> {
  for (let i = 1;; i++) {
    const folder = i === 1 ? KEPT : `${KEPT}/${i}`;
    const path = join(out, folder, name);
    if (lookAt(path) === undefined) return { folder };
    if (await resultSum(path) === sum) {
      await rm(path, { recursive: true });
      return { folder };
    }
  }
}

/** Names which results of runs with other settings are left beside new ones. */
function leftOf(others: readonly RecordedOutput[], run: RunProvenance): string[] {
  const left = others.map(({ name, run: of }) => ({ name, parts: differences(of, run) }))
    .filter(({ parts }) => parts.length > 0);
  if (left.length === 0) return [];
  const names = [...new Set(left.map(({ name }) => name))];
  const listed = someOf(names, MOST_NAMES);
  const parts = [...new Set(left.flatMap(({ parts }) => parts))];
  return [
    `Beside the new results ${nounOf(names.length, "lies", "lie")} ${listed}, made with other settings: ` +
    `${parts.join(", ")}; "dialab why FILE" tells of each.`,
  ];
}
