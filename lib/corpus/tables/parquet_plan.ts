import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { DURATIONS } from "./parquet_durations.ts";
import { parquetLeaf } from "./parquet_leaf.ts";
import type { ColumnType } from "./table.ts";

/** One column of a Parquet file: what it is called there and for the reader, and how its values become a table's. */
export interface ParquetColumnParts {
  readonly name: string;
  /** Its name in the plan's metadata. */
  readonly alias: string;
  readonly type: ColumnType;
  readonly convert: (stored: unknown) => unknown;
}

/** A Parquet file as hyparquet is to read it. */
export interface ParquetPlanParts {
  readonly columns: readonly ParquetColumnParts[];
  /** The file's own metadata with names that cannot clash (dots, `__proto__`, two alike inside of structs) and physical types only. */
  readonly metadata: FileMetaData;
}

/**
 * Plans the reading of a Parquet file so that nothing of its types is lost: hyparquet gives what is stored, and the plan's converters
 * make of it the values of a table.
 *
 * @param tree The schema as `parquetSchema` gives it.
 * @throws {RangeError} when schema and row groups do not fit together, or two columns have one name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetPlan } from "#lib/corpus/tables/parquet_plan.ts";
 * const leaf = { element: { name: "n", type: "INT32" as const }, children: [], count: 1, path: ["n"] };
 * const root = { element: { name: "root", num_children: 1 }, children: [leaf], count: 2, path: [] };
 * const metadata = { version: 1, schema: [root.element, leaf.element], num_rows: 0n, row_groups: [], metadata_length: 0 };
 * assert.equal(parquetPlan(metadata, root).columns[0].type, "int");
 * ```
 */
export function parquetPlan(metadata: FileMetaData, tree: SchemaTree): ParquetPlanParts {
  const schema: SchemaElement[] = [{ ...tree.element, converted_type: undefined, logical_type: undefined }];
  const leaves: { path: string[]; alias: string[]; type: string }[] = [];
  const add = (node: SchemaTree, above: readonly string[]): Node => {
    const alias = `n${schema.length}`;
    const aliases = [...above, alias];
    const { element, children } = node;
    const bare = { ...element, name: alias, converted_type: undefined, logical_type: undefined };
    if (children.length > 0) {
      const isList = element.converted_type === "LIST" || element.logical_type?.type === "LIST";
      const [middle] = children;
      const wraps = children.length === 1 && middle.element.repetition_type === "REPEATED";
      if (isList && wraps && middle.children.length <= 1) {
        schema.push({ ...bare, converted_type: "LIST" });
        if (middle.children.length === 0) return { ...add(middle, aliases), name: element.name, alias };
        // The middle level of a list's three is no level in the reader's hands.
        const middleAlias = `n${schema.length}`;
        schema.push({
          ...middle.element,
          name: middleAlias,
          converted_type: undefined,
          logical_type: undefined,
        });
        const { convert } = add(middle.children[0], [...aliases, middleAlias]);
        return { name: element.name, alias, type: "list", convert: listOf(convert) };
      }
      schema.push(bare);
      const below = children.map((child) => add(child, aliases));
      const isMap = element.converted_type?.startsWith("MAP") || element.logical_type?.type === "MAP";
      return groupNode(element, alias, below, wraps && (isList || isMap === true));
    }
    const leaf = parquetLeaf(element);
    schema.push({ ...bare, ...(leaf.isText ? { converted_type: "UTF8" } : PLAIN) });
    leaves.push({ path: node.path, alias: aliases, type: element.type! });
    const convert = orNull(leaf.convert);
    if (element.repetition_type !== "REPEATED") return { ...leaf, name: element.name, alias, convert };
    return { type: "list", name: element.name, alias, convert: listOf(convert) };
  };
  const nodes = tree.children.map((child) => add(child, []));
  const twice = nodes.find(({ name }, i) => nodes.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) throw new RangeError(`It has two columns ${JSON.stringify(twice.name)}.`);
  const durations: unknown[] = JSON.parse(
    metadata.key_value_metadata?.find(({ key }) => key === DURATIONS)?.value ?? "[]",
  );
  const columns = nodes.map(({ name, alias, type, convert }): ParquetColumnParts =>
    type === "int" && durations.includes(name)
      ? { name, alias, type: "duration", convert: orNull((stored) => BigInt(stored as bigint)) }
      : { name, alias, type, convert }
  );
  return { columns, metadata: { ...metadata, schema, row_groups: renamed(metadata, leaves) } };
}

/** As hyparquet takes a value that it hands to a parser of ours and keeps in an array that is not typed, where a lack shows. */
const PLAIN = { logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" } } as const;

interface Node {
  readonly name: string;
  readonly alias: string;
  readonly type: ColumnType;
  readonly convert: (stored: unknown) => unknown;
}

/** A struct; or, where a list or a map is a group of one that repeats, what that gives. */
function groupNode(element: SchemaElement, alias: string, below: readonly Node[], unwrap: boolean): Node {
  const { name, repetition_type: repetition } = element;
  const struct = unwrap
    ? (stored: unknown) => below[0].convert((stored as Record<string, unknown>)[below[0].alias])
    : structOf(below);
  if (repetition === "REPEATED") return { name, alias, type: "list", convert: listOf(orNull(struct)) };
  return { name, alias, type: unwrap ? "list" : "struct", convert: orNull(struct) };
}

function orNull(convert: (stored: unknown) => unknown): (stored: unknown) => unknown {
  return (stored) => {
    if (stored === undefined) throw new RangeError("A value is missing.");
    return stored === null ? null : convert(stored);
  };
}

function listOf(convert: (stored: unknown) => unknown): (stored: unknown) => unknown {
  return orNull((stored) => {
    if (!Array.isArray(stored)) throw new RangeError("A list is damaged.");
    return stored.map(convert);
  });
}

function structOf(below: readonly Node[]): (stored: unknown) => unknown {
  return (stored) => {
    const struct: Record<string, unknown> = {};
    for (const { name, alias, convert } of below) {
      const value = convert((stored as Record<string, unknown>)[alias]);
      // An assignment to `__proto__` would be lost.
      Object.defineProperty(struct, name, { value, enumerable: true, writable: true, configurable: true });
    }
    return struct;
  };
}

/** The row groups with the leaves' names of the plan, once they are found to be the schema's. */
function renamed(
  metadata: FileMetaData,
  leaves: readonly { path: string[]; alias: string[]; type: string }[],
): FileMetaData["row_groups"] {
  return metadata.row_groups.map((group, g) => {
    if (group.columns.length !== leaves.length) {
      throw new RangeError(
        `Row group ${g} has ${group.columns.length} columns, and the schema ${leaves.length}.`,
      );
    }
    const columns = group.columns.map((chunk, i) => {
      const meta = chunk.meta_data;
      const { path, alias, type } = leaves[i];
      if (chunk.file_path) throw new RangeError("Its columns lie in other files, which is not supported.");
      if (!meta) {
        throw new RangeError(`Column ${JSON.stringify(path.join("."))} is encrypted, or lacks its metadata.`);
      }
      const same = meta.path_in_schema.length === path.length &&
        meta.path_in_schema.every((part, d) => part === path[d]);
      if (!same || meta.type !== type) {
        throw new RangeError(
          `Row group ${g} has ${
            JSON.stringify(meta.path_in_schema.join("."))
          } (${meta.type}) where the schema has ${JSON.stringify(path.join("."))} (${type}).`,
        );
      }
      return { ...chunk, meta_data: { ...meta, path_in_schema: alias } };
    });
    return { ...group, columns };
  });
}
