import { createHash } from "node:crypto";
import { dirname, relative, resolve, sep } from "node:path";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { type FoundSample, groupSamples, isSidecar } from "./group_samples.ts";
import { openTarBytes } from "./open_tar_bytes.ts";
import type { SampleRule } from "./sample_rule.ts";
import { keyWavId } from "./sample_columns.ts";
import { ShardError } from "./shard_error.ts";
import type { IndexedSample, IndexedShard, ShardIndex } from "./shard_index.ts";
import { sidecarWavId } from "./sidecar_key.ts";
import { soundFacts } from "./sound_facts.ts";
import { tarMembers } from "./tar_members.ts";

/** Options of {@linkcode indexShards}. */
export interface IndexShardsOptions {
  /** How names become keys and suffixes. Default `auto`. */
  readonly rule?: SampleRule;
  /** The folder that paths in the index begin at. Default: the one that the first shard is in. */
  readonly root?: string;
  readonly signal?: AbortSignal;
  /** Called when a shard is read. */
  readonly onProgress?: (
    progress: { readonly done: number; readonly count: number; readonly file: string },
  ) => void;
  /** Hears of keys that come twice, and what was forgiven. Default: the process's warnings. */
  readonly warn?: Warn;
}

/**
 * Builds the index of shards, whoever wrote them, by reading each once.
 *
 * @param files Their paths, in the order that they are to have.
 * @throws {ShardError} A shard is damaged, or packed by gzip: no place in it can be gone to.
 * @throws {RangeError} There is no file, or one twice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeFile } from "node:fs/promises";
 * import { indexShards } from "#lib/corpus/shards/index_shards.ts";
 * import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const bytes = new Uint8Array(4 * 512);
 * bytes.set(tarHeader("rec_0000.txt", 2));
 * await writeFile(join(folder, "a.tar"), bytes);
 * const { samples: [sample] } = await indexShards([join(folder, "a.tar")]);
 * assert.deepEqual(sample, { key: "rec_0000", wavId: "rec", shard: 0, members: [{ suffix: "txt", offset: 512, bytes: 2 }] });
 * await rm(folder, { recursive: true });
 * ```
 */
export async function indexShards(
  files: readonly string[],
  options: IndexShardsOptions = {},
): Promise<ShardIndex> {
  const { rule = "auto", signal, onProgress, warn = warnOnProcess } = options;
  if (files.length === 0) throw new RangeError("An index is of at least one shard; there was none.");
  const root = resolve(options.root ?? dirname(files[0]));
  const shards: IndexedShard[] = [];
  const samples: IndexedSample[] = [];
  const seen = new Set<string>();
  for (const [number, file] of files.entries()) {
    signal?.throwIfAborted();
    const path = relative(root, resolve(file)).split(sep).join("/");
    if (shards.some((shard) => shard.file === path)) {
      throw new RangeError(`${file} is given twice; once is needed.`);
    }
    const found = await indexOne(file, { rule, shard: number, signal, warn });
    shards.push({ file: path, bytes: found.bytes, sha256: found.sha256 });
    samples.push(...found.samples);
    onProgress?.({ done: number + 1, count: files.length, file });
  }
  const twice = samples.filter(({ key }) => seen.size === seen.add(key).size);
  if (twice.length > 0) {
    const more = twice.length === 1 ? "" : `, and ${twice.length - 1} more`;
    const where = shards[twice[0].shard].file;
    warn(`${where}: sample ${JSON.stringify(twice[0].key)} has a key that another one before it has${more}.`);
  }
  return { root, shards, samples };
}

async function indexOne(
  file: string,
  { rule, shard, signal, warn }: { rule: SampleRule; shard: number; signal?: AbortSignal; warn: Warn },
): Promise<{ bytes: number; sha256: string; samples: IndexedSample[] }> {
  const hash = createHash("sha256");
  const bytes = await openTarBytes(file, { onBytes: (piece) => hash.update(piece) });
  try {
    if (bytes.isPacked) {
      throw new ShardError(
        "is packed by gzip, so that no place in it can be gone to; unpack it first: gzip -dk",
        {
          file,
        },
      );
    }
    const samples: IndexedSample[] = [];
    const wants = (name: string) => isSidecar(name) || /\.(?:wav|flac)$/i.test(name);
    for await (const sample of groupSamples(tarMembers(bytes, { wants, warn }), { file, rule })) {
      signal?.throwIfAborted();
      samples.push(await indexed(sample, shard));
    }
    return { bytes: bytes.position, sha256: hash.digest("hex"), samples };
  } finally {
    await bytes.close();
  }
}

async function indexed({ key, members }: FoundSample, shard: number): Promise<IndexedSample> {
  const sidecar = members.find(({ suffix }) => suffix === "json")?.data;
  const told = sidecar && sidecarWavId(sidecar);
  const sound = members.find(({ suffix }) => /(?:^|\.)(?:wav|flac)$/.test(suffix));
  const facts = sound?.data && await soundFacts(sound.data);
  return {
    key,
    wavId: told ?? keyWavId(key),
    shard,
    members: members.map(({ suffix, offset, bytes }) => ({ suffix, offset, bytes })),
    ...facts,
  };
}
