import { tarText, untilNul } from "./tar_text.ts";

/** Bytes of a tar's block: headers have one, contents are filled up to a multiple of it. */
export const TAR_BLOCK = 512;

/** What a header block says. */
export interface TarHeader {
  /** With the prefix of POSIX before it. */
  readonly name: string;
  /** Of the content. */
  readonly bytes: number;
  /** One character: `0` a file, `5` a folder, `x` PAX records of the next entry, `L` its long name, and so on; NUL is given as `0`. */
  readonly type: string;
}

/**
 * Reads a header block: v7, POSIX (ustar), GNU or star; numbers in octal or base 256; the checksum of signed bytes, which old writers
 * made, holds as well.
 *
 * @param block 512 bytes.
 * @returns `zero` where all bytes are 0, which ends a tar; a fault and the name that the block seems to have where it is no header.
 *
 * Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseTarHeader } from "#lib/corpus/shards/tar_header.ts";
 * import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
 * assert.deepEqual(parseTarHeader(tarHeader("a.wav", 7)), { name: "a.wav", bytes: 7, type: "0" });
 * assert.equal(parseTarHeader(new Uint8Array(512)), "zero");
 * ```
 */
export function parseTarHeader(
  block: Uint8Array,
): TarHeader | "zero" | { readonly fault: string; readonly name: string } {
  const { unsigned, signed } = sums(block);
  if (unsigned === 0) return "zero";
  const name = nameOf(block);
  const sum = tarNumber(block.subarray(148, 156));
  // The field itself counts as eight spaces.
  if (sum === undefined || (sum !== unsigned && sum !== signed)) {
    return { fault: "its header's checksum is wrong", name };
  }
  const bytes = tarNumber(block.subarray(124, 136));
  if (bytes === undefined || bytes < 0) return { fault: "its header tells no size", name };
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156]);
  // In v7 a folder is a file whose name ends in a slash.
  return { name, bytes, type: block[156] === 0 && name.endsWith("/") ? "5" : type };
}

function sums(block: Uint8Array): { unsigned: number; signed: number } {
  let unsigned = 0;
  let high = 0;
  for (let i = 0; i < TAR_BLOCK; i++) {
    const byte = block[i];
    unsigned += byte;
    high += byte >> 7;
  }
  if (unsigned === 0) return { unsigned, signed: 0 };
  for (let i = 148; i < 156; i++) {
    unsigned += 0x20 - block[i];
    high -= block[i] >> 7;
  }
  return { unsigned, signed: unsigned - 256 * high };
}

/**
 * Where a header block of a link leads, as far as its field of 100 bytes holds it.
 *
 * @param block 512 bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { linkNameOf } from "#lib/corpus/shards/tar_header.ts";
 * const block = new Uint8Array(512);
 * block.set(new TextEncoder().encode("a.wav"), 157);
 * assert.equal(linkNameOf(block), "a.wav");
 * ```
 */
export function linkNameOf(block: Uint8Array): string {
  return tarText(untilNul(block.subarray(157, 257)));
}

function nameOf(block: Uint8Array): string {
  const name = tarText(untilNul(block.subarray(0, 100)));
  // "ustar" and NUL; GNU has spaces there and other fields in place of the prefix.
  const isPosix = block[257] === 0x75 && block[258] === 0x73 && block[259] === 0x74 && block[260] === 0x61 &&
    block[261] === 0x72 && block[262] === 0;
  if (!isPosix || block[345] === 0) return name;
  // star keeps times behind 131 bytes of prefix and says "tar" at the end.
  const isStar = block[508] === 0x74 && block[509] === 0x61 && block[510] === 0x72 && block[511] === 0;
  return `${tarText(untilNul(block.subarray(345, isStar ? 476 : 500)))}/${name}`;
}

/**
 * A number of a header: octal digits among spaces and NULs, or base 256 where the first bit is set; undefined where it is neither, or
 * beyond 2^53.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tarNumber } from "#lib/corpus/shards/tar_header.ts";
 * assert.equal(tarNumber(new TextEncoder().encode(" 0000644\0")), 0o644);
 * assert.equal(tarNumber(Uint8Array.of(0x80, 0, 0, 0, 0, 0, 1, 0)), 256);
 * assert.equal(tarNumber(new TextEncoder().encode("12a")), undefined);
 * ```
 */
export function tarNumber(field: Uint8Array): number | undefined {
  let value = 0;
  if (field[0] & 0x80) {
    if (field[0] !== 0x80 && field[0] !== 0xff) return undefined;
    const negative = field[0] === 0xff;
    for (let i = 1; i < field.length; i++) value = value * 256 + (negative ? 0xff - field[i] : field[i]);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    return negative ? -1 - value : value;
  }
  let at = 0;
  while (at < field.length && field[at] === 0x20) at++;
  for (; at < field.length && field[at] >= 0x30 && field[at] <= 0x37; at++) {
    value = value * 8 + field[at] - 0x30;
  }
  for (; at < field.length; at++) if (field[at] !== 0x20 && field[at] !== 0) return undefined;
  return value;
}
