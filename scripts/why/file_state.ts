/** Whether a result is as dialab wrote it, and which run wrote it: by its sum, as the record or the sidecar beside it has it. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { ProvenanceDifference } from "#lib/diarization/compare_provenance.ts";
import { type RunProvenance, runProvenanceSchema } from "#lib/pipeline/run_provenance.ts";
import { readRecord, type RecordedOutput, recordPath } from "../diarize/result_record.ts";
import { resultSum } from "../diarize/result_sum.ts";

/** What is known of a file: `unknown` where whoever tells of it told no sum. */
export type FileState = "as written" | "changed" | "unknown";

/** What a file beside a result tells of it. */
export interface Attribution {
  /** Of the run that wrote it; of one that was changed, of the last that wrote a file of its name. */
  readonly run: RunProvenance;
  readonly state: FileState;
  /** What that run warned of. */
  readonly warnings?: readonly string[];
  /** The file that tells it. */
  readonly from: string;
}

const sidecarSchema = z.object({
  run: runProvenanceSchema,
  outputs: z.record(
    z.string(),
    z.object({
      sha256: z.string(),
      turns: z.enum(["overlapping", "exclusive"]).optional(),
    }),
  ),
});

/**
 * Looks for a result in the records and sidecars of its folder.
 *
 * @param path A file, or a capture's folder.
 * @param names Names of recordings of which it may be.
 */
export async function attribute(
  path: string,
  { names, isCapture }: { readonly names: readonly string[]; readonly isCapture: boolean },
): Promise<Attribution | undefined> {
  const own = basename(resolve(path));
  const out = isCapture ? dirname(dirname(resolve(path))) : dirname(path);
  const name = isCapture ? `captures/${own}` : own;
  let told: Attribution | undefined;
  for (const uri of names) {
    for (const { from, outputs } of await tellersOf(out, uri)) {
      const found = await judged(path, outputs.filter((output) => output.name === name));
      if (found?.state === "as written") return { ...found, from };
      told ??= found && { ...found, from };
    }
  }
  return told;
}

/** What tells of results, the newest first. */
async function tellersOf(
  out: string,
  uri: string,
): Promise<{ readonly from: string; readonly outputs: readonly RecordedOutput[] }[]> {
  const record = await readRecord(out, uri);
  const sidecar = join(out, `${uri}.provenance.json`);
  return [
    ...(record === undefined ? [] : [{ from: recordPath(out, uri), outputs: record.outputs }]),
    { from: sidecar, outputs: await inSidecar(sidecar) },
  ];
}

async function inSidecar(path: string): Promise<RecordedOutput[]> {
  try {
    const { run, outputs } = sidecarSchema.parse(JSON.parse(await readFile(path, "utf8")));
    return Object.entries(outputs).map(([name, told]) => ({ name, detail: "", run, ...told }));
  } catch {
    // There is none, an earlier version's, or one that tells nothing; who reads it for its own sake is told so.
    return [];
  }
}

async function judged(
  path: string,
  recorded: readonly RecordedOutput[],
): Promise<Omit<Attribution, "from"> | undefined> {
  if (recorded.length === 0) return undefined;
  const sum = await resultSum(path);
  const of = (state: FileState, { run, turns, warnings }: RecordedOutput) => ({
    run: { ...run, ...(turns && { turns }) },
    state,
    ...(warnings && { warnings }),
  });
  const written = recorded.find(({ sha256 }) => sha256 === sum);
  if (written !== undefined) return of("as written", written);
  const [last] = recorded;
  return of(last.sha256 === undefined ? "unknown" : "changed", last);
}

/** Whether a capture's files are those that its manifest has the sums of; `unknown` where there is one that it has not. */
export async function captureState(folder: string): Promise<FileState> {
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
  const { data } = z.object({ artifacts: z.record(z.string(), z.string()) }).safeParse(manifest);
  if (data === undefined) return "unknown";
  const sums = Object.entries(data.artifacts);
  for (const [name, sum] of sums) if (await resultSum(join(folder, name)) !== sum) return "changed";
  const others = (await readdir(folder)).filter((name) =>
    name !== "manifest.json" && !Object.hasOwn(data.artifacts, name)
  );
  return sums.length > 0 && others.length === 0 ? "as written" : "unknown";
}

/** What nobody knows of a file that no sum is known of. */
const UNTOLD = "not known to be as dialab wrote it";

/** What of a file is known that is not as the sum told of it. */
const CHANGED = "changed since dialab wrote it";

/** Whether a difference is one of a file as it lies here, and not of what made it. */
export function isOfFile({ a }: ProvenanceDifference): boolean {
  return a === UNTOLD || a === CHANGED;
}

/** What comes of it that a file is not as dialab wrote it, or that nobody knows. */
export function stateDiffers(
  { file, state }: { readonly file: string; readonly state?: FileState },
): ProvenanceDifference[] {
  if (state === undefined || state === "as written") return [];
  const changed = state === "changed";
  return [{
    what: file,
    a: changed ? CHANGED : UNTOLD,
    b: "as dialab wrote it",
    effect: changed ? "results" : "unknown",
    means: changed
      ? "what is told here is of the file that was written under its name"
      : "no sum of the file as it lies here is known",
  }];
}
