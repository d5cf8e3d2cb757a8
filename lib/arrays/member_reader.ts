import { counted } from "#lib/language/counted.ts";
import { crc32, createInflateRaw, type InflateRaw } from "node:zlib";
import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import { type ByteReader, sourceReader } from "./byte_reader.ts";
import type { ByteSource } from "./byte_source.ts";
import type { ZipMember } from "./zip_directory.ts";

/** Reads one member's bytes, unpacked. */
export interface MemberReader extends ByteReader {
  /** Refuses a member that was read but is not what the directory promised: its end and its CRC-32. */
  finish(): Promise<void>;
  /** Stops unpacking; needed on every path. */
  close(): void;
}

const STORED = 0;
const DEFLATED = 8;
const LOCAL_LENGTH = 30;
const LOCAL_SIGNATURE = 0x04034b50;
/** Two bits of deflate give at most 258 bytes. */
const MAX_DEFLATE_RATIO = 1032;
/** Unpacked bytes handed over at a time. */
const INFLATE_BYTES = 1 << 16;

/**
 * Opens a stored or deflated member for reading. What it claims to unpack to is checked against what its packed
 * bytes can possibly hold.
 *
 * @param options The member as the directory tells it, and the `place` that errors name.
 * @returns Its unpacked bytes, in order; `finish()` after the last one, `close()` in any case.
 * @throws {ArrayFileError} Encrypted, packed by another method, or at odds with its local header; also by `read`, where
 * the packed bytes are damaged.
 *
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 and 4.4.5.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { crc32 } from "node:zlib";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 * import { openMember } from "#lib/arrays/member_reader.ts";
 * import { localHeader } from "#lib/arrays/zip_records.ts";
 *
 * const data = Uint8Array.of(1, 2, 3);
 * const sizes = { crc32: crc32(data), packedSize: 3, size: 3, offset: 0 };
 * const header = localHeader({ name: Uint8Array.of(0x61), utf8: false, method: 0, wide: false, ...sizes });
 * const source = bytesSource(Uint8Array.of(...header, ...data), "a.npz");
 * const member = { name: "a", nameBytes: Uint8Array.of(0x61), method: 0, encrypted: false, ...sizes };
 * const reader = await openMember(source, { member, place: { file: "a.npz", array: "a" } });
 * const target = new Uint8Array(3);
 * assert.equal(await reader.read(target), 3);
 * await reader.finish(); // the CRC-32 is right
 * reader.close();
 * assert.deepEqual(target, data);
 * ```
 */
export async function openMember(
  source: ByteSource,
  options: { member: ZipMember; place: ArrayPlace },
): Promise<MemberReader> {
  const { member, place } = options;
  if (member.fault !== undefined) throw new ArrayFileError(member.fault, place);
  if (member.encrypted) throw new ArrayFileError("encrypted, which is not read", place);
  if (member.method !== STORED && member.method !== DEFLATED) {
    throw new ArrayFileError(
      `packed by zip method ${member.method}; stored (0) and deflated (8) are read`,
      place,
    );
  }
  const start = await findData(source, options);
  const packed = sourceReader(source, { start, size: member.packedSize });
  if (member.method === STORED) {
    if (member.packedSize !== member.size) {
      throw new ArrayFileError(`corrupt zip: stored as ${member.packedSize} of ${member.size} bytes`, place);
    }
    return checking(packed, { ...options, close: () => {} });
  }
  if (member.size > MAX_DEFLATE_RATIO * member.packedSize) {
    throw new ArrayFileError(
      `corrupt zip: ${member.packedSize} deflated bytes cannot hold the ${member.size} announced`,
      place,
    );
  }
  const inflate = createInflateRaw({ chunkSize: INFLATE_BYTES });
  inflate.on("error", () => {}); // It reaches the reader below; without a listener it would end the process.
  void feed(packed, inflate);
  return checking(inflated(inflate, options), { ...options, close: () => inflate.destroy() });
}

/** Where the member's bytes begin, behind its local header. */
async function findData(
  source: ByteSource,
  options: { member: ZipMember; place: ArrayPlace },
): Promise<number> {
  const { member, place } = options;
  const name = member.nameBytes;
  const header = new Uint8Array(LOCAL_LENGTH + name.length);
  if (member.offset + header.length > source.size) {
    throw new ArrayFileError("corrupt zip: its local header lies outside", place);
  }
  await source.read(header, member.offset);
  const view = new DataView(header.buffer);
  const fits = view.getUint32(0, true) === LOCAL_SIGNATURE && view.getUint16(8, true) === member.method &&
    view.getUint16(26, true) === name.length && name.every((byte, i) => byte === header[LOCAL_LENGTH + i]);
  if (!fits) {
    throw new ArrayFileError("corrupt zip: its local header does not agree with the directory", place);
  }
  const start = member.offset + header.length + view.getUint16(28, true);
  if (start + member.packedSize > source.size) {
    throw new ArrayFileError(
      `truncated: ${member.packedSize} packed bytes are announced, ${
        Math.max(0, source.size - start)
      } are left`,
      place,
    );
  }
  return start;
}

/** Hands the packed bytes over through one small buffer: a piece is done with when its write is. */
async function feed(packed: ByteReader, inflate: InflateRaw): Promise<void> {
  const piece = new Uint8Array(INFLATE_BYTES);
  try {
    for (let read = await packed.read(piece); read > 0; read = await packed.read(piece)) {
      await new Promise<void>((resolve, reject) => {
        inflate.write(piece.subarray(0, read), (error) => error ? reject(error) : resolve());
      });
    }
    inflate.end();
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function inflated(inflate: InflateRaw, options: { member: ZipMember; place: ArrayPlace }): ByteReader {
  const { member, place } = options;
  const chunks: AsyncIterator<Uint8Array> = inflate[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  const next = async () => {
    try {
      return await chunks.next();
    } catch (cause) {
      // What the source threw passes as it is; only zlib's own complaints are about the content.
      const ofZlib = cause instanceof Error && "code" in cause && /^(Z|ERR_STREAM)_/.test(String(cause.code));
      if (!ofZlib) throw cause;
      throw new ArrayFileError(`corrupt: its deflated bytes do not unpack: ${cause.message}`, place, {
        cause,
      });
    }
  };
  return {
    size: member.size,
    async read(target) {
      if (target.length === 0) return 0;
      while (chunk.length === 0) {
        const { value, done } = await next();
        if (done) {
          if (inflate.bytesWritten === member.packedSize) return 0;
          const left = member.packedSize - inflate.bytesWritten;
          throw new ArrayFileError(
            `corrupt zip: ${counted(left, "byte follows", "bytes follow")} its deflated ones`,
            place,
          );
        }
        chunk = value;
      }
      const piece = chunk.subarray(0, target.length);
      target.set(piece);
      const { length } = piece;
      const used = chunk;
      chunk = chunk.subarray(length);
      if (chunk.length === 0) release(used);
      return length;
    },
  };
}

/**
 * Frees what zlib unpacked into, once all of it is copied. Left to the garbage collector, such buffers pile up
 * to as much again as the array they were copied into.
 */
function release(chunk: Uint8Array): void {
  const { buffer, byteOffset, byteLength } = chunk;
  // Full to the end, and not a shared pool: zlib has gone on to its next buffer.
  const full = buffer.byteLength === INFLATE_BYTES && byteOffset + byteLength === INFLATE_BYTES;
  if (full) (buffer as { transfer?: (bytes: number) => unknown }).transfer?.(0); // Node 20 cannot
}

function checking(
  reader: ByteReader,
  options: { member: ZipMember; place: ArrayPlace; close: () => void },
): MemberReader {
  const { member, place } = options;
  let crc = 0;
  return {
    size: reader.size,
    async read(target) {
      const read = await reader.read(target);
      crc = crc32(target.subarray(0, read), crc);
      return read;
    },
    async finish() {
      if (await reader.read(new Uint8Array(1)) > 0) {
        throw new ArrayFileError(
          `corrupt zip: it unpacks to more than the ${member.size} bytes announced`,
          place,
        );
      }
      if (crc !== member.crc32) {
        const hex = (value: number) => value.toString(16).padStart(8, "0");
        throw new ArrayFileError(
          `corrupt: its CRC-32 is ${hex(crc)}, the zip says ${hex(member.crc32)}`,
          place,
        );
      }
    },
    close: options.close,
  };
}
