/** Results of one recording in the folder: all of them or none, beside a record of what they were made with. */
import { lstatSync, type Stats } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type RunProvenance, runProvenanceSchema } from "#lib/pipeline/run_provenance.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { isSystemError, messageOf } from "../cli/tell_error.ts";
import { type Output, type OutputRequest, outputsOf } from "./outputs.ts";

/** A folder that listings pass over. */
const HIDDEN = ".dialab";

const recordSchema = z.strictObject({
  /** What the results were made with. */
  run: runProvenanceSchema,
  /** The results by path below the folder, and what is special about them. */
  outputs: z.record(z.string(), z.string()),
});
type ResultRecord = z.output<typeof recordSchema>;

const recordPath = (out: string, uri: string) => join(out, HIDDEN, `${uri}.json`);
const stagingPath = (out: string, uri: string) => join(out, HIDDEN, `${uri}.part`);

/** The results of a recording can be put where they are to go. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/**
 * Looks whether all results of a recording can be put in their places, before anything is computed.
 *
 * @throws {OutputError} A name is too long for the file system, or the place is taken by something else.
 */
export function checkOutputs(uri: string, request: OutputRequest): void {
  const { out } = request;
  const own = [recordPath(out, uri), stagingPath(out, uri)].map((path) => ({
    path,
    isFolder: path.endsWith(".part"),
  }));
  const outputs = outputsOf(uri, request).map(({ name, isFolder }) => ({ path: join(out, name), isFolder }));
  for (const { path, isFolder } of [...outputs, ...own]) {
    const found = lookAt(path);
    if (found !== undefined && found.isDirectory() !== isFolder) {
      const [is, needed] = isFolder ? ["no folder", "a folder"] : ["a folder", "a file"];
      throw new OutputError(`${path} is ${is}, where ${needed} is to go`);
    }
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw new OutputError(messageOf(error));
  }
}

/**
 * What is to become of a recording under `--resume`: "there" when all that is asked for was made with the same settings from the same
 * file; "absent" when something was never made; else why it is computed again, in words.
 */
export async function resumeVerdict(
  uri: string,
  request: OutputRequest,
  run: () => Promise<RunProvenance>,
): Promise<"there" | "absent" | { readonly because: string }> {
  const { out } = request;
  const outputs = outputsOf(uri, request);
  if (!outputs.some(({ name }) => lookAt(join(out, name)))) return "absent";
  const record = await readRecord(out, uri);
  if (record === undefined) {
    return { because: "nothing tells what the results that are there were made with" };
  }
  const differing = differences(record.run, await run());
  if (differing.length > 0) {
    return { because: `the results that are there were made with another ${differing.join(", another ")}` };
  }
  const lacks = ({ name, detail }: Output) =>
    record.outputs[name] !== detail || lookAt(join(out, name)) === undefined;
  return outputs.some(lacks) ? "absent" : "there";
}

async function readRecord(out: string, uri: string): Promise<ResultRecord | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(recordPath(out, uri), "utf8"))).data;
  } catch (error) {
    if (isSystemError(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What each part of a run is called where it differs; what is not named here, names of files and machines, changes no result. */
const PARTS: readonly (readonly [title: string, of: (run: RunProvenance) => unknown])[] = [
  ["recording", ({ audio }) => audio?.sha256],
  ["preset", ({ preset, clustering }) => [preset, clustering]],
  ["number of speakers asked for", ({ options }) => options.hints],
  ["option", ({ options: { hints: _, ...rest } }) => rest],
  ["channel", ({ channel }) => channel],
  ["set of weights", ({ weights }) => weights && sums(weights)],
  ["provider", ({ networks }) => networks],
  ["backend", ({ compute }) => compute],
  ["module of your own", ({ imports = [] }) => imports.map(({ sha256 }) => sha256)],
  ["version of dialab", ({ made }) => made?.dialab],
];

function sums({ segmentation, embedding, plda = [] }: NonNullable<RunProvenance["weights"]>): string[] {
  return [segmentation, embedding, ...plda].map(({ sha256 }) => sha256);
}

function differences(a: RunProvenance, b: RunProvenance): string[] {
  // As JSON has it: undefined and absent are one.
  const plain = (value: unknown): unknown => value === undefined ? null : JSON.parse(JSON.stringify(value));
  return PARTS.filter(([, of]) => !isDeepStrictEqual(plain(of(a)), plain(of(b)))).map(([title]) => title);
}

/**
 * Has the results written out of sight and puts them in their places when all are there, and the record last. When something fails,
 * nothing of them is left and what was there stays.
 *
 * @param write Writes them as the request says, which is the given one with another folder.
 */
export async function putResults(
  uri: string,
  request: OutputRequest,
  run: RunProvenance,
  write: (staged: OutputRequest) => Promise<void>,
): Promise<void> {
  const { out } = request;
  const staging = stagingPath(out, uri);
  const before = await readRecord(out, uri);
  const kept = before !== undefined && differences(before.run, run).length === 0 ? before.outputs : {};
  const outputs = outputsOf(uri, request);
  const made = Object.fromEntries(outputs.map(({ name, detail }) => [name, detail]));
  const record: ResultRecord = { run, outputs: { ...kept, ...made } };
  await rm(staging, { recursive: true, force: true });
  try {
    await mkdir(staging, { recursive: true });
    await write({ ...request, out: staging });
    const told = join(staging, "record.json");
    await writeWhole(told, `${JSON.stringify(record)}\n`);
    // From here on what is there is of two runs until all is in place.
    await rm(recordPath(out, uri), { force: true });
    for (const { name, isFolder } of outputs) {
      const place = join(out, name);
      await mkdir(dirname(place), { recursive: true });
      if (isFolder) await rm(place, { recursive: true, force: true });
      await rename(join(staging, name), place);
    }
    await rename(told, recordPath(out, uri));
  } catch (error) {
    // Of a file that its reader knows, not of the one out of sight.
    if (isSystemError(error)) throw Object.assign(error, { path: error.path?.replace(staging, out) });
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
