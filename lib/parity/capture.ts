import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
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
  /** (N, K) responsibilities that VBx began with, where the capture holds them: pyannote's `qinit`. */
  readonly initialQ?: ArrayOf<"f8">;
  /** Settings of the run where the capture tells them; the others are the defaults. */
  readonly options: CommunityOptionsInput;
  /** What the run depended on, where its `manifest.json` tells it: dialab's own dumps do, pyannote's do not. */
  readonly run?: RunProvenance;
  /** The result: pyannote's, or what was dumped. */
  readonly reference: Annotation;
  /** Decimals of the times in `reference.rttm`. */
  readonly decimals: number;
}
