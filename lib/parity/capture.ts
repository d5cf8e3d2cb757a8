import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";

/** A run of pyannote with what it computed on the way (docs/captures.md tells the files). */
export interface Capture {
  /** The folder's name. */
  readonly name: string;
  readonly folder: string;
  /** Name of the recording in `reference.rttm`; the folder's name when that is empty. */
  readonly uri: string;
  /** What the capture holds of the pipeline's artefacts; segmentations and embeddings at least. */
  readonly artefacts: Partial<Artefacts> & Pick<Artefacts, "segmentations" | "embeddings">;
  /** Settings of the run where the capture tells them; the others are the defaults. */
  readonly options: CommunityOptionsInput;
  /** pyannote's result. */
  readonly reference: Annotation;
  /** Decimals of the times in `reference.rttm`. */
  readonly decimals: number;
}
