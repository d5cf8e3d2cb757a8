/** Damaged tars are read or refused with a `ShardError`; nothing is lost without a word. `scripts/fuzz.ts` tries more. */
import { expect, test } from "bun:test";
import { type FuzzOutcome, fuzzTarget } from "../../../scripts/fuzz/fuzz_target.ts";
import { tarTarget } from "../../../scripts/fuzz/tar_target.ts";

test("every damaged tar ends well, and tells what it lost", async () => {
  const all: FuzzOutcome[] = [];
  for await (const outcome of fuzzTarget(tarTarget(), { seed: 5, end: 200, limitMs: 10_000 })) {
    all.push(outcome);
  }
  expect(all.filter(({ result }) => result === "failed")).toEqual([]);
  for (const result of ["read", "refused"]) {
    expect(all.some((outcome) => outcome.result === result)).toBe(true);
  }
}, 120_000);
