/** The record beside results, `.dialab/NAME.json`: what of a recording lies in a folder, each by its sum, and the run that made it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type RunProvenance, runProvenanceSchema } from "#lib/pipeline/run_provenance.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { isSystemError } from "../cli/tell_error.ts";

/** A folder that listings pass over. */
export const HIDDEN = ".dialab";

/** One result. */
export interface RecordedOutput {
  /** Path below the folder of results, with forward slashes. */
  readonly name: string;
  /** What tells it from another of its name and run. */
  readonly detail: string;
  /** Of a file's bytes, or of a folder, as `resultSum` has it; undefined where an earlier version of dialab wrote it. */
  readonly sha256?: string;
  readonly turns?: RunProvenance["turns"];
  /** What made it. */
  readonly run: RunProvenance;
  /** What that run warned of; undefined where it warned of nothing, or an earlier version wrote it. */
  readonly warnings?: readonly string[];
}

/** All of a recording; several of one name while one takes the place of the other. */
export interface ResultRecord {
  /** The run that wrote last. */
  readonly latest: RunProvenance;
  readonly outputs: readonly RecordedOutput[];
}

const recordSchema = z.strictObject({
  version: z.literal(2),
  /** The run that wrote last, then earlier ones of which results are left. */
  runs: z.array(runProvenanceSchema).min(1),
  outputs: z.array(z.strictObject({
    name: z.string(),
    detail: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/).optional(),
    turns: z.enum(["overlapping", "exclusive"]).optional(),
    /** Which of the runs, from 0. */
    run: z.int().min(0),
    warnings: z.array(z.string()).optional(),
  })),
}).refine(({ runs, outputs }) => outputs.every(({ run }) => run < runs.length));

/** The first version: one run, and results by name with what is special about them. */
const firstSchema = z.strictObject({ run: runProvenanceSchema, outputs: z.record(z.string(), z.string()) });

/** Where the record of a recording is. */
export function recordPath(out: string, uri: string): string {
  return join(out, HIDDEN, `${uri}.json`);
}

/** The record of a recording; undefined where there is none, or one that cannot be read. */
export async function readRecord(out: string, uri: string): Promise<ResultRecord | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(recordPath(out, uri), "utf8"));
  } catch (error) {
    if (isSystemError(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { data } = recordSchema.safeParse(value);
  if (data !== undefined) {
    const { runs, outputs } = data;
    return { latest: runs[0], outputs: outputs.map((output) => ({ ...output, run: runs[output.run] })) };
  }
  const first = firstSchema.safeParse(value).data;
  if (first === undefined) return undefined;
  const { run, outputs } = first;
  return {
    latest: run,
    outputs: Object.entries(outputs).map(([name, detail]) => ({ name, detail, run })),
  };
}

/** Writes it, whole or not at all. */
export async function writeRecord(
  out: string,
  uri: string,
  { latest, outputs }: ResultRecord,
): Promise<void> {
  const runs = [latest], texts = [JSON.stringify(latest)];
  const indexOf = (run: RunProvenance) => {
    const text = JSON.stringify(run);
    if (!texts.includes(text)) texts.push(text), runs.push(run);
    return texts.indexOf(text);
  };
  const told = outputs.map((output) => ({ ...output, run: indexOf(output.run) }));
  await writeWhole(recordPath(out, uri), `${JSON.stringify({ version: 2, runs, outputs: told })}\n`);
}
