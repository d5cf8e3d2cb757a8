import { quote } from "./quote.ts";

/** Where an {@linkcode ArrayFileError} lies. */
export interface ArrayPlace {
  /** The file's path, or the name given for bytes in memory. */
  readonly file: string;
  /** The array's name inside an npz; absent in an npy, and where the archive itself is at fault. */
  readonly array?: string;
}

/**
 * An npy or npz file whose content cannot be read: truncated, corrupt, pickled, or of an unknown kind. What the
 * system refuses (a missing file, no permission) stays the system's own error, with its `code`.
 *
 * @example
 * ```ts
 * import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
 *
 * const error = new ArrayFileError("its CRC-32 is wrong", { file: "vbx.npz", array: "q_final" });
 * if (error.message !== 'vbx.npz: array "q_final": its CRC-32 is wrong') throw new Error(error.message);
 * ```
 */
export class ArrayFileError extends Error {
  override readonly name = "ArrayFileError";
  readonly file: string;
  readonly array: string | undefined;
  readonly fault: string;

  constructor(fault: string, place: ArrayPlace, options?: ErrorOptions) {
    const array = place.array === undefined ? "" : ` array ${quote(place.array)}:`;
    super(`${place.file}:${array} ${fault}`, options);
    this.file = place.file;
    this.array = place.array;
    this.fault = fault;
  }
}
