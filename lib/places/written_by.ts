import { thisHost } from "./alive.ts";
import type { LockedError } from "./file_lock.ts";

/**
 * What keeps a process out of a folder that another one holds: its subject, a folder or file, and the rest of the sentence.
 *
 * @param folder As errors call it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thisHost } from "#lib/places/alive.ts";
 * import { LockedError } from "#lib/places/file_lock.ts";
 * import { writtenBy } from "#lib/places/written_by.ts";
 * const error = new LockedError("out/.lock", { host: thisHost(), pid: 7 });
 * assert.deepEqual(writtenBy("out", error), { what: "out", fault: "is being written by process 7" });
 * ```
 */
export function writtenBy(
  folder: string,
  { path, holder }: LockedError,
): { readonly what: string; readonly fault: string } {
  if (holder === undefined) {
    return { what: path, fault: `is no lock of dialab; if no process writes to ${folder}, remove it` };
  }
  const { host, pid } = holder;
  const where = host === thisHost() ? "" : ` on ${host}; if that one is no more, remove ${path}`;
  return { what: folder, fault: `is being written by process ${pid}${where}` };
}
