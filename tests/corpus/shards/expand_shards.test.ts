/** Patterns of shards' names. */
import { expect, test } from "bun:test";
import { expandShards } from "#lib/corpus/shards/expand_shards.ts";
import { describeWith } from "../../harness/shared_data.ts";
import { expectedShards, shardsFolder } from "./expected_shards.ts";

test.each<[string, string[]]>([
  ["plain.tar", ["plain.tar"]],
  ["s-{3..1}.tar", ["s-3.tar", "s-2.tar", "s-1.tar"]],
  ["s-{098..101}.tar", ["s-098.tar", "s-099.tar", "s-100.tar", "s-101.tar"]],
  ["{a..b}{1,2}", ["a1", "a2", "b1", "b2"]],
  ["n{0..10..5}", ["n0", "n5", "n10"]],
  ["{-1..1}", ["-1", "0", "1"]],
  ["{a,b{1..2}}.tar", ["a.tar", "b1.tar", "b2.tar"]],
  ["x{}.tar", ["x{}.tar"]],
  ["x{1}-{p,q}", ["x{1}-p", "x{1}-q"]],
  ["open{0..2", ["open{0..2"]],
  ["a::b-{0..1}", ["a", "b-0", "b-1"]],
])("%s", (pattern, names) => expect(expandShards(pattern)).toEqual(names));

test("more names than can be meant, and steps of nothing, are refused", () => {
  expect(() => expandShards("s-{0..9999999}.tar")).toThrow(/stands for more than 1000000 shards/);
  expect(() => expandShards("s-{0..9..0}.tar")).toThrow(/steps of 0/);
});

describeWith("patterns that webdataset has expanded", shardsFolder, () => {
  test("all of them", () => {
    for (const [pattern, names] of Object.entries<string[]>(expectedShards().expand)) {
      expect([pattern, expandShards(pattern)]).toEqual([pattern, names]);
    }
  });
});
