/** Results of one recording in the folder: which are to be there, which are, and whether they were made alike. */
import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { isSystemError, messageOf } from "../cli/tell_error.ts";
import { type OutputRequest, outputsOf } from "./outputs.ts";
import { readRecord, recordPath } from "./result_record.ts";
import { resultSum } from "./result_sum.ts";

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
  const own = [{ path: recordPath(out, uri), isFolder: false }];
  const outputs = outputsOf(uri, request).map(({ name, isFolder }) => ({ path: join(out, name), isFolder }));
  for (const { path, isFolder } of [...outputs, ...own]) {
    const found = lookAt(path);
    if (found !== undefined && found.isDirectory() !== isFolder) {
      const [is, needed] = isFolder ? ["no folder", "a folder"] : ["a folder", "a file"];
      throw new OutputError(`${path} is ${is}, where ${needed} is to go`);
    }
  }
}

/** What is at a path; undefined where nothing is. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw new OutputError(messageOf(error));
  }
}

/**
 * What is to become of a recording under `--resume`: "there" when all that is asked for was made with the same settings from the same
 * file and is as it was written; "absent" when something was never made; else why it is computed again, in words.
 */
export async function resumeVerdict(
  uri: string,
  request: OutputRequest,
  run: () => Promise<RunProvenance>,
): Promise<"there" | "absent" | { readonly because: string }> {
  const { out } = request;
  const wanted = outputsOf(uri, request);
  const there = wanted.filter(({ name }) => lookAt(join(out, name)));
  if (there.length === 0) return "absent";
  const record = await readRecord(out, uri);
  const untold = "nothing tells what the results that are there were made with";
  if (record === undefined) return { because: untold };
  const now = await run();
  const changed: string[] = [], others = new Set<string>();
  let isUntold = false, isWhole = there.length === wanted.length;
  for (const { name, detail } of there) {
    const recorded = record.outputs.filter((output) => output.name === name);
    const sum = await resultSum(join(out, name));
    const written = recorded.filter(({ sha256 }) => sha256 === sum);
    const alike = written.filter((output) => differences(output.run, now).length === 0);
    const [of] = recorded;
    if (alike.some((output) => output.detail === detail)) continue;
    isWhole = false;
    if (of === undefined) isUntold = true;
    else if (written.length === 0 && of.sha256 !== undefined) changed.push(name);
    else if (alike.length === 0) {
      const differing = differences((written[0] ?? of).run, now);
      for (const part of differing) others.add(part);
      if (differing.length === 0) isUntold = true;
    }
  }
  const reasons = [
    ...(changed.length > 0 ? [`${changed.join(", ")} changed since dialab wrote it`] : []),
    ...(others.size > 0
      ? [`the results that are there were made with another ${[...others].join(", another ")}`]
      : []),
  ];
  if (reasons.length > 0) return { because: reasons.join("; ") };
  if (isUntold) return { because: untold };
  return isWhole ? "there" : "absent";
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

/** In what two runs differ that changes results, in words. */
export function differences(a: RunProvenance, b: RunProvenance): string[] {
  // As JSON has it: undefined and absent are one.
  const plain = (value: unknown): unknown => value === undefined ? null : JSON.parse(JSON.stringify(value));
  return PARTS.filter(([, of]) => !isDeepStrictEqual(plain(of(a)), plain(of(b)))).map(([title]) => title);
}
