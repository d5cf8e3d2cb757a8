/** References that lie where results are to go. */
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../cli/exit.ts";
import { type OutputRequest, outputsOf } from "./outputs.ts";

/**
 * Looks before any work whether a result would take the place of a reference, which would be the truth of the next run.
 *
 * @param read References and UEM.
 * @param names Of the recordings.
 * @throws {UsageError} naming both.
 */
export function spareReferences(
  read: readonly string[],
  names: readonly string[],
  request: OutputRequest,
): void {
  const places = new Map(read.map((file) => [realpathSync(file), file]));
  for (const name of names) {
    for (const output of outputsOf(name, request)) {
      const path = join(request.out, output.name);
      const file = existsSync(path) ? places.get(realpathSync(path)) : undefined;
      if (file === undefined) continue;
      throw new UsageError(
        `A result of ${name} would take the place of ${file}, which is read: give another --out.`,
      );
    }
  }
}
