import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { writeNpy } from "#lib/arrays/write_npy.ts";
import type { Backend, Precision } from "#lib/compute/compute.ts";
import { launch } from "../../cli/launch.ts";
import { RefusedError } from "../refused_error.ts";

/** What `linkage_child.ts` is asked for. */
export interface LinkageRequest {
  readonly backend: Backend;
  readonly adapter?: string | undefined;
  readonly precision?: Precision | undefined;
  /** An npy file to read, and one to write. */
  readonly points: string;
  readonly tree: string;
  readonly runs: number;
}

/** What it answers. */
export interface LinkageAnswer {
  readonly seconds: readonly number[];
  readonly peakBytes: number;
  readonly peakBytesBefore: number;
  readonly adapter: string | undefined;
  readonly precision: Precision;
}

/** Row-major points. */
export interface Points {
  readonly x: Float64Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
}

/** Clusters points in a process of its own. @throws {RefusedError} when that fails */
export async function runLinkage(
  { x, rows, columns }: Points,
  request: Omit<LinkageRequest, "points" | "tree">,
): Promise<LinkageAnswer & { readonly tree: Float64Array }> {
  const folder = mkdtempSync(join(tmpdir(), "dialab-linkage-"));
  try {
    const points = join(folder, "points.npy"), tree = join(folder, "tree.npy");
    await writeNpy(points, ndArray("f8", [rows, columns], x));
    const [program, ...words] = launch(new URL("./linkage_child.ts", import.meta.url));
    const argument = JSON.stringify({ ...request, points, tree });
    const { status, stdout, stderr } = spawnSync(program, [...words, argument], {
      encoding: "utf8",
    });
    if (status !== 0) {
      throw new RefusedError(`The linkage of ${rows} points on ${request.backend} failed: ${stderr.trim()}`);
    }
    return { ...JSON.parse(stdout) as LinkageAnswer, tree: asFloat64(await readNpy(tree)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Largest difference of two trees' heights; infinite when they merge differently. */
export function treeDifference(z: Float64Array, expected: Float64Array): number {
  if (z.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < z.length; i++) {
    if (i % 4 === 2) {
      const difference = Math.abs(z[i] - expected[i]);
      if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
    } else if (z[i] !== expected[i]) return Infinity;
  }
  return worst;
}
