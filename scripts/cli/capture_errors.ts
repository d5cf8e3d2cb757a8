/** What errors about captures, recordings and weights mean to the commands that replay them. */
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import { AudioFileError } from "#lib/audio/audio_file_error.ts";
import { ModelNotFoundError } from "#lib/networks/find_model.ts";
import { ModelFileError } from "#lib/networks/onnx/model_file_error.ts";
import { UnknownClusteringError } from "#lib/pipeline/clusterings.ts";
import { CaptureError } from "#lib/parity/capture_error.ts";
import { PldaNotFoundError } from "#lib/parity/find_plda.ts";
import { AssignmentError } from "#lib/numerics/linear_sum_assignment.ts";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { EXIT } from "./command_line.ts";

const FAULTS = [
  CaptureError,
  ArrayFileError,
  TimelineFileError,
  AudioFileError,
  ModelFileError,
  AssignmentError,
  RangeError,
] as const;

/** The exit code of an error that the user's files make; undefined for one that would be a fault of the program. */
export function captureErrorStatus(error: Error): number | undefined {
  if (
    error instanceof PldaNotFoundError || error instanceof ModelNotFoundError ||
    error instanceof UnknownClusteringError
  ) {
    return EXIT.missing;
  }
  if (FAULTS.some((fault) => error instanceof fault)) return EXIT.failed;
  return "code" in error && /^E[A-Z]+$/.test(`${error.code}`) ? EXIT.failed : undefined;
}
