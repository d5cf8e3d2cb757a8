import { join } from "node:path";
import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
import { sqlText } from "#lib/corpus/manifests/sql_text.ts";

/** The stages, in the order in which they are joined. */
export const STAGES = ["vad", "vtc", "snr", "esc"] as const;

/** A number below `below` that depends on the row and `salt` alone. */
const number = (below: number, salt: number) => `(hash(i * 64 + ${salt}) % ${below})`;
const float = (below: number, salt: number) => `CAST(${number(below * 1000, salt)} AS DOUBLE) / 1000`;

const COLUMNS: Readonly<Record<(typeof STAGES)[number], readonly string[]>> = {
  vad: [
    "true AS success",
    "'/data/day' || (i % 100) || '/rec_' || printf('%08d', i) || '.wav' AS path",
    ...[`${float(60, 1)} AS duration`, "16000::BIGINT AS original_sr", `${float(1, 2)} AS speech_ratio`],
    ...[3, 4, 5, 6].map((salt) => `${float(30, salt)} AS speech_${salt}`),
    ...[`${number(50, 7)}::BIGINT AS n_speech_segments`, "'' AS error"],
  ],
  vtc: [
    ...["0.5::DOUBLE AS vtc_threshold", `${float(60, 8)} AS vtc_speech_dur`],
    `${number(20, 9)}::BIGINT AS vtc_n_segments`,
    `CASE WHEN ${number(2, 10)} = 0 THEN '{"KCHI": ' || ${
      number(9, 11)
    } || ', "FEM": 1}' ELSE '{"MAL": 3}' END AS vtc_label_counts`,
    "'' AS error",
  ],
  snr: [
    ...["'ok' AS snr_status", `${float(60, 1)} AS duration`],
    ...[`${float(40, 12)} AS snr_mean`, `${float(9, 13)} AS snr_std`, `${float(50, 14)} AS c50_mean`],
    ...[`${number(6000, 15)}::BIGINT AS n_raw_frames`, "'' AS error"],
  ],
  esc: [
    ...["'ok' AS esc_status", `${float(60, 1)} AS duration`],
    `list_value('music', 'crying', 'silence', 'nature')[(1 + ${number(4, 16)})::BIGINT] AS dominant_category`,
    ...[`${float(1, 17)} AS dominant_prob`, "'' AS error"],
  ],
};

/**
 * Writes the tables of four stages, `NAME.parquet` each: rows in another order in each, and of the later stages 3 % of the rows lacking,
 * so that 91 % of the recordings are in all. Names of columns are Dataloader++'s; the numbers mean nothing, and are the same each time.
 */
export async function makeStages(folder: string, rows: number): Promise<void> {
  await using engine = new ManifestEngine();
  for (const [s, name] of STAGES.entries()) {
    const fields = ["'rec_' || printf('%08d', i) AS wav_id", ...COLUMNS[name]].join(", ");
    const kept = s === 0 ? "" : `WHERE ${number(100, 20 + s)} >= 3`;
    await engine.rows(
      `COPY (SELECT ${fields} FROM range(${rows}) t(i) ${kept} ORDER BY hash(i + ${s})) TO ${
        sqlText(join(folder, `${name}.parquet`))
      } (FORMAT parquet, COMPRESSION zstd)`,
    );
  }
}
