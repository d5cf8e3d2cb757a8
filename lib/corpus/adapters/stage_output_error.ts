/** A stage of an output directory that is not there, or has nothing of a recording. The message names both. */
export class StageOutputError extends RangeError {
  override readonly name = "StageOutputError";
}
