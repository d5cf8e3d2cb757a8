/** A small output directory, as Dataloader++ lays it out, made by the tests. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";

/** Writes it: `a` is well, `b` failed in vad, `c` has lost its array, `d.1` is in vtc alone; one vtc table is damaged. */
export async function writeOwnOutput(folder: string): Promise<void> {
  const parts = ["vad_meta", "vad_raw", "vad_merged", "vtc_meta", "snr_meta", "snr"];
  for (const part of parts) mkdirSync(join(folder, part), { recursive: true });
  const put = (file: string, rows: Record<string, unknown>[]) =>
    writeParquet(join(folder, file), tableOf(rows));
  await put("vad_meta/metadata.parquet", [
    { success: true, path: "/gone/day1/a.wav", file_id: "a", duration: 4.5, speech_ratio: 0.5, error: "" },
    {
      success: false,
      path: "/gone/b.wav",
      file_id: "b",
      duration: 0.25,
      speech_ratio: 0.25,
      error: "no audio",
    },
    { success: true, path: "/gone/c.wav", file_id: "c", duration: 2.5, speech_ratio: NaN, error: "" },
  ]);
  await put("vad_meta/_checkpoint_meta.parquet", [{ file_id: "never" }]);
  writeFileSync(join(folder, "vad_meta", "metadata.parquet.tmp"), "half");
  await put("vad_raw/segments.parquet", [{ uid: "a", onset: 0.5, offset: 1.5, duration: 1.5 }]);
  await put("vad_merged/segments.parquet", [{ uid: "a", onset: 0.5, offset: 1.5, duration: 1.5 }]);
  await put("vtc_meta/shard_0.parquet", [
    { uid: "a", vtc_n_segments: 2, vtc_label_counts: '{"KCHI": 0}', error: "" },
    { uid: "c", vtc_n_segments: 1, vtc_label_counts: '{"K.HI": 1}', error: "" },
  ]);
  await put("vtc_meta/shard_1.parquet", [
    { vtc_n_segments: 0.5, vtc_label_counts: "{}", error: "out of memory", uid: "b" },
    { vtc_n_segments: 3, vtc_label_counts: '{"FEM": 1}', error: "", uid: "d.1" },
  ]);
  writeFileSync(join(folder, "vtc_meta", "shard_2.parquet"), "PAR1 and nothing else");
  await put(
    "snr_meta/shard_0.parquet",
    ["a", "c"].map((uid, i) => (
      { uid, snr_status: "ok", duration: 4.5, snr_mean: i === 0 ? 20.5 : NaN, c50_mean: 1.5, error: "" }
    )),
  );
  await writeNpz(join(folder, "snr", "a.npz"), { snr: ndArray("f4", [2], Float32Array.of(1, 2)) });
}
