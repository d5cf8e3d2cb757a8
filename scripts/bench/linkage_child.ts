/** Times centroid linkage of made-up unit vectors in a process of its own, so that its peak memory is its own too. */
import process from "node:process";
import { centroidLinkage } from "#kernels/linkage/scalar.ts";
import { Random } from "#lib/synthesis/random.ts";
import { median } from "./median.ts";

const [rows, columns, runs] = process.argv.slice(2).map(Number);
const random = new Random(1);
const x = Float64Array.from({ length: rows * columns }, () => random.normal());
for (let i = 0; i < rows; i++) {
  const row = x.subarray(i * columns, (i + 1) * columns);
  const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  row.forEach((value, j) => row[j] = value / norm);
}
const small = Math.min(rows, 200);
for (let i = 0; i < 5; i++) centroidLinkage(x.subarray(0, small * columns), { rows: small, columns }); // warm up
const peakBytes = () => process.resourceUsage().maxRSS * 1024;
const before = peakBytes();
const seconds = Array.from({ length: runs }, () => {
  const start = performance.now();
  centroidLinkage(x, { rows, columns });
  return (performance.now() - start) / 1000;
});
const answer = { median_sec: median(seconds), peak_bytes: peakBytes(), peak_bytes_before: before };
process.stdout.write(JSON.stringify(answer));
