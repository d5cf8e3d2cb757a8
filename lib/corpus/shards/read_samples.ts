import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { groupSamples } from "./group_samples.ts";
import { openTarBytes } from "./open_tar_bytes.ts";
import type { SampleRule } from "./sample_rule.ts";
import type { ShardInput } from "./tar_bytes.ts";
import { tarMembers } from "./tar_members.ts";

/** A sample of a shard, with its contents. */
export interface ShardSample {
  readonly key: string;
  /** The shard's path, or the name given for bytes in memory. */
  readonly shard: string;
  /** By suffix, in the shard's order. */
  readonly members: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Options of {@linkcode readSamples}. */
export interface ReadSamplesOptions {
  /** How names become keys and suffixes. Default `auto`. */
  readonly rule?: SampleRule;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /** Hears what was forgiven. Default: the process's warnings. */
  readonly warn?: Warn;
}

/**
 * Reads the samples of a WebDataset shard in their order: a tar in PAX, GNU, ustar or v7 form, packed by gzip or not.
 *
 * @throws {ShardError} The shard is damaged, after the samples before the damage.
 * @throws {Error} The system's own error, with its `code`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readSamples } from "#lib/corpus/shards/read_samples.ts";
 * import { ShardError } from "#lib/corpus/shards/shard_error.ts";
 * import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
 *
 * const bytes = new Uint8Array(3 * 512);
 * bytes.set(tarHeader("rec.2024_0000.txt", 2));
 * bytes.set([104, 105], 512);
 * const read = async () => {
 *   for await (const { key, members } of readSamples({ file: "a.tar", bytes }, { warn: () => {} })) {
 *     assert.equal(key, "rec.2024_0000");
 *     assert.deepEqual(members.get("txt"), Uint8Array.of(104, 105));
 *   }
 * };
 * await read();
 * bytes[1100] = 1; // damage behind it
 * await assert.rejects(read, ShardError);
 * ```
 */
export async function* readSamples(
  input: ShardInput,
  options: ReadSamplesOptions = {},
): AsyncGenerator<ShardSample> {
  const { rule = "auto", signal, warn = warnOnProcess } = options;
  signal?.throwIfAborted();
  const bytes = await openTarBytes(input);
  try {
    const members = tarMembers(bytes, { wants: () => true, warn });
    for await (const { key, members: found } of groupSamples(members, { file: bytes.file, rule })) {
      signal?.throwIfAborted();
      yield { key, shard: bytes.file, members: new Map(found.map(({ suffix, data }) => [suffix, data!])) };
    }
  } finally {
    await bytes.close();
  }
}
