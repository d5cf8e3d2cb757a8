import type { StageFilesParts } from "./stage_files.ts";
import type { StageLayoutParts } from "./stage_layout.ts";
import { hasSucceeded } from "./stage_success.ts";
import { stageTable } from "./stage_table.ts";

/** The ids of a stage, and where each is. */
export interface StageIdParts {
  /** The row of each id among those of all files; of several the first that succeeded, else the first. */
  readonly rows: ReadonlyMap<string, number>;
  /** Whether a row succeeded. */
  readonly succeeded: (row: number) => boolean;
  /** Ids that have more than one row. */
  readonly duplicates: string[];
}

/**
 * Reads ids and success of a stage, two columns of its tables. A row whose id is null is nobody's.
 *
 * @throws {TableError} that names the file that is damaged.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stageIds } from "#lib/corpus/adapters/stage_ids.ts";
 * import { STAGE_LAYOUTS } from "#lib/corpus/adapters/stage_layout.ts";
 * const columns = [{ name: "file_id", type: "text" }, { name: "success", type: "bool" }] as const;
 * const { rows } = await stageIds({ files: [], columns, rowCount: 0, faults: [] }, STAGE_LAYOUTS[0]);
 * assert.equal(rows.size, 0);
 * ```
 */
export async function stageIds(
  found: StageFilesParts,
  { idColumn, success: { column, is } }: Pick<StageLayoutParts, "idColumn" | "success">,
): Promise<StageIdParts> {
  const { columns: [ids, states] } = await stageTable(found, [idColumn, column]);
  const good: boolean[] = [];
  for (const { file, rowCount } of found.files) {
    for (let i = 0; i < rowCount; i++) {
      good.push(hasSucceeded(states.values[good.length], { is, column, file }));
    }
  }
  const succeeded = (row: number) => good[row];
  const rows = new Map<string, number>();
  const duplicates = new Set<string>();
  for (let row = 0; row < found.rowCount; row++) {
    const id = ids.values[row];
    if (id === null) continue;
    const key = String(id), before = rows.get(key);
    if (before !== undefined) duplicates.add(key);
    if (before === undefined || (!succeeded(before) && succeeded(row))) rows.set(key, row);
  }
  return { rows, succeeded, duplicates: [...duplicates] };
}
