/** Results of one recording in the folder: which are to be there, which are, and whether they were made alike. */
import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { nounOf } from "#lib/language/counted.ts";
import { compareProvenance } from "#lib/diarization/compare_provenance.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { isSystemError, messageOf } from "../cli/tell_error.ts";
import { type OutputRequest, outputsOf } from "./outputs.ts";
import { detailsDiffer } from "./reference_key.ts";
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
 * file and is as it was written; "absent" when nothing of it was ever made; else why it is computed again, in words.
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
  const changed: string[] = [], others = new Set<string>(), details: string[] = [];
  let isUntold = false;
  for (const { name, detail } of there) {
    const recorded = record.outputs.filter((output) => output.name === name);
    const sum = await resultSum(join(out, name));
    const written = recorded.filter(({ sha256 }) => sha256 === sum);
    const alike = written.filter((output) => differences(output.run, now).length === 0);
    const [of] = recorded;
    if (alike.some((output) => output.detail === detail)) continue;
    if (of === undefined) isUntold = true;
    else if (written.length === 0 && of.sha256 !== undefined) changed.push(name);
    else if (alike.length === 0) {
      const differing = differences((written[0] ?? of).run, now);
      for (const part of differing) others.add(part);
      if (differing.length === 0) isUntold = true;
    } else details.push(`${name} differs: ${detailsDiffer(alike[0].detail, detail)}`);
  }
  const reasons = [
    ...(changed.length > 0 ? [`${changed.join(", ")} changed since dialab wrote it`] : []),
    ...(others.size > 0 ? [`settings differ: ${[...others].join(", ")}`] : []),
  ];
  if (reasons.length > 0) return { because: reasons.join("; ") };
  if (isUntold) return { because: untold };
  const lacking = wanted.filter((output) => !there.includes(output)).map(({ name }) => name);
  const few = [
    ...details,
    ...(lacking.length > 0 ? [`${lacking.join(", ")} ${nounOf(lacking.length, "is", "are")} not there`] : []),
  ];
  return few.length === 0 ? "there" : { because: few.join("; ") };
}

/** What of a run is told and changes no result: where and by which build it was made, and which turns a file holds. */
const NO_SETTING: ReadonlySet<string> = new Set(["commit", "runtime", "platform", "turns"]);

/**
 * In what two runs differ that changes results, each with what it was and what it is now, as `annotation.minDurationOff 0 → 0.3`. The
 * preset's name counts: pages tell it.
 */
export function differences(before: RunProvenance, now: RunProvenance): string[] {
  return compareProvenance(before, now)
    .filter(({ what, effect }) => !NO_SETTING.has(what) && (effect !== "none" || what === "preset"))
    .map(({ what, a, b }) => `${what} ${a} → ${b}`);
}
