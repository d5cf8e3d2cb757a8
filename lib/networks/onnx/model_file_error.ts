/** A file is not the network that it should be: not ONNX, cut short, of another contract, or of the wrong checksum. */
export class ModelFileError extends Error {
  override name = "ModelFileError";
  /** The file, as it was named. */
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.path = path;
  }
}
