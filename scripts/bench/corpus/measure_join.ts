import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { projectRoot } from "#lib/places/places.ts";
import { median } from "../median.ts";
import { RefusedError } from "../refused_error.ts";
import { progress } from "../settings.ts";
import { makeStages, STAGES } from "./made_stages.ts";
import { runChild } from "./run_child.ts";

/** What `join_child.ts` and `join_peer.py` are asked for. */
export interface JoinRequest {
  readonly folder: string;
  readonly stages: readonly string[];
  readonly out: string;
  readonly filters: typeof FILTERS;
}

/** A size's figures. */
export interface JoinRow {
  readonly rows: number;
  /** Rows and columns of the result. */
  readonly kept: number;
  readonly columns: number;
  readonly runs: number;
  readonly seconds: number;
  readonly peakBytes: number | undefined;
  readonly peer: {
    readonly name: string;
    readonly seconds: number;
    readonly peakBytes: number | undefined;
    /** Ours over the peer's. */
    readonly ratio: number;
  } | undefined;
}

const FILTERS = { min_duration_s: 3, min_snr_db: 10, required_labels: ["KCHI"] };
/** Seconds after which no further run begins, when there were three. */
const PATIENCE_SEC = 90;

/**
 * Inner join of four stages, the filters of the original's document, and Parquet, each run in a process of its own, in turns with the peer.
 *
 * @param python One that has polars; undefined leaves the peer out.
 * @throws {RefusedError} The two results are not the same.
 */
export async function measureJoin(
  rows: number,
  { runs, python }: { readonly runs: number; readonly python: string | undefined },
): Promise<JoinRow> {
  const folder = await mkdtemp(join(tmpdir(), "dialab-bench-"));
  try {
    progress(`join of ${rows} rows: making the stages`);
    await makeStages(folder, rows);
    const request = (out: string): JoinRequest => ({ folder, stages: STAGES, out, filters: FILTERS });
    const out = join(folder, "joined.parquet"), outPeer = join(folder, "peer.parquet");
    const script = join(projectRoot(), "scripts", "bench", "corpus", "join_peer.py");
    const ours = [], peers = [];
    const start = performance.now();
    for (let i = 0; i < runs && (i < 3 || performance.now() - start < PATIENCE_SEC * 1000); i++) {
      progress(`join of ${rows} rows, ${i + 1} of ${runs}`);
      ours.push(await runChild<{ seconds: number }>("join_child", request(out)));
      if (python === undefined) continue;
      peers.push(
        await runChild<{ seconds: number; name: string }>("join_peer", request(outPeer), [python, script]),
      );
    }
    const result = await sumsOf(out);
    if (peers.length > 0) {
      const other = await sumsOf(outPeer);
      if (JSON.stringify(other) !== JSON.stringify(result)) {
        throw new RefusedError(
          `The joins differ: ${JSON.stringify(result)}, and polars has ${JSON.stringify(other)}.`,
        );
      }
    }
    const seconds = median(ours.map(({ answer }) => answer.seconds));
    const peerSeconds = median(peers.map(({ answer }) => answer.seconds));
    return {
      ...{ rows, kept: result.rows, columns: result.columns, runs: ours.length, seconds },
      peakBytes: peakOf(ours),
      peer: peers.length === 0 ? undefined : {
        name: peers[0].answer.name,
        seconds: peerSeconds,
        peakBytes: peakOf(peers),
        ratio: seconds / peerSeconds,
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function peakOf(runs: readonly { readonly peakBytes: number | undefined }[]): number | undefined {
  const peaks = runs.flatMap(({ peakBytes }) => peakBytes ?? []);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

/** What two tables have alike when their rows are the same in any order. */
async function sumsOf(file: string) {
  await using manifest = await MetadataManifest.fromParquet(file);
  const at = (name: string) => `c${manifest.columns.findIndex((column) => column.name === name)}`;
  const [[rows, ids, sum]] = await manifest.query(
    `SELECT count(*), sum(hash(${at("wav_id")}) % 1000003), sum(CAST(1000 * ${
      at("duration_esc")
    } AS BIGINT)) FROM (${manifest.parts().sql})`,
  );
  return { rows: Number(rows), columns: manifest.columns.length, ids: String(ids), durations: String(sum) };
}
