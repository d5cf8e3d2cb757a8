/** A folder that is no capture, or one whose files do not fit each other. */
export class CaptureError extends Error {
  override name = "CaptureError";
}
