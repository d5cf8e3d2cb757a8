/** What `writeCapture` dumps with the run's provenance is replayed exactly, whatever the run's stages, options and hints were. */
import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { DUMP_STAGES, writeCapture } from "#lib/diarization/write_capture.ts";
import { captureModels } from "#lib/parity/capture_models.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { recordedRun, runRecipe } from "#lib/parity/drift/drift_run.ts";
import { fileSha256 } from "#lib/parity/verify_manifest.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { type CommunityOptionsInput, parseOptions } from "#lib/pipeline/options.ts";
import { type RunProvenance, stagesOf } from "#lib/pipeline/run_provenance.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { projectRoot } from "#lib/places/places.ts";

const FIXTURES = join(projectRoot(), "fixtures");
const PLDA = join(FIXTURES, "models", "plda");
const root = mkdtempSync(join(tmpdir(), "dialab-own-dumps-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function weights(): Promise<NonNullable<RunProvenance["weights"]>> {
  const named = async (file: string) => ({ model: "plda", file, sha256: await fileSha256(join(PLDA, file)) });
  const network = { model: "n", file: "n.onnx", sha256: "0".repeat(64) };
  const plda = [await named("plda.npz"), await named("xvec_transform.npz")];
  return { segmentation: network, embedding: network, plda };
}

/** Runs stages on what one of the project's captures was fed, and dumps that; `shorten` leaves so many chunks. */
async function dump(
  name: string,
  run: {
    of?: string;
    chunks?: number;
    clustering?: "vbx" | "ahc";
    options?: CommunityOptionsInput;
    stages?: readonly typeof DUMP_STAGES[number][];
  },
): Promise<string> {
  const { of = "a_two_speakers", clustering = "vbx", stages } = run;
  const options = parseOptions(run.options);
  const capture = await readCapture(join(FIXTURES, "captures", of));
  const { segmentations, embeddings } = capture.artefacts;
  const cut = <A extends typeof segmentations>({ shape: [chunks, ...rest], data }: A) => {
    const left = Math.min(run.chunks ?? chunks, chunks);
    return ndArray("f4", [left, ...rest], data.slice(0, left * rest[0] * rest[1]));
  };
  const { model: plda } = await findPlda(capture);
  const provenance = { clustering, options, weights: await weights() };
  const { artefacts } = await runStages(
    stagesOf(provenance),
    { segmentations: cut(segmentations), embeddings: cut(embeddings) },
    { options, models: { plda }, uri: "talk" },
  );
  const folder = join(root, "captures", name);
  await writeCapture(folder, artefacts, { run: provenance, stages });
  return folder;
}

async function replayed(folder: string) {
  const capture = await readCapture(folder);
  const models = await captureModels(capture, { models: join(FIXTURES, "models") });
  return { capture, models, report: await replayCapture(capture, { models }) };
}

const HINTS: [name: string, hints: NonNullable<CommunityOptionsInput["hints"]>][] = [
  ["none", {}],
  ["num 1", { numSpeakers: 1 }],
  ["num 2", { numSpeakers: 2 }],
  ["num 20", { numSpeakers: 20 }],
  ["min 3", { minSpeakers: 3 }],
  ["max 1", { maxSpeakers: 1 }],
  ["min 2, max 3", { minSpeakers: 2, maxSpeakers: 3 }],
];
const OPTIONS: [name: string, options: CommunityOptionsInput][] = [
  ["defaults", {}],
  ["compact's", { ahc: { threshold: 0.75 }, training: { minActiveRatio: 0.1 } }],
  ["hybrid's", { ahc: { threshold: 0.4 }, vbx: { fa: 0.12, fb: 2 } }],
  [
    "all others",
    {
      training: { minActiveRatio: 0.35 },
      vbx: { elboEpsilon: 1, initSmoothing: 3, maxIterations: 4 },
      kmeans: { runs: 1, seed: 7 },
      annotation: { minDurationOff: 0.5 },
    },
  ],
];
const RUNS = (["vbx", "ahc"] as const).flatMap((clustering) =>
  OPTIONS.flatMap(([what, options]) =>
    HINTS.map(([hint, hints]) =>
      [clustering, what, hint, { clustering, options: { ...options, hints } }] as const
    )
  )
);

describe("a dump of", () => {
  test.each(RUNS)("%s with %s options, hints %s, replays to parity", async (...[, , , run]) => {
    const { capture, report } = await replayed(
      await dump("run", { of: "b_five_speakers", chunks: 41, ...run }),
    );
    expect(report.stages.filter(({ ok }) => !ok)).toEqual([]);
    expect([report.ok, report.rttm.identical, report.isolatedRttm.identical]).toEqual([true, true, true]);
    expect(capture.options).toEqual(parseOptions(run.options));
    // Stages that there were, and no others.
    const stages = new Set(report.stages.map(({ stage }) => stage));
    expect(stages.has("plda")).toBe(run.clustering === "vbx");
  });

  test.each([1, 2, 3, 7, 29])("%d chunks", async (chunks) => {
    for (const clustering of ["vbx", "ahc"] as const) {
      const { report } = await replayed(await dump("short", { chunks, clustering }));
      expect([chunks, clustering, report.ok, report.rttm.identical]).toEqual([
        chunks,
        clustering,
        true,
        true,
      ]);
    }
  });

  test.each(DUMP_STAGES)("%s alone, with hints that KMeans meets", async (stage) => {
    const options = { hints: { numSpeakers: 4 }, training: { minActiveRatio: 0.3 } };
    const { report } = await replayed(await dump("part", { options, stages: [stage] }));
    expect([report.ok, report.rttm.identical]).toEqual([true, true]);
  });

  test.each([["vbx"], ["ahc"]] as const)("%s has no drift to its replay", async (clustering) => {
    const options = { hints: { numSpeakers: 3 }, training: { minActiveRatio: 0.1 } };
    const { capture, models } = await replayed(await dump("drift", { clustering, options }));
    const { segmentations, embeddings } = capture.artefacts;
    const recipe = {
      given: { segmentations, embeddings },
      options: capture.options,
      models,
      uri: capture.uri,
    };
    const b = await runRecipe("b", { ...recipe, stages: stagesOf(capture.run) });
    const { identical, firstDiffering } = compareRuns(recordedRun(capture), {
      ...b,
      decimals: capture.decimals,
    });
    expect([identical, firstDiffering]).toEqual([true, undefined]);
  });
});

describe("what a dump depended on is not guessed:", () => {
  test("its PLDA is found by its sums, not by its dimension", async () => {
    const folder = await dump("sums", {});
    // Another PLDA of the same dimension lies beside the dump, and is not taken.
    const beside = join(root, "models", "plda");
    mkdirSync(join(root, "models"), { recursive: true });
    cpSync(PLDA, beside, { recursive: true });
    const mean2 = ndArray("f8", [32], new Float64Array(32));
    const whole = await readNpz(join(beside, "xvec_transform.npz"));
    await writeNpz(join(beside, "xvec_transform.npz"), { ...whole, mean2 });
    const capture = await readCapture(folder);
    expect((await findPlda(capture)).folder).toBe(PLDA);
    const { run } = capture;
    const other = {
      ...run!,
      weights: {
        ...run!.weights!,
        plda: run!.weights!.plda!.map((file) => ({ ...file, sha256: "a".repeat(64) })),
      },
    };
    await expect(findPlda({ ...capture, run: other })).rejects.toThrow(
      /The PLDA that capture sums was computed with was not found: plda\.npz of sha256 aaaaaaaaaaaa… and .*found only .*plda \(/,
    );
    rmSync(join(root, "models"), { recursive: true });
  });

  test("one that does not tell is warned about where only the dimension fits", async () => {
    const capture = await readCapture(await dump("old", {}));
    const { run: _, ...old } = capture;
    const warnings: string[] = [];
    const { folder } = await findPlda(old, { warn: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([
      `capture old: which PLDA it was computed with is not told; that in ${folder} was taken, because its dimension, 64, fits`,
    ]);
    // Beside its own capture, or where the user says, a PLDA is no guess.
    await findPlda(old, { models: join(FIXTURES, "models"), warn: (warning) => warnings.push(warning) });
    const own = await readCapture(join(FIXTURES, "captures", "a_two_speakers"));
    await findPlda(own, { warn: (warning) => warnings.push(warning) });
    expect(warnings.length).toBe(1);
  });

  test.each<[what: string, change: (manifest: Manifest) => unknown, fault: RegExp]>([
    [
      "a later version",
      ({ run }) => ({ run: { ...run, version: 4 } }),
      /manifest\.json: The run is told in version 4; versions 1, 2 and 3 are read/,
    ],
    [
      "an unknown option",
      ({ run }) => ({ run: { ...run, options: { vbx: { fc: 1 } } } }),
      /manifest\.json: What it tells of its run .*options\.vbx has no "fc"/,
    ],
    [
      "no stages",
      ({ run: { clustering: _, ...run } }) => ({ run }),
      /manifest\.json: What it tells of its run .*clustering is missing/,
    ],
    [
      "options other than those beside its arrays",
      ({ run }) => ({ run: { ...run, options: parseOptions({ vbx: { fa: 0.5 } }) } }),
      /vbx\.fa is 0\.07 beside its arrays, but 0\.5 in manifest\.json/,
    ],
    ["no object", () => [], /manifest\.json holds no JSON object/],
    [
      "sums that are none",
      ({ run }) => ({ run, artifacts: { a: 1 } }),
      /manifest\.json: "artifacts" is to be an object/,
    ],
  ])("a manifest with %s is refused", async (_, change, fault) => {
    const file = join(await dump("manifest", {}), "manifest.json");
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")) as Manifest)));
    await expect(readCapture(join(root, "captures", "manifest"))).rejects.toThrow(fault);
  });

  test("a manifest that is not JSON is refused by name", async () => {
    const file = join(await dump("manifest", {}), "manifest.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 100));
    await expect(readCapture(join(root, "captures", "manifest"))).rejects.toThrow(
      /manifest\.json is not JSON: /,
    );
  });
});

interface Manifest {
  readonly run: Record<string, unknown>;
}
