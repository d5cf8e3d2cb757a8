/**
 * Centroid linkage in a process of its own, so that its peak memory is its own too. Its argument is a `LinkageRequest` in JSON, its
 * answer a `LinkageAnswer`. Times exclude reading, and on the GPU opening and compiling.
 */
import process from "node:process";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { writeNpy } from "#lib/arrays/write_npy.ts";
import { linkage } from "#kernels/linkage/mod.ts";
import { openBackend } from "../../cli/backends.ts";
import { peakMemory } from "../peak_memory.ts";
import { sampleRuns } from "../time_runs.ts";
import type { LinkageAnswer, LinkageRequest } from "./run_linkage.ts";

const { backend, adapter, precision, points, tree, runs }: LinkageRequest = JSON.parse(process.argv[2]);
const array = await readNpy(points);
const [rows, columns] = array.shape;
const x = asFloat64(array);
await using compute = await openBackend(backend, { name: backend, backends: [backend], adapter, precision });
const few = Math.min(50, rows);
for (let i = 0; i < 3; i++) await linkage(compute, x.slice(0, few * columns), { rows: few, columns });

const peakBytesBefore = peakMemory();
let z = new Float64Array();
const work = async (repeats: number) => {
  for (let i = 0; i < repeats; i++) z = new Float64Array(await linkage(compute, x, { rows, columns }));
};
const seconds = await sampleRuns(work, runs);
await writeNpy(tree, ndArray("f8", [rows - 1, 4], z));
const answer: LinkageAnswer = {
  seconds,
  peakBytes: peakMemory(),
  peakBytesBefore,
  adapter: compute.adapter,
  precision: compute.precision,
};
process.stdout.write(JSON.stringify(answer));
