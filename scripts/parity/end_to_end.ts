/** Parity from the audio on: a capture's clip is diarized, and what comes of it held against what pyannote computed. */
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Compute } from "#lib/compute/compute.ts";
import { compareEmbeddings, type EmbeddingDifference } from "#lib/diarization/compare_embeddings.ts";
import { diarize } from "#lib/diarization/diarize.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { embeddingMasks } from "#lib/diarization/embedding_masks.ts";
import { compareRttm } from "#lib/parity/compare_rttm.ts";
import type { FoundCapture } from "#lib/parity/find_captures.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import type { RttmReport } from "#lib/parity/report.ts";
import type { Style } from "../cli/style.ts";
import type { CaptureFaults } from "./faults.ts";

/** The most that the DER to the captured turns may be; a last bit of the networks can move a turn by a frame. */
export const MOST_DER = 0.01;

/** A clip diarized on one backend. */
export interface EndToEndReport {
  readonly name: string;
  readonly backend: string;
  /** As many speakers as pyannote found, and the DER at most `MOST_DER`. */
  readonly ok: boolean;
  /** Share of the segmentation's frames of which all slots are as captured. */
  readonly equalFrames: number;
  /** Of all slots with an embedding. */
  readonly embeddings: EmbeddingDifference;
  /** Of those alone that were embedded from the very same frames, so that the network makes the difference. */
  readonly sameMasks: EmbeddingDifference;
  readonly rttm: RttmReport;
  /** Seconds of the networks and of every stage, and `total`. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** The clip of a capture; undefined where it has none. */
export function clipOf({ folder }: FoundCapture): string | undefined {
  const path = join(folder, "clip_16k.wav");
  return existsSync(path) ? path : undefined;
}

/** Diarizes the clips of captures with community-1 and compares. */
export async function endToEnd(
  captures: readonly FoundCapture[],
  settings: {
    readonly models: string | undefined;
    readonly embeddingModel: string | undefined;
    readonly compute: Compute;
    /** Takes the captures that cannot be compared. */
    readonly faults: CaptureFaults;
    readonly progress: (text: string) => void;
  },
): Promise<EndToEndReport[]> {
  const { models, embeddingModel, compute, faults, progress } = settings;
  await using diarizer = await Diarizer.open({ preset: "community-1", models, embeddingModel, compute });
  const reports: EndToEndReport[] = [];
  for (const found of captures) {
    const report = await faults.guard(found, () => compared(found, diarizer, progress));
    if (report !== undefined) reports.push(report);
  }
  return reports;
}

async function compared(
  found: FoundCapture,
  diarizer: Diarizer,
  progress: (text: string) => void,
): Promise<EndToEndReport> {
  const capture = await readCapture(found.folder);
  const { segmentations, embeddings } = capture.artefacts;
  const { uri, options } = capture;
  const result = await diarize(clipOf(found)!, {
    diarizer,
    uri,
    options,
    hook: (stage, _, { completed, total }) => progress(`${found.name} ${stage} ${completed}/${total}`),
  });
  const own = result.stages.segmentations!;
  if (`${own.shape}` !== `${segmentations.shape}`) {
    throw new RangeError(
      `its clip gives segmentations of (${own.shape}), captured were (${segmentations.shape})`,
    );
  }
  // pyannote's turns are not cut where the recording ends.
  const rttm = compareRttm(result.stages.diarization!, capture.reference, capture);
  return {
    name: found.name,
    backend: diarizer.compute.backend,
    ok: rttm.speakers === rttm.referenceSpeakers && rttm.der <= MOST_DER,
    equalFrames: equalFrames(own, segmentations),
    embeddings: compareEmbeddings(result.embeddings, { expected: embeddings }),
    sameMasks: compareEmbeddings(result.embeddings, {
      expected: embeddings,
      where: sameMasks(own, segmentations),
    }),
    rttm,
    seconds: result.seconds,
  };
}

interface Segmentations {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

function equalFrames(own: Segmentations, captured: Segmentations): number {
  const [chunks, frames, slots] = own.shape;
  let different = 0;
  for (let at = 0; at < own.data.length; at += slots) {
    const other = captured.data.subarray(at, at + slots);
    different += Number(own.data.subarray(at, at + slots).some((value, slot) => value !== other[slot]));
  }
  return 1 - different / (chunks * frames);
}

/** Whether a slot speaks, and is embedded from the same frames by both segmentations. */
function sameMasks(own: Segmentations, captured: Segmentations) {
  const [, frames, slots] = own.shape;
  const mask = ({ data }: Segmentations, chunk: number, slot: number) =>
    embeddingMasks(data.subarray(chunk * frames * slots, (chunk + 1) * frames * slots), { frames, slots })
      .subarray(slot * frames, (slot + 1) * frames);
  return (chunk: number, slot: number) => {
    const theirs = mask(captured, chunk, slot);
    return theirs.some((value) => value > 0) &&
      mask(own, chunk, slot).every((value, f) => value === theirs[f]);
  };
}

/** The reports as a table of 80 columns; on a narrower terminal without largest and mean differences, within 60. */
export function endToEndTable(
  reports: readonly EndToEndReport[],
  style: Style,
  columns = 80,
): string[] {
  const widths = [9, 8, 8, 8, 8, 6, 8, 6], isNarrow = columns < 79;
  const row = ([name, ...cells]: readonly string[]) =>
    name.padEnd(18) +
    cells.map((cell, i) => isNarrow && i >= 1 && i <= 3 ? "" : cell.padStart(widths[i])).join("");
  const head = row(["capture", "frames %", "max", "RMS", "cosine", "least", "RTTM", "DER", "s"]);
  return [
    style("bold", head),
    style("dim", "─".repeat(head.length)),
    ...reports.map(({ name, ok, equalFrames, sameMasks, rttm, seconds }) => {
      const { maxAbs, rms, meanCosine, leastCosine } = sameMasks;
      const cells = row([
        name.length > 18 ? `${name.slice(0, 17)}…` : name,
        (100 * equalFrames).toFixed(2),
        maxAbs.toExponential(1),
        rms.toExponential(1),
        meanCosine.toFixed(4),
        leastCosine.toFixed(4),
        rttm.identical ? "same" : "DIFF",
        formatFixed(rttm.der, 4),
        seconds.total.toFixed(0),
      ]);
      return ok ? cells : style("red", cells);
    }),
    ...(isNarrow ? ["", style("dim", "max, RMS and mean cosine from 79 columns on.")] : []),
  ];
}
