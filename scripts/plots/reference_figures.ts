/**
 * One figure of each kind from fixed data: the project's own capture of five speakers, and the same with embeddings in half
 * precision and another `vbx.fa`. Where the last bits of a JavaScript engine could be seen, there is no figure of it.
 */
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
import { amplify } from "#lib/parity/drift/amplify.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
import { type DriftRun, runRecipe } from "#lib/parity/drift/drift_run.ts";
import type { DriftMap, RunDifference } from "#lib/parity/drift/run_difference.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { projectRoot } from "#lib/places/places.ts";
import { amplificationFigure } from "#lib/plots/amplification_figure.ts";
import { benchBarsFigure } from "#lib/plots/bench_bars_figure.ts";
import { dendrogramFigure } from "#lib/plots/dendrogram_figure.ts";
import { elboFigure } from "#lib/plots/elbo_figure.ts";
import { embeddingMapFigure } from "#lib/plots/embedding_map_figure.ts";
import { errorByStageFigure } from "#lib/plots/error_by_stage_figure.ts";
import { errorOverTimeFigure } from "#lib/plots/error_over_time_figure.ts";
import type { Figure } from "#lib/plots/figure.ts";
import { heatMapFigure } from "#lib/plots/heat_map_figure.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { marginsFigure } from "#lib/plots/margins_figure.ts";
import { principalPlane } from "#lib/plots/principal_plane.ts";
import { responsibilitiesFigure } from "#lib/plots/responsibilities_figure.ts";
import { ulpHistogramFigure } from "#lib/plots/ulp_histogram_figure.ts";

const CAPTURE = "b_five_speakers", OTHER_FA = 0.2;
const SPREAD = [
  "embeddings",
  "postPlda",
  "q",
  "centroids",
  "softClusters",
  "hardClusters",
  "discreteDiarization",
];

/** Both runs: A as it is, B with embeddings in half precision and another `vbx.fa`. */
export async function referenceRuns(): Promise<{ a: DriftRun; b: DriftRun }> {
  const capture = await readCapture(join(projectRoot(), "fixtures", "captures", CAPTURE));
  const { model: plda } = await findPlda(capture);
  const { segmentations, embeddings } = capture.artefacts;
  const shared = { stages: COMMUNITY_1, models: { plda }, uri: capture.uri };
  const a = await runRecipe("A", {
    ...shared,
    given: { segmentations, embeddings },
    options: capture.options,
  });
  const rounded = ndArray("f4", embeddings.shape, embeddings.data.map(halfPrecision));
  const b = await runRecipe("B", {
    ...shared,
    given: { segmentations, embeddings: rounded },
    options: { ...capture.options, vbx: { ...capture.options.vbx, fa: OTHER_FA } },
  });
  return { a, b };
}

/** Rounded to the 11 bits of half precision (Veltkamp's split); its range is not looked at. */
function halfPrecision(x: number): number {
  const shifted = x * (2 ** 42 + 1);
  return shifted - (shifted - x);
}

function mapOf(difference: RunDifference, quantity: string): DriftMap {
  const map = difference.quantities.find((entry) => entry.quantity === quantity)?.map;
  if (map === undefined) throw new Error(`The two runs have no map of ${quantity}`);
  return map;
}

/** The figures by the names of their files. */
export async function referenceFigures(): Promise<Map<string, Figure>> {
  const { a, b } = await referenceRuns();
  const difference = compareRuns(a, b);
  const { quantities } = difference;
  const { embeddings, training, tree, elbo, q, pi, ahcLabels } = a.artefacts;
  const plane = await principalPlane(gatherEmbeddings(embeddings!, training!));
  const noise = await amplify(a, {
    stage: "inputs",
    artefacts: ["embeddings"],
    sizes: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1],
    seed: 3,
  });
  return new Map<string, Figure>([
    [
      "lanes",
      lanesFigure({ reference: a.artefacts.diarization, hypothesis: b.artefacts.diarization }, {
        title: "Who speaks when, and where two runs differ",
        names: { reference: "Run A", hypothesis: `Run B: half precision, vbx.fa = ${OTHER_FA}` },
      }),
    ],
    [
      "drift_heat_map",
      heatMapFigure(mapOf(difference, "softClusters"), {
        title: "Drift of the speaker scores by chunk and slot",
        quantity: "largest error of a score",
      }),
    ],
    [
      "error_over_time",
      errorOverTimeFigure(
        quantities.filter(({ overTime, differing }) => overTime !== undefined && differing > 0)
          .map(({ quantity, overTime }) => ({ name: quantity, ...overTime! })),
      ),
    ],
    ["error_by_stage", errorByStageFigure(quantities)],
    [
      "ulp_histogram",
      ulpHistogramFigure(quantities.find(({ quantity }) => quantity === "embeddings")!.ulps!, {
        title: "Embeddings in half precision: how many float32 steps apart",
      }),
    ],
    ["dendrogram", dendrogramFigure({ tree: tree!.data, threshold: 0.6 })],
    ["responsibilities", responsibilitiesFigure({ q: q!, pi: pi! })],
    ["elbo", elboFigure(elbo!.data)],
    ["embedding_map", embeddingMapFigure({ plane, clusters: ahcLabels!.data })],
    ["margins", marginsFigure(decisionMargins(a).lists)],
    [
      "amplification",
      amplificationFigure(noise, { artefacts: SPREAD, title: "How noise on the embeddings spreads" }),
    ],
    // As the README's table has them.
    [
      "bench_bars",
      benchBarsFigure([
        { step: "whole back end, N = 1004", seconds: 0.0851, peerSeconds: 0.142 },
        { step: "centroid linkage, N = 5000", seconds: 0.5, peerSeconds: 1.66 },
        { step: "fbank of 60 s", seconds: 0.0103, peerSeconds: 0.0361 },
        { step: "VBx, N = 1004, K = 52", seconds: 0.0149, peerSeconds: 0.00795 },
      ], { peer: "NumPy, SciPy or torchaudio", title: "Backend wasm beside its peers" }),
    ],
  ]);
}
