/** How long the back end takes: one capture stage by stage, and made-up data of growing size. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { type PldaModel, pldaModel } from "#lib/clustering/plda_model.ts";
import type { Compute } from "#lib/compute/compute.ts";
import type { Capture } from "#lib/parity/capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { synthesizeConversation } from "#lib/synthesis/synthesize_conversation.ts";
import { synthesizePlda } from "#lib/synthesis/synthesize_plda.ts";
import { unitVectors } from "./kernels/made_up.ts";
import { LINKAGE_PEER } from "./kernels/measure_linkage.ts";
import { Peers } from "./kernels/peers.ts";
import { runLinkage } from "./kernels/run_linkage.ts";
import { median } from "./median.ts";
import { askPeer, type PeerStages } from "./python_peer.ts";
import { RefusedError } from "./refused_error.ts";

/** Stages as the peer cuts them. Its reconstruction makes one output, ours the full and the exclusive one. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  train_filter: ["train_filter"],
  ahc: ["ahc"],
  plda: ["plda"],
  vbx: ["vbx"],
  assignment: ["centroids", "scores", "assignment"],
  reconstruction: ["speaker_counting", "reconstruction", "annotation"],
};

/** Median seconds of one step, ours and the peer's. */
export interface Timing {
  readonly step: string;
  readonly seconds: number;
  readonly peerSeconds: number | null;
  /** Ours over the peer's. */
  readonly ratio: number | null;
}

/** One size of a growing series. */
export interface GrowthPoint extends Timing {
  readonly size: number;
  /** Peak resident memory that the work added, where it was measured. */
  readonly bytes?: number;
  readonly peerBytes?: number;
}

/** Where a capture lies, and its weights. */
export interface Subject {
  readonly folder: string;
  readonly capture: Pick<Capture, "artefacts" | "options" | "uri">;
  readonly plda: PldaModel;
  readonly pldaFolder: string;
}

/** Settings of the measurements. */
export interface BenchSettings {
  readonly runs: number;
  /** A Python with numpy and SciPy; undefined to measure without a peer. */
  readonly python: string | undefined;
  readonly progress: (what: string) => void;
  readonly compute: Compute;
  /** What part of its name found the GPU's adapter; a process of its own looks for it once more. */
  readonly adapterAsked: string | undefined;
}

/** Times the chained back end on one capture, stage by stage, in turns with the peer. */
export async function timeStages(subject: Subject, settings: BenchSettings): Promise<Timing[]> {
  const { runs, python, compute } = settings;
  const own: Record<string, number[]> = {};
  const peer: Record<string, number[]> = {};
  for (let round = 0; round < 2; round++) {
    await timeOwn(subject, own, { compute, runs, warmUps: round === 0 ? 3 : 1 });
    if (python === undefined) continue;
    const models = ["--models", dirname(subject.pldaFolder), "--runs", `${runs}`];
    const { median_sec } = askPeer<PeerStages>(python, [subject.folder, ...models]);
    for (const [name, seconds] of Object.entries(median_sec)) {
      if (seconds !== null) (peer[name] ??= []).push(seconds);
    }
  }
  const timings = Object.entries(GROUPS).map(([step, names]) => {
    const seconds = median(
      own[names[0]].map((_, run) => names.reduce((sum, name) => sum + own[name][run], 0)),
    );
    return timing(step, seconds, peer[step] ? median(peer[step]) : null);
  });
  const peerTotal = Object.keys(peer).length > 0
    ? Object.values(peer).reduce((sum, times) => sum + median(times), 0)
    : null;
  return [
    ...timings,
    timing("whole back end", timings.reduce((sum, { seconds }) => sum + seconds, 0), peerTotal),
  ];
}

async function timeOwn(
  subject: Subject,
  own: Record<string, number[]>,
  { compute, runs, warmUps }: { compute: Compute; runs: number; warmUps: number },
): Promise<void> {
  const { artefacts: { segmentations, embeddings }, options, uri } = subject.capture;
  const run = { options, uri, models: { plda: subject.plda }, compute };
  for (let i = -warmUps; i < runs; i++) {
    const { seconds } = await runStages(COMMUNITY_1, { segmentations, embeddings }, run);
    if (i >= 0) { for (const [name, value] of Object.entries(seconds)) (own[name] ??= []).push(value); }
  }
}

function timing(step: string, seconds: number, peerSeconds: number | null): Timing {
  return { step, seconds, peerSeconds, ratio: peerSeconds === null ? null : seconds / peerSeconds };
}

/** Times centroid linkage on made-up unit vectors; memory is what the work added to a process that does nothing else. */
export async function growLinkage(
  sizes: readonly number[],
  columns: number,
  settings: BenchSettings,
): Promise<GrowthPoint[]> {
  const { runs, python, progress, compute: { backend, precision }, adapterAsked: adapter } = settings;
  const peers = python === undefined ? undefined : new Peers();
  const points: GrowthPoint[] = [];
  for (const rows of sizes) {
    progress(`linkage of ${rows} vectors`);
    const x = unitVectors(rows, columns, { kind: "diffuse" });
    const request = { backend, adapter, runs, ...(backend === "webgpu" && { precision }) };
    const own = await runLinkage({ x, rows, columns }, request);
    const arrays = () => ({ x: ndArray("f8", [rows, columns], x) });
    const peer = await peers?.ask("linkage", { ...LINKAGE_PEER, options: {}, arrays }, runs);
    points.push({
      ...timing("linkage", median(own.seconds), peer ? median(peer.seconds) : null),
      size: rows,
      bytes: own.peakBytes - own.peakBytesBefore,
      ...(peer && { peerBytes: peer.peakBytes - peer.peakBytesBefore }),
    });
  }
  return points;
}

/** Times the whole back end on made-up conversations of growing length. */
export async function growBackend(
  minutes: readonly number[],
  settings: BenchSettings,
): Promise<GrowthPoint[]> {
  const root = mkdtempSync(join(tmpdir(), "dialab-bench-"));
  const pldaFolder = join(root, "models", "plda");
  const { mean1, lda, mean2, ...rest } = synthesizePlda({ dimension: 256, ldaDimension: 128, seed: 3 });
  const weights = { mean1, lda, mean2, ...rest };
  const plda = pldaModel(weights);
  const points: GrowthPoint[] = [];
  try {
    mkdirSync(pldaFolder, { recursive: true });
    await writeNpz(join(pldaFolder, "xvec_transform.npz"), { mean1, lda, mean2 });
    await writeNpz(join(pldaFolder, "plda.npz"), rest);
    for (const minute of minutes) {
      settings.progress(`a conversation of ${minute} minutes`);
      const made = synthesizeConversation({ speakers: 4, durationSec: 60 * minute, seed: 7, plda: weights });
      const folder = join(root, `${minute}`, "captures", "made_up");
      mkdirSync(folder, { recursive: true });
      const { segmentations, embeddings } = made;
      await writeNpz(join(folder, "segmentations.npz"), { segmentations });
      await writeNpz(join(folder, "raw_embeddings.npz"), { embeddings });
      const capture = { artefacts: { segmentations, embeddings }, options: {}, uri: "made_up" };
      const timings = await timeStages({ folder, capture, plda, pldaFolder }, {
        ...settings,
        runs: Math.min(settings.runs, 3),
      });
      const whole = timings[timings.length - 1];
      points.push({ ...whole, size: await trainingSize(capture, plda) });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return points;
}

async function trainingSize(capture: Subject["capture"], plda: PldaModel): Promise<number> {
  const filter = COMMUNITY_1.filter(({ name }) => name === "train_filter");
  const { artefacts } = await runStages(filter, capture.artefacts, { models: { plda } });
  return artefacts.training!.chunkIndex.length;
}

/** Refuses to time a back end that is not right: parity first. */
export async function assertParity(capture: Capture, plda: PldaModel, compute: Compute): Promise<void> {
  const report = await replayCapture(capture, { models: { plda }, compute });
  if (!report.ok) {
    throw new RefusedError(
      `${capture.name} is not at parity on ${compute.backend}; nothing is timed. Run scripts/parity.ts.`,
    );
  }
}
