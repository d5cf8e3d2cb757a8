import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parsePythonLiteral, type PythonLiteral } from "#lib/arrays/python_literal.ts";

const map = (entries: Record<string, PythonLiteral>) => new Map(Object.entries(entries));

const read: [text: string, value: PythonLiteral][] = [
  ["{'a': 1, 'b': (2, 3), }", map({ a: 1n, b: [2n, 3n] })],
  ['{"a":True,"b":False,"c":None}', map({ a: true, b: false, c: null })],
  ["  {\n'a'\t: () }  ", map({ a: [] })],
  ["(3L, 4l)", [3n, 4n]],
  ["(3,)", [3n]],
  ["(3)", 3n],
  ["[('x', '<f4'), (u'y', '<i2', (2,))]", [["x", "<f4"], ["y", "<i2", [2n]]]],
  ["-12345678901234567890", -12345678901234567890n],
  [String.raw`'it\'s \\ \n'`, "it's \\ \n"],
  ["{}", new Map()],
  [String.raw`'\x41\u00e9'`, "Aé"],
  [`('<' "f" u'8', 'b')`, ["<f8", "b"]],
  ["(0x10, -0b11, 0o17, 1_000)", [16n, -3n, 15n, 1000n]],
  ["{'a': # how many\n 1} # end", map({ a: 1n })],
  ["'# none'", "# none"],
];

const refused: [text: string, message: string][] = [
  ["", "column 1: expected a value, found the end"],
  ["{'a': 1", "column 8: expected ',' or '}', found the end"],
  ["{'a' 1}", `column 6: expected ':', found "1}"`],
  ["{1: 2}", `column 3: expected a key in quotes before this, found ": 2}"`],
  ["{'a': 1, 'a': 2}", `column 13: expected a key other than "a" again before this, found ": 2}"`],
  ["(1 2)", `column 4: expected ',' or ')', found "2)"`],
  ["(1, 2]", `column 6: expected ',' or ')', found "]"`],
  ["{'a': 1} x", `column 10: expected the end, found "x"`],
  ["'open", "column 6: expected the closing ', found the end"],
  [String.raw`'\x4g'`, `column 3: expected a known escape, found "x4g'"`],
  [String.raw`'\N{BEL}'`, `column 3: expected a known escape, found "N{BEL}'"`],
  ["0x", `column 2: expected the end, found "x"`],
  ["1__0", `column 2: expected the end, found "__0"`],
  ["1.5", `column 2: expected the end, found ".5"`],
  ["Trueish", `column 1: expected a value, found "Trueish"`],
  ["__import__('os')", `column 1: expected a value, found "__import__('os')"`],
];

describe("parsePythonLiteral", () => {
  test.each(read)("reads %s", (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  test.each(refused)("refuses %j", (text, message) => {
    expect(() => parsePythonLiteral(text)).toThrow(new SyntaxError(message));
  });

  test("a tower of brackets is refused, not the end of the stack", () => {
    expect(() => parsePythonLiteral("(".repeat(1e5))).toThrow(/at most 32 brackets inside one another/);
  });

  test("any text gives a value or a SyntaxError", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      ",",
      ":",
      "'",
      '"',
      "\\",
      "L",
      "12",
      "True",
      " ",
      "a",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parsePythonLiteral(pieces.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
