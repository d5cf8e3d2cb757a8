import { TAR_BLOCK } from "./tar_header.ts";

const encoder = new TextEncoder();

/** The most that eleven octal digits hold: 8 GiB less one byte. */
const MOST_OCTAL = 0o77777777777;

/**
 * The header of a file in a tar, the same for the same name and size: mode 0644, user and group 0, time 0. It is one block of ustar
 * where that holds the name (ASCII, 100 bytes, or 256 parted at a slash) and the size (up to 8 GiB); else a PAX header is before it.
 *
 * @param name With slashes, without NUL.
 * @param sizeBytes Of the content.
 * @throws {RangeError} The name is empty or has a NUL, or the size is no whole number from 0.
 *
 * Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
 * assert.equal(tarHeader("a.wav", 7).length, 512);
 * assert.equal(tarHeader("é.wav", 7).length, 3 * 512); // PAX header, its records, header
 * ```
 */
export function tarHeader(name: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
  if (name === "" || name.includes("\0")) {
    throw new RangeError(`A member's name is neither empty nor has a NUL; it was ${JSON.stringify(name)}.`);
  }
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new RangeError(`A member's size is a whole number of bytes from 0, not ${sizeBytes}.`);
  }
  const parts = ustarName(name);
  const records: string[] = [];
  if (parts === undefined) records.push(paxRecord("path", name));
  if (sizeBytes > MOST_OCTAL) records.push(paxRecord("size", String(sizeBytes)));
  const short = parts ?? { prefix: "", name: plainName(name) };
  const header = headerBlock(short, sizeBytes > MOST_OCTAL ? 0 : sizeBytes, "0");
  if (records.length === 0) return header;
  const pax = encoder.encode(records.join(""));
  const blocks = new Uint8Array(TAR_BLOCK + padded(pax.length) + TAR_BLOCK);
  blocks.set(headerBlock({ prefix: "", name: "././@PaxHeader" }, pax.length, "x"));
  blocks.set(pax, TAR_BLOCK);
  blocks.set(header, blocks.length - TAR_BLOCK);
  return blocks;
}

/**
 * A size rounded up to whole blocks of 512 bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { padded } from "#lib/corpus/shards/encode_tar.ts";
 * assert.deepEqual([0, 1, 512, 513].map(padded), [0, 512, 512, 1024]);
 * ```
 */
export function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / TAR_BLOCK) * TAR_BLOCK;
}

interface UstarName {
  readonly prefix: string;
  readonly name: string;
}

/** Prefix and name in the fields of ustar; undefined where they do not hold it. Other than ASCII is read in many ways there. */
function ustarName(name: string): UstarName | undefined {
  if (/[^ -~]/.test(name) || name.endsWith("/")) return undefined;
  if (name.length <= 100) return { prefix: "", name };
  const slash = name.indexOf("/", name.length - 101);
  if (slash > 0 && slash <= 155) return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
  return undefined;
}

/** What readers that do not know PAX see. */
function plainName(name: string): string {
  return name.replace(/[^\x20-\x7e]/gu, "_").slice(-100).replace(/\/$/, "_");
}

function headerBlock(
  { prefix, name }: UstarName,
  sizeBytes: number,
  type: string,
): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(TAR_BLOCK);
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(name, 0);
  put(octal(0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(sizeBytes, 11), 124);
  put(octal(0, 11), 136);
  put(" ".repeat(8), 148);
  put(type, 156);
  put("ustar\u000000", 257);
  put(octal(0, 7), 329);
  put(octal(0, 7), 337);
  put(prefix, 345);
  put(`${octal(block.reduce((sum, byte) => sum + byte, 0), 6)}\0 `, 148);
  return block;
}

/** The length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}
