/** Where a {@linkcode ShardError} lies. */
export interface ShardErrorOptions extends ErrorOptions {
  /** The shard's path, or the name given for bytes in memory. */
  readonly file: string;
  /** The byte where the damaged entry begins; undefined where the whole shard is meant. */
  readonly offset?: number;
  /** The key of the last sample that was whole, and was given; undefined where there was none. */
  readonly lastKey?: string;
}

/**
 * A shard that cannot be read on: damaged, cut short, no tar, or not what its index says. Samples before the damage were given before it
 * was thrown. What the system refuses (a missing file, no permission) stays the system's own error, with its `code`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ShardError } from "#lib/corpus/shards/shard_error.ts";
 *
 * const error = new ShardError("its header's checksum is wrong", { file: "a.tar", offset: 512, lastKey: "utt1" });
 * assert.equal(error.message, 'a.tar: byte 512: its header\'s checksum is wrong; the last whole sample is "utt1".');
 * ```
 */
export class ShardError extends Error {
  override readonly name = "ShardError";
  readonly file: string;
  readonly offset: number | undefined;
  readonly lastKey: string | undefined;
  readonly fault: string;

  constructor(fault: string, options: ShardErrorOptions) {
    const { file, offset, lastKey } = options;
    const at = offset === undefined ? "" : ` byte ${offset}:`;
    const last = lastKey === undefined
      ? offset === undefined ? "" : "; no sample before it is whole"
      : `; the last whole sample is ${JSON.stringify(lastKey)}`;
    super(`${file}:${at} ${fault}${last}.`, "cause" in options ? { cause: options.cause } : undefined);
    this.file = file;
    this.offset = offset;
    this.lastKey = lastKey;
    this.fault = fault;
  }
}
