import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { z } from "zod";
import { UsageError } from "../../cli/command_line.ts";
import { type GpuResults, gpuResultsSchema, type StepResult } from "./results.ts";

/** Writes the file, whole or not at all; a file that its schema does not know is never written. */
export async function writeResults(path: string, results: GpuResults): Promise<void> {
  await writeWhole(path, `${JSON.stringify(gpuResultsSchema.parse(results), null, 2)}\n`);
}

/** What a run that is begun has in common with one that is gone on with. */
export type Beginning = Pick<GpuResults, "settings" | "environment">;

/**
 * Reads the results of an earlier run of the same settings, to go on with them. A step in the middle of which everything ended is taken as
 * failed: it may well be what ended it.
 *
 * @throws {UsageError} when the file is none of these, or of other settings, another version or another machine
 */
export async function readResults(path: string, now: Beginning): Promise<GpuResults> {
  const results = await readForPage(path);
  const refuse = (why: string) =>
    new UsageError(`${path} cannot be gone on with: ${why}. Name another --out.`);
  const { settings, environment } = results;
  const differences: [string, unknown, unknown][] = [
    ["versions", environment.dialab, now.environment.dialab],
    ["sources", environment.sources.slice(0, 12), now.environment.sources.slice(0, 12)],
    ["runtimes", environment.runtime, now.environment.runtime],
    ["processors", environment.cpu, now.environment.cpu],
    ["adapters", settings.adapterAsked, now.settings.adapterAsked],
    ["sizes", settings.sizes, now.settings.sizes ?? settings.sizes],
    ["runs", settings.runs, now.settings.runs ?? settings.runs],
  ];
  const other = differences.find(([, before, after]) => before !== after);
  if (other !== undefined) {
    const [what, before, after] = other;
    throw refuse(`it is of other ${what} (${before ?? "any"} then, ${after ?? "any"} now)`);
  }
  return { ...results, steps: results.steps.map(ended) };
}

/** Reads results of any machine, to show them. @throws {UsageError} when the file is not there, or none of these */
export async function readForPage(path: string): Promise<GpuResults> {
  if (!existsSync(path)) throw new UsageError(`There is no ${path}; without --resume and --page it is made.`);
  try {
    return gpuResultsSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${path} is not what this version of bench gpu writes.`);
  }
}

function ended(step: StepResult): StepResult {
  if (step.status !== "running") return step;
  return { ...step, status: "failed", reason: "The whole command ended without a word while it ran." };
}
