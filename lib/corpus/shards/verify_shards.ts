import { createHash } from "node:crypto";
import { relative, resolve, sep } from "node:path";
import { AudioFileError } from "#lib/audio/audio_file_error.ts";
import { knownAudio } from "#lib/audio/known_audio.ts";
import { wavAudio } from "#lib/audio/wav_audio.ts";
import { isAppleDouble } from "./apple_double.ts";
import { type FoundMember, groupSamples } from "./group_samples.ts";
import { openTarBytes } from "./open_tar_bytes.ts";
import type { SampleRule } from "./sample_rule.ts";
import { ShardError } from "./shard_error.ts";
import type { ShardIndex } from "./shard_index.ts";
import { soundFacts } from "./sound_facts.ts";
import { tarMembers } from "./tar_members.ts";

/** Options of {@linkcode verifyShards}. */
export interface VerifyShardsOptions {
  /** What the shards are held against: their sizes, hashes and samples. Default: nothing. */
  readonly index?: ShardIndex;
  /** How names become keys and suffixes. Default `auto`. */
  readonly rule?: SampleRule;
  /** Whether WAV and FLAC are decoded and their length is held against what their header tells. Default true. */
  readonly decode?: boolean;
  readonly signal?: AbortSignal;
  /** Called when a shard is looked at. */
  readonly onShard?: (shard: VerifiedShard) => void;
}

/** What was found of one shard. */
export interface VerifiedShard {
  readonly file: string;
  /** Samples that were read. */
  readonly samples: number;
  /** Each a sentence's end that names the sample or the byte; none where the shard is sound. */
  readonly faults: readonly string[];
  /** What is no fault and may surprise: files that are no member of a sample. */
  readonly notes: readonly string[];
}

/** What was found of all shards. */
export interface ShardVerification {
  readonly sound: boolean;
  readonly shards: readonly VerifiedShard[];
}

/**
 * Looks at every byte of shards: headers, ends, JSON sidecars, the length of their sound, and what an index says. One bad thing does
 * not stop the rest, but for what stands behind damage in the same shard.
 *
 * @param files Their paths.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
 * import { verifyShards } from "#lib/corpus/shards/verify_shards.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const writer = await openShardWriter(folder);
 * await writer.add({ key: "a_0000", members: { json: new TextEncoder().encode("{") } });
 * const index = await writer.close();
 * const { sound, shards } = await verifyShards([join(folder, "shards-000000.tar")], { index });
 * assert.equal(sound, false);
 * assert.match(shards[0].faults[0], /sample "a_0000": json is no JSON/);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function verifyShards(
  files: readonly string[],
  options: VerifyShardsOptions = {},
): Promise<ShardVerification> {
  const shards: VerifiedShard[] = [];
  for (const file of files) {
    options.signal?.throwIfAborted();
    const shard = await verifyOne(file, options);
    shards.push(shard);
    options.onShard?.(shard);
  }
  return { sound: shards.every(({ faults }) => faults.length === 0), shards };
}

async function verifyOne(file: string, options: VerifyShardsOptions): Promise<VerifiedShard> {
  const { rule = "auto", decode = true, index, signal } = options;
  const faults: string[] = [];
  const notes: string[] = [];
  const keys: string[] = [];
  const hash = createHash("sha256");
  /** Members that are of no sample yet, by where they begin. */
  const unused = new Set<number>();
  let bytes: Awaited<ReturnType<typeof openTarBytes>>;
  try {
    bytes = await openTarBytes(file, { onBytes: (piece) => hash.update(piece) });
  } catch (error) {
    return { file, samples: 0, faults: [(error as Error).message], notes };
  }
  try {
    let members = 0, apple = 0;
    const wants = (name: string) => /\.json$/i.test(name) || decode && /\.(?:wav|flac)$/i.test(name);
    const walked = tarMembers(bytes, {
      wants,
      warn: (warning) => notes.push(warning),
      onLostLinks: (sentence) => faults.push(sentence),
    });
    const counted = (async function* () {
      for await (const member of walked) {
        members++;
        unused.add(member.entryOffset);
        if (isAppleDouble(member.name)) apple++;
        yield member;
      }
    })();
    for await (const sample of groupSamples(counted, { file, rule })) {
      signal?.throwIfAborted();
      keys.push(sample.key);
      for (const member of sample.members) {
        unused.delete(member.entryOffset);
        const fault = await faultOf(member);
        if (fault !== undefined) faults.push(`sample ${JSON.stringify(sample.key)}: ${fault}`);
      }
    }
    if (members === 0 && faults.length === 0) notes.push("holds no file");
    if (apple > 0) {
      notes.push(
        `${apple} of its files are what macOS keeps beside files (._ names, __MACOSX); they are read as any others`,
      );
    }
    if (unused.size > 0) notes.push(`${unused.size} of its files belong to no sample`);
    if (index !== undefined) {
      faults.push(...againstIndex(index, { file, keys, bytes: bytes.position, hash: hash.digest("hex") }));
    }
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    faults.push(error.message.slice(file.length + 2).replace(/\.$/, ""));
  } finally {
    await bytes.close();
  }
  return { file, samples: keys.length, faults, notes };
}

function againstIndex(
  index: ShardIndex,
  found: { file: string; keys: readonly string[]; bytes: number; hash: string },
): string[] {
  const path = relative(resolve(index.root), resolve(found.file)).split(sep).join("/");
  const number = index.shards.findIndex(({ file }) => file === path);
  if (number === -1) return ["is not in the index"];
  const { bytes, sha256 } = index.shards[number];
  if (bytes !== found.bytes) return [`has ${found.bytes} bytes, and the index tells of ${bytes}`];
  if (sha256 !== found.hash) return ["its sha256 is not the one of the index"];
  const keys = index.samples.filter(({ shard }) => shard === number).map(({ key }) => key);
  return keys.join("\n") === found.keys.join("\n") ? [] : ["its samples are not those of the index"];
}

async function faultOf({ suffix, data }: FoundMember): Promise<string | undefined> {
  if (data === undefined) return undefined;
  if (/(?:^|\.)json$/.test(suffix)) {
    try {
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
    } catch (error) {
      return `${suffix} is no JSON: ${(error as Error).message}`;
    }
    return undefined;
  }
  return await soundFault(suffix, data);
}

/** Decodes a sound and holds its length against its header's. */
async function soundFault(suffix: string, data: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const source = {
    file: suffix,
    size: data.length,
    read(target: Uint8Array<ArrayBuffer>, position: number) {
      const piece = data.subarray(position, position + target.length);
      target.set(piece);
      return Promise.resolve(target.subarray(0, piece.length));
    },
    close: () => Promise.resolve(),
  };
  try {
    const isFlac = suffix.endsWith("flac");
    await using audio = isFlac
      ? await knownAudio(source, { decoder: "flac", name: "FLAC" })
      : await wavAudio(source);
    let decoded = 0;
    for await (const [channel] of audio.blocks()) decoded += channel.length;
    const declared = (await soundFacts(data))?.sampleCount;
    if (declared !== undefined && declared !== decoded) {
      return `${suffix} tells of ${declared} samples and has ${decoded}`;
    }
    return audio.warnings[0] === undefined ? undefined : `${suffix}: ${audio.warnings[0]}`;
  } catch (error) {
    if (error instanceof AudioFileError) return error.message.replace(/\.$/, "");
    throw error;
  }
}
