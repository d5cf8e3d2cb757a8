/** The parts of reading Parquet by themselves, with what other writers than ours make: old annotations, flags in lists, LZ4 of Hadoop. */
import { describe, expect, test } from "bun:test";
import type { SchemaElement, SchemaTree } from "hyparquet";
import { parquetCodecs } from "#lib/corpus/tables/parquet_codecs.ts";
import { parquetLeaf } from "#lib/corpus/tables/parquet_leaf.ts";
import { parquetPlan } from "#lib/corpus/tables/parquet_plan.ts";
import { checkThrift } from "#lib/corpus/tables/thrift_check.ts";

describe("bytes are text", () => {
  test.each<Partial<SchemaElement>>([
    ...(["UTF8", "ENUM", "JSON"] as const).map((converted_type) => ({ converted_type })),
    ...(["STRING", "ENUM", "JSON"] as const).map((type) => ({ logical_type: { type } })),
  ])("with %j", (annotation) => {
    const { type, isText } = parquetLeaf({ name: "t", type: "BYTE_ARRAY", ...annotation });
    expect([type, isText]).toEqual(["text", true]);
  });

  test.each<Partial<SchemaElement>>([{}, { converted_type: "BSON" }, { logical_type: { type: "BSON" } }])(
    "not with %j",
    (annotation) => {
      const { type, isText } = parquetLeaf({ name: "t", type: "BYTE_ARRAY", ...annotation });
      expect([type, isText]).toEqual(["binary", false]);
    },
  );
});

describe("a group around a group that repeats", () => {
  const node = (element: SchemaElement, path: string[], children: SchemaTree[] = []): SchemaTree => ({
    ...{ element, children, path, count: 1 + children.reduce((sum, { count }) => sum + count, 0) },
  });
  const typeWith = (annotation: Partial<SchemaElement>) => {
    const leaf = node({ name: "element", type: "INT32", repetition_type: "OPTIONAL" }, [
      "l",
      "list",
      "element",
    ]);
    const middle = node({ name: "list", repetition_type: "REPEATED", num_children: 1 }, ["l", "list"], [
      leaf,
    ]);
    const list = node({ name: "l", repetition_type: "OPTIONAL", num_children: 1, ...annotation }, ["l"], [
      middle,
    ]);
    const root = node({ name: "root", num_children: 1 }, [], [list]);
    const schema = [root, list, middle, leaf].map(({ element }) => element);
    return parquetPlan({ version: 1, schema, num_rows: 0n, row_groups: [], metadata_length: 0 }, root)
      .columns[0].type;
  };

  test("is a list where either annotation says so, and a struct where none does", () => {
    expect([
      typeWith({ converted_type: "LIST" }),
      typeWith({ logical_type: { type: "LIST" } }),
      typeWith({ converted_type: "LIST", logical_type: { type: "LIST" } }),
      typeWith({}),
    ]).toEqual(["list", "list", "list", "struct"]);
  });
});

describe("a footer's structs", () => {
  test.each([
    ["a list of true", [0x19, 0x11, 1, 0]],
    ["a list of flags under their other type", [0x19, 0x12, 2, 0]],
    ["an empty list", [0x19, 0x01, 0]],
    ["a flag as a field", [0x11, 0]],
    ["a double", [0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0]],
    ["a text to the last byte", [0x18, 1, 65, 0]],
    ["a field whose number is its own", [0x05, 40, 2, 0]],
  ])("%s is walked over", (_, bytes) => checkThrift(Uint8Array.from(bytes)));

  test.each<[string, number[], string]>([
    ["without an end", [0x15, 2], "It ends within a struct."],
    ["with a double that is cut", [0x17, 1, 2, 3, 4, 5, 6, 7], "It ends within a struct."],
    ["with a list of flags that is cut", [0x19, 0x11, 1], "It ends within a struct."],
    ["with a text that is cut", [0x18, 3, 65, 0], "A text of 3 in 2 bytes."],
    ["with a type of Thrift's that Parquet has no use for", [0x1b, 0], "A field has type 11"],
    ["with structs without end", new Array<number>(40).fill(0x1c), "A struct is deeper than 32."],
    [
      "with a number without end",
      [0x15, ...new Array<number>(20).fill(0x80)],
      "A number has too many bytes.",
    ],
  ])("%s are refused", (_, bytes, message) => {
    expect(() => checkThrift(Uint8Array.from(bytes))).toThrow(message);
  });
});

describe("the older LZ4", () => {
  /** Blocks of literals alone, each behind its two lengths. */
  const block = (...bytes: number[]) => [bytes.length << 4, ...bytes];
  const framed = (
    ...bytes: number[]
  ) => [0, 0, 0, bytes.length, 0, 0, 0, bytes.length + 1, ...block(...bytes)];

  test.each([
    ["one block as Hadoop has it", framed(1, 2, 3), [1, 2, 3]],
    ["two of them", [...framed(1, 2), ...framed(3, 4, 5)], [1, 2, 3, 4, 5]],
    ["one block without lengths", block(1, 2, 3), [1, 2, 3]],
  ])("%s", async (_, packed, bytes) => {
    const { LZ4 } = await parquetCodecs();
    expect([...LZ4!(Uint8Array.from(packed), bytes.length)]).toEqual(bytes);
  });

  test.each([
    ["too few bytes", framed(1, 2), 3],
    ["too many", [...framed(1, 2), ...framed(3)], 2],
    ["an end that lacks", framed(1, 2, 3).slice(0, -1), 3],
    ["a length that lacks", [...framed(1, 2, 3), 0, 0], 3],
  ])("with %s is refused", async (_, packed, size) => {
    const { LZ4 } = await parquetCodecs();
    expect(() => LZ4!(Uint8Array.from(packed), size)).toThrow("The LZ4 block");
  });
});
