/** Tables of text: what a column is taken for, and which rows are refused. */
import { describe, expect, test } from "bun:test";
import { parseCsvTable } from "#lib/corpus/tables/parse_csv_table.ts";
import { parseJsonLines } from "#lib/corpus/tables/parse_json_lines.ts";

describe("a column of CSV", () => {
  test.each<[string, string[], string, unknown[]]>([
    ["flags", ["true", "FALSE", ""], "bool", [true, false, null]],
    ["whole numbers", ["0", "-7", "9007199254740993"], "int", [0, -7, 9007199254740993n]],
    [
      "the ends of 64 bits",
      ["9223372036854775807", "-9223372036854775808"],
      "int",
      [2n ** 63n - 1n, -(2n ** 63n)],
    ],
    ["those without a sign", ["18446744073709551615", "1"], "int", [2n ** 64n - 1n, 1]],
    ["more than 64 bits", ["18446744073709551616", "1"], "text", ["18446744073709551616", "1"]],
    ["neither kind", ["9223372036854775808", "-1"], "text", ["9223372036854775808", "-1"]],
    ["numbers", ["1.50", "-.5", "1e3", "2"], "float", [1.5, -0.5, 1000, 2]],
    ["what is no number, and none", ["nan", "-inf", "+Infinity", ""], "float", [
      NaN,
      -Infinity,
      Infinity,
      null,
    ]],
    ["zeros before", ["007", "8"], "text", ["007", "8"]],
    ["a flag among words", ["true", "yes"], "text", ["true", "yes"]],
    ["nothing", ["", ""], "text", [null, null]],
  ])("of %s", (_, fields, type, values) => {
    const text = `x,more\n${fields.map((field) => `${field},a\n`).join("")}`;
    expect(parseCsvTable(text).columns[0]).toEqual({ name: "x", type, values } as never);
  });

  test.each(["wav_id", "uid", "file_id"])("of ids is text: %s", (name) => {
    expect(parseCsvTable(`${name},n\n1,1\n`).columns.map(({ values: [value] }) => value)).toEqual(["1", 1]);
  });

  test("has no rows where there are none", () => {
    const columns = [{ name: "x", type: "text", values: [] }];
    expect(parseCsvTable("x\n")).toEqual({ columns, rowCount: 0 } as never);
  });
});

describe("refused with its place", () => {
  test.each<[string, string, string]>([
    ["nothing", "", "f is empty: a header is needed."],
    ["a column twice", "a,b,a\n", 'f has two columns "a".'],
    ["a field too few", "a,b\n1,2\n3\n", "f, line 3: it has 1 fields, and the header 2: 3"],
    ["a field too many", "a,b\n1,2,3\n", "f, line 2: it has 3 fields, and the header 2: 1,2,3"],
  ])("CSV: %s", (_, text, fault) => {
    expect(() => parseCsvTable(text, { name: "f" })).toThrow(fault);
  });

  test.each<[string, string, string]>([
    ["no JSON", '{"a":1}\n\n{"a"\n', "f, line 3: it is no JSON"],
    ["zeros before", '{"a":01234567890123456789}', "f, line 1: it is no JSON"],
    ["two points", '{"a":1.2345678901234567.8}', "f, line 1: it is no JSON"],
    ["null", "null\n", "f, line 1: an object is needed, not null"],
    ["a number", '{"a":1}\n7', "f, line 2: an object is needed, not 7"],
    ["null in an array", '[{"a":1},null]', "f, row 1: an object is needed, not null"],
    ["an array in an array", "[[1]]", "f, row 0: an object is needed, not [1]"],
    ["two types", '{"a":1}\n\n{"a":"x"}\n', 'f: Column "a" has text in line 3, and int before it.'],
    ["a key twice", '{"x":3}\n{"x":1,"x":2}\n', 'f, line 2: the key "x" stands there twice: {"x":1,"x":2}'],
    ["a key twice in an array", '[{"x":3},{"x":1,"\\u0078":2}]', 'f: the key "x" stands twice in a row.'],
    ["two types in an array", '[{"a":1},{"a":"x"}]', 'f: Column "a" has text in row 1, and int before it.'],
  ])("JSON: %s", (_, text, fault) => {
    expect(() => parseJsonLines(text, { name: "f" })).toThrow(fault);
  });
});

test("JSON's numbers keep all digits, and a text that looks like one stays text", () => {
  const line = '{"i":-9223372036854775808,"s":9007199254740991,"f":12345678901234567.5,"n":-Infinity,' +
    '"d":0.30000000000000004,"e":-1.1234567890123456e-5,"t":"NaN 12345678901234567890","m":"\\u0001NaN"}';
  expect(parseJsonLines(line).columns.map(({ values: [value] }) => value)).toEqual([
    -(2n ** 63n),
    9007199254740991,
    12345678901234567.5,
    -Infinity,
    0.1 + 0.2,
    -1.1234567890123456e-5,
    "NaN 12345678901234567890",
    "\u0001NaN",
  ]);
});
