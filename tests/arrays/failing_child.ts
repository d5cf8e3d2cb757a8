/** A stand-in for scripts/fuzz/child.ts, whose mutation 1 hangs and whose mutation 3 ends the process. */
import { writeSync } from "node:fs";
import process from "node:process";

const { first, end }: { first: number; end: number } = JSON.parse(process.argv[2]);
for (let index = first; index < end; index++) {
  if (index === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (index === 3) process.exit(7);
  writeSync(1, JSON.stringify({ index, result: "read", kinds: [], ms: 0, grownBytes: 0 }) + "\n");
}
