/** How long the back end takes: one capture stage by stage, and made-up data of growing size. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { type PldaModel, pldaModel } from "#lib/clustering/plda_model.ts";
import type { Capture } from "#lib/parity/capture.ts";
import { projectRoot } from "#lib/parity/places.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { synthesizeConversation } from "#lib/synthesis/synthesize_conversation.ts";
import { synthesizePlda } from "#lib/synthesis/synthesize_plda.ts";
import { median } from "./median.ts";
import { askPeer, type PeerLinkage, type PeerStages } from "./python_peer.ts";

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
}

/** Times the chained back end on one capture, stage by stage, in turns with the peer. */
export async function timeStages(subject: Subject, settings: BenchSettings): Promise<Timing[]> {
  const { runs, python } = settings;
  const own: Record<string, number[]> = {};
  const peer: Record<string, number[]> = {};
  for (let round = 0; round < 2; round++) {
    await timeOwn(subject, own, runs, round === 0 ? 3 : 1);
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
  runs: number,
  warmUps: number,
): Promise<void> {
  const { artefacts: { segmentations, embeddings }, options, uri } = subject.capture;
  const run = { options, uri, models: { plda: subject.plda } };
  for (let i = -warmUps; i < runs; i++) {
    const { seconds } = await runStages(COMMUNITY_1, { segmentations, embeddings }, run);
    if (i >= 0) { for (const [name, value] of Object.entries(seconds)) (own[name] ??= []).push(value); }
  }
}

function timing(step: string, seconds: number, peerSeconds: number | null): Timing {
  return { step, seconds, peerSeconds, ratio: peerSeconds === null ? null : seconds / peerSeconds };
}

/** Times centroid linkage on made-up unit vectors, with the peak memory of a process that does nothing else. */
export function growLinkage(
  sizes: readonly number[],
  dimension: number,
  settings: BenchSettings,
): GrowthPoint[] {
  const { runs, python, progress } = settings;
  const child = join(projectRoot(), "scripts", "bench", "linkage_child.ts");
  const launch = "deno" in process.versions ? ["run", "-A", child] : ["run", child];
  return sizes.map((size) => {
    progress(`linkage of ${size} vectors`);
    const repeats = Math.max(1, Math.min(runs, Math.floor(20_000 / size)));
    const { status, stdout, stderr } = spawnSync(process.execPath, [
      ...launch,
      `${size}`,
      `${dimension}`,
      `${repeats}`,
    ], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`The linkage of ${size} vectors failed: ${stderr}`);
    const own = JSON.parse(stdout) as PeerLinkage;
    const peer = python === undefined ? undefined : askPeer<PeerLinkage>(python, [
      ...["--linkage", `${size}`, "--dimension", `${dimension}`],
      ...["--runs", `${repeats}`],
    ]);
    return {
      ...timing("linkage", own.median_sec, peer?.median_sec ?? null),
      size,
      bytes: own.peak_bytes - own.peak_bytes_before,
      peerBytes: peer && peer.peak_bytes - peer.peak_bytes_before,
    };
  });
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
export async function assertParity(capture: Capture, plda: PldaModel): Promise<void> {
  const report = await replayCapture(capture, { models: { plda } });
  if (!report.ok) {
    throw new Error(`${capture.name} is not at parity; nothing is timed. Run scripts/parity.ts.`);
  }
}
