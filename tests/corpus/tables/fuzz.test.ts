/** Damaged tables give an error that names the file, or the right data. */
import { expect, test } from "bun:test";
import { fuzzTarget } from "#scripts/fuzz/fuzz_target.ts";
import { TABLE_TARGETS } from "#scripts/fuzz/table_targets.ts";

test.each(Object.keys(TABLE_TARGETS))("%s: 200 damaged files", async (name) => {
  const failed: string[] = [];
  let refused = 0;
  for await (const outcome of fuzzTarget(await TABLE_TARGETS[name](), { seed: 5, end: 200 })) {
    if (outcome.result === "refused") refused++;
    if (outcome.result === "failed") {
      failed.push(`${outcome.index} (${outcome.kinds.join(", ")}): ${outcome.fault}`);
    }
  }
  expect(failed).toEqual([]);
  expect(refused).toBeGreaterThan(50);
}, 60_000);
