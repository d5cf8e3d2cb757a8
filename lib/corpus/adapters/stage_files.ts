import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import { describeParquet } from "../tables/describe_parquet.ts";
import type { Column } from "../tables/table.ts";

/** One Parquet file of a stage. */
export interface StageFileParts {
  readonly file: string;
  readonly rowCount: number;
  /** Rows of each row group. */
  readonly rowGroups: readonly number[];
  /** Names of its columns. */
  readonly columns: ReadonlySet<string>;
}

/** The tables of one folder, below each other, before anything of them is read. */
export interface StageFilesParts {
  readonly files: readonly StageFileParts[];
  /** The column of ids, which is text whatever files have; undefined where none is there. */
  readonly idColumn?: string;
  /** Columns of all, in the order they first come up in, of the wider type where files differ. */
  readonly columns: readonly Pick<Column, "name" | "type">[];
  readonly rowCount: number;
  /** Files that could not be taken, and why: a sentence each. */
  readonly faults: readonly string[];
}

/**
 * Looks at all Parquet files of a folder, by their footers. Checkpoints (`_...`), hidden files and `.tmp` are passed over; a file that is
 * damaged, or whose columns do not go with those of the others, is a fault.
 *
 * @param idColumns Names that ids may be under, of which the first that is there is taken: a file with another one, too, is a fault, as
 *   it is not clear which is meant.
 * @returns undefined where there is no such folder, or no table in it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stageFiles } from "#lib/corpus/adapters/stage_files.ts";
 * assert.equal(await stageFiles("no such folder"), undefined);
 * ```
 */
export async function stageFiles(
  folder: string,
  idColumns: readonly string[] = [],
): Promise<StageFilesParts | undefined> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const wanted = names.filter((name) => /^[^_.].*\.parquet$/.test(name)).sort(compareCodePoints);
  if (wanted.length === 0) return undefined;
  const types = new Map<string, Column["type"]>();
  const files: StageFileParts[] = [], faults: string[] = [];
  for (const name of wanted) {
    const file = join(folder, name);
    try {
      const { columns, rowCount, rowGroups } = await describeParquet(file);
      checkIds(columns.map(({ name }) => name), idColumns);
      const wider = columns.map(({ name, type }) =>
        [name, idColumns.includes(name) ? "text" : widest(name, types.get(name) ?? type, type)] as const
      );
      for (const [name, type] of wider) types.set(name, type);
      files.push({ file, rowCount, rowGroups, columns: new Set(columns.map(({ name }) => name)) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      faults.push(message.startsWith(file) ? message : `${file}: ${message}`);
    }
  }
  return {
    files,
    idColumn: idColumns.find((name) => types.has(name)),
    columns: [...types].map(([name, type]) => ({ name, type })),
    rowCount: files.reduce((rows, file) => rows + file.rowCount, 0),
    faults,
  };
}

function checkIds(names: readonly string[], idColumns: readonly string[]): void {
  if (idColumns.length === 0) return;
  const there = [...new Set([...idColumns, "wav_id"])].filter((name) => names.includes(name));
  if (there.length < 2) {
    if (there.length === 0 || idColumns.includes(there[0])) return;
    throw new RangeError(
      `its ids are in "wav_id", and ${JSON.stringify(idColumns[0])} is needed: rename the column.`,
    );
  }
  const [a, b] = there.map((name) => JSON.stringify(name));
  throw new RangeError(`it has ids in ${a} and in ${b}, and both would be "wav_id": drop or rename one.`);
}

function widest(name: string, a: Column["type"], b: Column["type"]): Column["type"] {
  if (a === b || b === "null") return a;
  if (a === "null") return b;
  if ([a, b].every((type) => type === "int" || type === "float")) return "float";
  throw new RangeError(`column ${JSON.stringify(name)} is ${b}, and ${a} in the other files.`);
}
