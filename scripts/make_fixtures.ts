/**
 * Makes fixtures/: made-up PLDA weights and captures by lib/synthesis, their expected arrays by
 * fixtures/expected_values.py.
 *
 *     bun run scripts/make_fixtures.ts [--inputs-only | --check] [--python python3]
 *
 * `--check` changes nothing: it makes the inputs again elsewhere, compares every value with what is committed, and
 * has the Python side recompute the expected arrays from it. Exit status: 0 fine, 1 something differs, 2 usage,
 * 3 no Python with numpy and SciPy.
 */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { findPython } from "./cli/python.ts";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { projectRoot } from "#lib/places/places.ts";
import {
  synthesizeConversation,
  type SynthesizeConversationOptions,
} from "#lib/synthesis/synthesize_conversation.ts";
import { synthesizePlda } from "#lib/synthesis/synthesize_plda.ts";
import type { SpokenTurn } from "#lib/synthesis/take_turns.ts";

interface Recipe extends SynthesizeConversationOptions {
  name: string;
  /** Further arguments of `expected_values.py make`. */
  make?: readonly string[];
}

const PLDA = { dimension: 64, ldaDimension: 32, seed: 20 };

// Seeds are chosen with `expected_values.py margins`: no decision within 1e-3 of its threshold, more AHC clusters
// than speakers, inversions in the linkage, VBx at work for several iterations.
const RECIPES: readonly Recipe[] = [
  { name: "a_two_speakers", speakers: 2, durationSec: 75, overlap: 0.06, seed: 1 },
  { name: "b_five_speakers", speakers: 5, durationSec: 100.4, overlap: 0.2, seed: 57 },
  {
    // Nobody reaches a fifth of the chunk's frames alone, so that there is nothing to cluster.
    name: "c_one_chunk",
    speakers: 2,
    durationSec: 8.4,
    overlap: 0.25,
    meanTurnSec: 1,
    meanPauseSec: 0.8,
    holdProbability: 0,
    returnProbability: 1,
    seed: 66,
  },
  {
    // More than ten labels: cluster "10" sorts before cluster "2".
    name: "d_twelve_speakers",
    speakers: 12,
    durationSec: 120,
    overlap: 0.05,
    meanTurnSec: 3.6,
    holdProbability: 0,
    returnProbability: 0.1,
    seed: 224,
  },
  {
    name: "e_minimal",
    speakers: 3,
    durationSec: 60,
    silentSlots: "nan",
    seed: 134,
    make: ["--minimal", "--decimals", "6"],
  },
];

const PLDA_FILES = {
  "plda.npz": ["mu", "tr", "psi"],
  "xvec_transform.npz": ["mean1", "mean2", "lda"],
} as const;

async function makeInputs(root: string): Promise<string[]> {
  const plda = synthesizePlda(PLDA);
  const written: string[] = [];
  const write = async (path: string, arrays: Record<string, NdArray>) => {
    await writeNpz(join(root, path), arrays, { compress: true });
    written.push(path);
  };
  await mkdir(join(root, "models", "plda"), { recursive: true });
  await mkdir(join(root, "truth"), { recursive: true });
  for (const [file, names] of Object.entries(PLDA_FILES)) {
    await write(join("models", "plda", file), Object.fromEntries(names.map((name) => [name, plda[name]])));
  }
  for (const { name, make: _, ...options } of RECIPES) {
    const folder = join("captures", name);
    await mkdir(join(root, folder), { recursive: true });
    const { segmentations, embeddings, truth } = synthesizeConversation({ ...options, plda });
    await write(join(folder, "segmentations.npz"), { segmentations });
    await write(join(folder, "raw_embeddings.npz"), { embeddings });
    await writeFile(join(root, "truth", `${name}.rttm`), truth.map((turn) => rttmLine(name, turn)).join(""));
    written.push(join("truth", `${name}.rttm`));
  }
  return written;
}

function rttmLine(uri: string, { startSec, endSec, speaker }: SpokenTurn): string {
  const times = `${startSec.toFixed(3)} ${(endSec - startSec).toFixed(3)}`;
  return `SPEAKER ${uri} 1 ${times} <NA> <NA> talker_${speaker} <NA> <NA>\n`;
}

/** Whether two files hold the same. Of an npz, its arrays: zlibs differ in how they deflate. */
async function sameContent(a: string, b: string): Promise<boolean> {
  if (!a.endsWith(".npz")) return (await readFile(a)).equals(await readFile(b));
  const [left, right] = [await readNpz(a), await readNpz(b)];
  const bytes = ({ data }: NdArray) =>
    Array.isArray(data)
      ? Buffer.from(JSON.stringify(data))
      : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Object.keys(left).join() === Object.keys(right).join() &&
    Object.entries(left).every(([name, array]) =>
      array.dtype === right[name].dtype && array.shape.join() === right[name].shape.join() &&
      bytes(array).equals(bytes(right[name]))
    );
}

function python(executable: string, args: string[]): number {
  const script = join(projectRoot(), "fixtures", "expected_values.py");
  return spawnSync(executable, [script, ...args], { stdio: "inherit" }).status ?? 3;
}

async function check(fixtures: string, executable: string): Promise<number> {
  const fresh = await mkdtemp(join(tmpdir(), "dialab-fixtures-"));
  try {
    let differing = 0;
    for (const path of await makeInputs(fresh)) {
      if (await sameContent(join(fresh, path), join(fixtures, path))) continue;
      process.stderr.write(`${path} differs from what lib/synthesis makes\n`);
      differing++;
    }
    const folders = RECIPES.map(({ name }) => join(fixtures, "captures", name));
    const status = python(executable, [
      "check",
      ...folders,
      "--models",
      join(fixtures, "models"),
      "--limit",
      "1e-12",
    ]);
    return status || (differing > 0 ? 1 : 0);
  } finally {
    await rm(fresh, { recursive: true });
  }
}

async function main(): Promise<number> {
  const options = {
    "inputs-only": { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    python: { type: "string", default: findPython(["numpy", "scipy"]) ?? "python3" },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
  const fixtures = join(projectRoot(), "fixtures");
  if (values.check) return await check(fixtures, values.python);
  await rm(join(fixtures, "captures"), { recursive: true, force: true });
  await makeInputs(fixtures);
  if (values["inputs-only"]) return 0;
  for (const { name, make = [] } of RECIPES) {
    const folder = join(fixtures, "captures", name);
    const status = python(values.python, ["make", folder, "--models", join(fixtures, "models"), ...make]);
    if (status !== 0) return status;
  }
  return 0;
}

process.exitCode = await main();
