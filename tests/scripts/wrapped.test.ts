/** Text in narrow terminals. */
import { describe, expect, test } from "bun:test";
import { closest } from "#scripts/cli/closest.ts";
import { wrapped } from "#scripts/cli/wrapped.ts";

describe("wrapped", () => {
  test.each<[string, string, number | undefined, string]>([
    ["no terminal", "one two three", undefined, "one two three"],
    ["fits", "one two three", 13, "one two three"],
    ["too long", "one two three", 12, "one two\nthree"],
    ["goes on as far in", "    one two three", 12, "    one two\n    three"],
    ["goes on beside an item's head", "  wasm  yes no or so", 16, "  wasm  yes no\n        or so"],
    [
      "a word longer than the line stays whole",
      "  /a/very/long/path is there",
      10,
      "  /a/very/long/path\n  is there",
    ],
    ["nothing but such a word", "x".repeat(30), 10, "x".repeat(30)],
    ["a rule is cut", "─".repeat(30), 10, "─".repeat(10)],
    ["colours count for nothing", "\x1b[1mone two\x1b[0m", 7, "\x1b[1mone two\x1b[0m"],
    ["several lines", "one two\n\nthree four", 5, "one\ntwo\n\nthree\nfour"],
    ["no room at all", "one two", 0, "one two"],
  ])("%s", (_, text, columns, wanted) => {
    expect(wrapped(text, columns)).toBe(wanted);
  });

  test("no word is lost, whatever the width", () => {
    const text = "  name      12  equal 3e-13\nsome words    and others\n      deep in the page";
    const words = (of: string) => of.split(/\s+/).filter(Boolean);
    for (let columns = 1; columns < 60; columns++) {
      expect(words(wrapped(text, columns))).toEqual(words(text));
    }
  });
});

test.each<[string, string | undefined]>([
  ["num-speaker", "num-speakers"],
  ["outt", "out"],
  ["prest", "preset"],
  ["o", undefined],
  ["something", undefined],
  ["formta", "format"],
])("closest to %s: %s", (given, wanted) => {
  expect(closest(given, ["out", "preset", "format", "num-speakers"])).toBe(wanted);
});
