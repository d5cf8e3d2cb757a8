/** What a machine has of all that dialab can use. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { describeEnvironment, type Environment } from "#lib/parity/environment.ts";
import { CaptureError } from "#lib/parity/capture_error.ts";
import { findCaptures } from "#lib/parity/find_captures.ts";
import { fixturePlaces, modelPlaces, type Place } from "#lib/places/places.ts";
import { fileSha256, verifyManifest } from "#lib/parity/verify_manifest.ts";
import { openBackend } from "../cli/backends.ts";
import { findPython } from "../cli/python.ts";
import { examinePrograms, type ProgramFinding } from "./programs.ts";

/** A backend: usable, or why not. */
export interface BackendFinding {
  readonly backend: string;
  readonly usable: boolean;
  readonly detail: string;
}

/** A capture and whether its files are as its manifest says. */
export interface CaptureFinding {
  readonly name: string;
  readonly folder: string;
  readonly files: "sound" | "damaged" | "no manifest";
  readonly damaged: readonly string[];
}

/** A file of weights. */
export interface WeightFinding {
  readonly path: string;
  readonly sha256: string;
}

/** Everything that `doctor` tells. */
export interface Findings {
  readonly environment: Environment & { readonly memoryBytes: number };
  readonly wasm: Readonly<Record<string, boolean>>;
  readonly backends: readonly BackendFinding[];
  readonly python: string;
  readonly programs: readonly ProgramFinding[];
  readonly places: { readonly fixtures: readonly Place[]; readonly models: readonly Place[] };
  readonly captures: readonly CaptureFinding[];
  readonly weights: readonly WeightFinding[];
}

/** The smallest modules that use a feature; an engine without it does not validate them. */
const WASM_FEATURES: Readonly<Record<string, readonly number[]>> = {
  simd: [1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
  threads: [1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 11, 1, 9, 0, 65, 0, 254, 16, 2, 0, 26, 11],
  "relaxed-simd": [
    1,
    5,
    1,
    96,
    0,
    1,
    123,
    3,
    2,
    1,
    0,
    10,
    15,
    1,
    13,
    0,
    65,
    1,
    253,
    15,
    65,
    2,
    253,
    15,
    253,
    128,
    2,
    11,
  ],
  memory64: [5, 3, 1, 4, 1],
};

function hasFeature(sections: readonly number[]): boolean {
  return WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections));
}

async function examineBackend(backend: "wasm" | "webgpu"): Promise<BackendFinding> {
  try {
    const request = { name: backend, backends: [backend], adapter: undefined, precision: undefined };
    await using compute = await openBackend(backend, request);
    return {
      backend,
      usable: true,
      detail: compute.adapter ? `${compute.adapter}, ${compute.precision}` : compute.precision,
    };
  } catch (error) {
    return { backend, usable: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function examinePython(): string {
  const python = findPython(["numpy", "scipy"]);
  if (python === undefined) {
    return "no python3 with numpy and scipy (only the peers of bench and make_fixtures need it)";
  }
  const script =
    "import sys, numpy, scipy; print(f'python {sys.version.split()[0]}, numpy {numpy.__version__}, scipy {scipy.__version__}')";
  return spawnSync(python, ["-c", script], { encoding: "utf8" }).stdout.trim();
}

async function examineCaptures(): Promise<CaptureFinding[]> {
  return await Promise.all(
    findCaptures().map(async ({ name, folder }) => {
      // One manifest that cannot be read is told as the fault of its own capture.
      const check = await verifyManifest(folder).catch((error: unknown) => {
        if (!(error instanceof CaptureError)) throw error;
        return { damaged: ["manifest.json"] };
      });
      const damaged = check?.damaged ?? [];
      return {
        name,
        folder,
        files: check === undefined ? "no manifest" : damaged.length > 0 ? "damaged" : "sound",
        damaged,
      };
    }),
  );
}

async function examineWeights(places: readonly Place[]): Promise<WeightFinding[]> {
  const files = places.filter(({ path }) => existsSync(path)).flatMap(({ path }) =>
    readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(onnx|npz)$/.test(name))
      .sort()
      .map((name) => join(path, name))
  );
  return await Promise.all(
    [...new Set(files)].map(async (path) => ({ path, sha256: await fileSha256(path) })),
  );
}

/** Looks at everything. */
export async function examine(): Promise<Findings> {
  const models = modelPlaces();
  return {
    environment: { ...describeEnvironment(), memoryBytes: totalmem() },
    wasm: Object.fromEntries(
      Object.entries(WASM_FEATURES).map(([name, sections]) => [name, hasFeature(sections)]),
    ),
    backends: [
      { backend: "scalar", usable: true, detail: "f64" },
      await examineBackend("wasm"),
      await examineBackend("webgpu"),
    ],
    python: examinePython(),
    programs: examinePrograms(),
    places: { fixtures: fixturePlaces(), models },
    captures: await examineCaptures(),
    weights: await examineWeights(models),
  };
}
