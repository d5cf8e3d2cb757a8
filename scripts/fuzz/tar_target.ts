import { gzipSync } from "node:zlib";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { padded, tarHeader } from "#lib/corpus/shards/encode_tar.ts";
import { type FoundSample, groupSamples } from "#lib/corpus/shards/group_samples.ts";
import { openTarBytes } from "#lib/corpus/shards/open_tar_bytes.ts";
import { ShardError } from "#lib/corpus/shards/shard_error.ts";
import { StreamBytes } from "#lib/corpus/shards/stream_bytes.ts";
import type { TarBytes } from "#lib/corpus/shards/tar_bytes.ts";
import { parseTarHeader, TAR_BLOCK } from "#lib/corpus/shards/tar_header.ts";
import { tarMembers } from "#lib/corpus/shards/tar_members.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const text = (content: string) => new TextEncoder().encode(content);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A header of another type than a file's, or with other fields, its checksum put right. */
function otherHeader(name: string, size: number, change: (block: Uint8Array) => void): Uint8Array {
  const block = tarHeader(name, size);
  change(block);
  return rightSum(block);
}

function rightSum(block: Uint8Array): Uint8Array {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return block;
}

const filled = (content: Uint8Array) =>
  joined([content, new Uint8Array(padded(content.length) - content.length)]);
const entry = (name: string, content: Uint8Array) =>
  joined([tarHeader(name, content.length), filled(content)]);
const END = new Uint8Array(2 * TAR_BLOCK);

/** Small shards of every form. */
function seeds(): Uint8Array[] {
  const wav = encodeWav(Float32Array.from({ length: 90 }, (_, i) => Math.sin(i)), { sampleRate: 8000 });
  const sample = (key: string) => [
    entry(`${key}.json`, text(JSON.stringify({ wav_id: key, n: 1 }))),
    entry(`${key}.wav`, wav),
  ];
  const plain = joined([...sample("utt0"), ...sample("utt1"), ...sample("utt2"), END]);
  const pax = joined([
    otherHeader("pax_global_header", 14, (block) => block[156] = 0x67),
    filled(text("14 comment=ab\n")),
    ...sample("bébé/日本語_0001"),
    ...sample("rec.2024.05.01_0000"),
    END,
  ]);
  const long = text(`${"l".repeat(130)}.txt\0`);
  const gnu = joined([
    otherHeader("././@LongLink", long.length, (block) => block[156] = 0x4c),
    filled(long),
    ...sample("short"),
    otherHeader("big.txt", 5, (block) => block.set([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], 124)),
    filled(text("hello")),
    END,
  ]);
  const v7 = joined([
    otherHeader("folder", 0, (block) => block.fill(0, 156, 512)[6] = 0x2f),
    otherHeader("old.txt", 3, (block) => block.fill(0, 156, 512)),
    filled(text("abc")),
    END,
  ]);
  return [plain, pax, gnu, v7, gzipSync(plain)].map((seed) => new Uint8Array(seed));
}

/** What a reading gave. */
interface Outcome {
  readonly samples: readonly FoundSample[];
  readonly error: ShardError | undefined;
}

async function outcome(bytes: TarBytes): Promise<Outcome> {
  const samples: FoundSample[] = [];
  try {
    const members = tarMembers(bytes, { wants: () => true, warn: () => {} });
    for await (const sample of groupSamples(members, { file: "x.tar", rule: "auto" })) samples.push(sample);
    return { samples, error: undefined };
  } catch (error) {
    if (error instanceof ShardError) return { samples, error };
    throw error;
  } finally {
    await bytes.close();
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0, length = 1; at < bytes.length; at += length, length = 1 + (length * 7 + 3) % 900) {
    yield await Promise.resolve(bytes.slice(at, at + length));
  }
}

const told = ({ samples, error }: Outcome) =>
  JSON.stringify([
    error?.message,
    samples.map(({ key, members }) => [key, members.map(({ suffix, data }) => [suffix, ...data!])]),
  ]);

/** Reads a tar in two ways, which must end alike, and holds what they gave against the bytes. */
async function readBothWays(bytes: Uint8Array): Promise<Outcome> {
  const whole = await outcome(await openTarBytes({ file: "x.tar", bytes }));
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return whole;
  const streamed = await outcome(new StreamBytes("x.tar", inPieces(bytes), () => Promise.resolve()));
  if (told(whole) !== told(streamed)) throw new Error(`In pieces: ${told(streamed)}; whole: ${told(whole)}`);
  const { samples, error } = whole;
  for (const { offset, bytes: length, data } of samples.flatMap(({ members }) => members)) {
    if (error?.offset !== undefined && offset + length > error.offset) {
      throw new Error(`A member at ${offset} was given, and the damage is at ${error.offset}.`);
    }
    if (data!.some((byte, i) => byte !== bytes[offset + i])) {
      throw new Error(`Other bytes than at ${offset}.`);
    }
  }
  if (error === undefined) await checkNothingLost(bytes);
  return whole;
}

/** Where no error was told: no header of a file stands outside of the members. */
async function checkNothingLost(bytes: Uint8Array): Promise<void> {
  const inside = new Set<number>();
  const source = await openTarBytes({ file: "x.tar", bytes });
  for await (const { entryOffset, offset, bytes: length } of tarMembers(source, { warn: () => {} })) {
    for (let at = entryOffset; at < offset + length; at += TAR_BLOCK) inside.add(at);
  }
  for (let at = 0; at + TAR_BLOCK <= bytes.length; at += TAR_BLOCK) {
    if (inside.has(at)) continue;
    const header = parseTarHeader(bytes.subarray(at, at + TAR_BLOCK));
    if (header !== "zero" && !("fault" in header) && header.type === "0") {
      throw new Error(`The header of ${JSON.stringify(header.name)} at ${at} was passed over in silence.`);
    }
  }
}

/** The bytes with right checksums in blocks that look like headers, so that damage in them comes further. */
function withRightSums(bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  for (let at = 0; at + TAR_BLOCK <= changed.length; at += TAR_BLOCK) {
    const block = changed.subarray(at, at + TAR_BLOCK);
    const looksLikeOne = block[257] === 0x75 && block[258] === 0x73 && block[259] === 0x74;
    if (looksLikeOne) rightSum(block);
  }
  return changed;
}

/** Shards: read whole and in pieces; refused by a `ShardError`. */
export function tarTarget(): FuzzTarget {
  return {
    name: "tar",
    seeds: seeds(),
    async parse(bytes) {
      await readBothWays(withRightSums(bytes));
      const { error } = await readBothWays(bytes);
      if (error !== undefined) throw error;
    },
    isExpected: (error) => error instanceof ShardError,
  };
}
