/**
 * Measures centroid linkage of made-up points against SciPy: wall and CPU seconds and peak memory, each run in a process of its
 * own that reads the same points, and how far the trees are apart. Linux only (VmHWM). Run by hand:
 *
 *     bun tests/kernels/measure_linkage.ts [--rows 1004,5000] [--columns 256] [--peers] [--kinds speakers,structureless]
 *         [--backends scalar,matrix-free,wasm,webgpu]
 *
 * One JSON line per run. `--peers` needs SciPy in python3 (DIALAB_PYTHON names another). On a machine with a GPU,
 * `--rows 90000 --backends webgpu` is a recording of 24 hours. Times exclude reading, and on the GPU compiling.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { writeNpy } from "#lib/arrays/write_npy.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { matrixFreeLinkage } from "#kernels/linkage/matrix_free.ts";
import { linkage } from "#kernels/linkage/mod.ts";
import { speakerPoints, structurelessPoints, treeDifference } from "./linkage_data.ts";

const makers = { speakers: speakerPoints, structureless: structurelessPoints };
type Kind = keyof typeof makers;

/** What a run says of itself. */
interface Figures {
  readonly wallSec: number;
  readonly cpuSec: number;
  readonly peakMb: number;
  readonly adapter?: string | undefined;
}

const SCIPY = `
import json, resource, sys, time
import numpy as np
from scipy.cluster.hierarchy import linkage
x = np.load(sys.argv[1])
linkage(x[:50], "centroid")
wall, cpu = time.perf_counter(), time.process_time()
z = linkage(x, "centroid")
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
np.save(sys.argv[2], z)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
print(json.dumps({"wallSec": wall, "cpuSec": cpu, "peakMb": peak}))
`;

/** In a process of its own. */
async function child(backend: string, pointsPath: string, treePath: string): Promise<Figures> {
  const points = await readNpy(pointsPath);
  const [rows, columns] = points.shape;
  const x = asFloat64(points);
  const isMatrixFree = backend === "matrix-free";
  await using compute = await openCompute({ backend: isMatrixFree ? "scalar" : backend as "wasm" });
  const run = async (data: Float64Array, shape: { rows: number; columns: number }) =>
    isMatrixFree ? matrixFreeLinkage(data, shape) : await linkage(compute, data, shape);
  const few = Math.min(50, rows);
  await run(x.slice(0, few * columns), { rows: few, columns });
  const wall = performance.now(), cpu = process.cpuUsage();
  const z = await run(x, { rows, columns });
  const wallSec = (performance.now() - wall) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  await writeNpy(treePath, ndArray("f8", [rows - 1, 4], new Float64Array(z)));
  return {
    wallSec,
    cpuSec: (user + system) / 1e6,
    peakMb: Number(peak) * 1024 / 1e6,
    adapter: compute.adapter,
  };
}

const own = fileURLToPath(import.meta.url);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "1004,5000" },
    columns: { type: "string", default: "256" },
    kinds: { type: "string", default: "speakers,structureless" },
    backends: { type: "string", default: "wasm" },
    peers: { type: "boolean", default: false },
  },
});

if (positionals[0] === "child") {
  process.stdout.write(JSON.stringify(await child(positionals[1], positionals[2], positionals[3])));
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "dialab-linkage-"));
try {
  const points = join(folder, "points.npy"),
    tree = join(folder, "tree.npy"),
    peerTree = join(folder, "peer.npy");
  const again = [...process.execArgv, ...("Deno" in globalThis ? ["run", "-A"] : []), own, "child"];
  for (const rows of values.rows.split(",").map(Number)) {
    for (const kind of values.kinds.split(",") as Kind[]) {
      const columns = Number(values.columns);
      await writeNpy(points, ndArray("f8", [rows, columns], new Float64Array(makers[kind](rows, columns).x)));
      let expected: Float64Array | undefined;
      const print = (by: string, figures: Figures, difference?: number) =>
        process.stdout.write(`${JSON.stringify({ by, kind, rows, columns, ...figures, difference })}\n`);
      if (values.peers) {
        const python = process.env.DIALAB_PYTHON || "python3";
        const text = execFileSync(python, ["-c", SCIPY, points, peerTree], { encoding: "utf8" });
        print("scipy", JSON.parse(text) as Figures);
        expected = asFloat64(await readNpy(peerTree));
      }
      for (const backend of values.backends.split(",")) {
        const text = execFileSync(process.execPath, [...again, backend, points, tree], { encoding: "utf8" });
        const found = asFloat64(await readNpy(tree));
        print(backend, JSON.parse(text) as Figures, expected && treeDifference(found, expected));
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
