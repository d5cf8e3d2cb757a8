/** One process of the fuzzer: reads mutations and writes an outcome a line. Started by supervise.ts. */
import { writeSync } from "node:fs";
import process from "node:process";
import { type FuzzOptions, fuzzTarget } from "./fuzz_target.ts";
import { TARGETS } from "./targets.ts";

const { target, ...options }: FuzzOptions & { target: string } = JSON.parse(process.argv[2]);
for await (const outcome of fuzzTarget(await TARGETS[target](), options)) {
  // At once, so that the parent knows how far this got, whatever comes next.
  writeSync(1, JSON.stringify(outcome) + "\n");
}
