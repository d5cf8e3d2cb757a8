/**
 * Stages of an output directory: of Dataloader++ `vad`, `vtc`, `snr`, `esc`, and `noise`, which is what `esc` was called before; of
 * `dialab process` whatever processors there were.
 */
export type StageName = string;

/** Where a stage lies in an output directory, and how its rows tell whether they succeeded. */
export interface StageLayoutParts {
  readonly name: StageName;
  /** Folder of its tables of metadata, a row for each recording. */
  readonly metadata: string;
  /** The column of ids, which becomes `wav_id`. */
  readonly idColumn: "file_id" | "uid" | "wav_id";
  /** The column that tells success: true, "ok", or no error. */
  readonly success: { readonly column: string; readonly is: "true" | "ok" | "empty" };
  /** Folders of its tables of segments, as found and merged. */
  readonly segments?: { readonly raw: string; readonly merged: string };
  /** Folder of its arrays, an npz for each recording. */
  readonly arrays?: string;
}

const ofArrays = (name: "snr" | "esc" | "noise"): StageLayoutParts => ({
  name,
  metadata: `${name}_meta`,
  idColumn: "uid",
  success: { column: `${name}_status`, is: "ok" },
  arrays: name,
});

/** Those of Dataloader++, in the order in which they are joined. */
export const STAGE_LAYOUTS: readonly StageLayoutParts[] = [
  {
    name: "vad",
    metadata: "vad_meta",
    idColumn: "file_id",
    success: { column: "success", is: "true" },
    segments: { raw: "vad_raw", merged: "vad_merged" },
  },
  {
    name: "vtc",
    metadata: "vtc_meta",
    idColumn: "uid",
    success: { column: "error", is: "empty" },
    segments: { raw: "vtc_raw", merged: "vtc_merged" },
  },
  ofArrays("snr"),
  ofArrays("esc"),
  ofArrays("noise"),
];
