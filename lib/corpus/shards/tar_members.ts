import { padded } from "./encode_tar.ts";
import { parsePaxRecords } from "./pax_records.ts";
import type { TarBytes } from "./tar_bytes.ts";
import { TarFault } from "./tar_fault.ts";
import { linkNameOf, parseTarHeader, TAR_BLOCK, type TarHeader } from "./tar_header.ts";
import { LostLinks } from "./lost_links.ts";
import { tarText, untilNul } from "./tar_text.ts";

/** A file in a tar. */
export interface TarMember {
  readonly name: string;
  /** Where its first header begins. */
  readonly entryOffset: number;
  /** Where its content begins. */
  readonly offset: number;
  /** Of its content. */
  readonly bytes: number;
  /** Its content, where it was asked for. */
  readonly data: Uint8Array<ArrayBuffer> | undefined;
}

/** Options of {@linkcode tarMembers}. */
export interface TarMembersOptions {
  /** Which contents are read. Default: none. */
  readonly wants?: (name: string, sizeBytes: number) => boolean;
  /** Hears that the tar ends in one block of zeros, not two. */
  readonly warn: (warning: string) => void;
  /** Hears at the end, in one sentence, of links. Default: `warn`. */
  readonly onLostLinks?: (sentence: string) => void;
}

/** PAX records and long names are no longer than this: a damaged size must not take all memory. */
const MOST_HEADER_BYTES = 1 << 24;
/** Entries that have no content whatever their size says: links, devices, folders, pipes. */
const EMPTY_TYPES = "123456";
const HARD_LINK = "1", SYMBOLIC_LINK = "2";
/** Entries that are passed over with their content: a volume's label, a folder's listing by GNU. */
const PASSED_TYPES = "VD";
const HEADERS: Readonly<Record<string, string>> = {
  x: "PAX header",
  X: "PAX header",
  g: "global PAX header",
  L: "long name",
  K: "long link",
};

/** What headers before an entry say of it. */
interface Announced {
  readonly records: Map<string, string>;
  longName?: string;
  longLink?: string;
}

/** A header and where it leads, if it is one of a link. */
interface EntryHeader extends TarHeader {
  readonly link: string;
}

/**
 * Walks a tar's files in their order: PAX, GNU, ustar and v7; folders and devices are passed over, and so are links, which are told:
 * webdataset reads none either. Every byte is accounted for: what is neither header, content nor filling is a fault, also behind the end.
 *
 * @throws {TarFault} Damaged, cut short, without an end, or with a kind of entry whose content is not simply there (sparse files, further
 *   volumes); after what stands before it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MemoryBytes } from "#lib/corpus/shards/memory_bytes.ts";
 * import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
 * import { tarMembers } from "#lib/corpus/shards/tar_members.ts";
 * const bytes = new Uint8Array(2048);
 * bytes.set(tarHeader("a.txt", 2));
 * bytes.set([104, 105], 512);
 * const found = [];
 * for await (const { name, offset } of tarMembers(new MemoryBytes("a.tar", bytes), { warn: () => {} })) found.push([name, offset]);
 * assert.deepEqual(found, [["a.txt", 512]]);
 * ```
 */
export async function* tarMembers(
  bytes: TarBytes,
  options: TarMembersOptions,
): AsyncGenerator<TarMember> {
  const lost = new LostLinks();
  try {
    yield* members(bytes, options, lost);
  } finally {
    const { warn, onLostLinks = (sentence) => warn(`${bytes.file}: ${sentence}.`) } = options;
    if (lost.count > 0) onLostLinks(lost.told());
  }
}

async function* members(
  bytes: TarBytes,
  { wants = () => false, warn }: TarMembersOptions,
  lost: LostLinks,
): AsyncGenerator<TarMember> {
  const lasting = new Map<string, string>();
  for (;;) {
    const entryOffset = bytes.position;
    const announced: Announced = { records: new Map(lasting) };
    const header = await entryHeader(bytes, { announced, lasting, entryOffset });
    if (header === undefined) return await checkEnd(bytes, warn);
    const { name, type, sizeBytes, link } = described(header, announced, entryOffset);
    if (type === HARD_LINK || type === SYMBOLIC_LINK) {
      lost.add({ name, link, isHard: type === HARD_LINK });
      continue;
    }
    if (EMPTY_TYPES.includes(type)) continue;
    if (type !== "0" && type !== "7" && !PASSED_TYPES.includes(type)) {
      throw new TarFault(
        `${JSON.stringify(name)} is an entry of type ${JSON.stringify(type)}, which is not read`,
        {
          offset: entryOffset,
          member: name,
        },
      );
    }
    const offset = bytes.position;
    const isFile = !PASSED_TYPES.includes(type);
    const data = isFile && wants(name, sizeBytes) ? await bytes.read(sizeBytes) : undefined;
    const present = data?.length ?? await bytes.skip(sizeBytes);
    if (present < sizeBytes) {
      throw new TarFault(
        `cut short: ${present} of the ${sizeBytes} bytes of ${JSON.stringify(name)} are there`,
        {
          offset: entryOffset,
          member: name,
        },
      );
    }
    const filling = padded(sizeBytes) - sizeBytes;
    const filled = await bytes.skip(filling);
    if (isFile) yield { name, entryOffset, offset, bytes: sizeBytes, data };
    if (filled < filling) {
      throw new TarFault("cut short in the filling behind a member", { offset: offset + sizeBytes });
    }
  }
}

/** The header of the next entry, when those that only describe it are read; undefined at the tar's end. */
async function entryHeader(
  bytes: TarBytes,
  about: { announced: Announced; lasting: Map<string, string>; entryOffset: number },
): Promise<EntryHeader | undefined> {
  const { announced, lasting, entryOffset } = about;
  const where = { offset: entryOffset };
  for (let isFirst = true;; isFirst = false) {
    const block = await bytes.take(TAR_BLOCK);
    if (block.length === 0 && isFirst) {
      throw new TarFault(
        entryOffset === 0 ? "is empty" : "cut short: it has no end (two blocks of zeros)",
        where,
      );
    }
    if (block.length < TAR_BLOCK) throw new TarFault("cut short in a header", where);
    const header = parseTarHeader(block);
    if (header === "zero") {
      if (isFirst) return undefined;
      throw new TarFault("ends behind a header that announces an entry", where);
    }
    if ("fault" in header) {
      const fault = entryOffset === 0 && isFirst ? `is no tar: ${header.fault}` : header.fault;
      throw new TarFault(fault, { ...where, likelyMember: header.name });
    }
    const kind = HEADERS[header.type];
    if (kind === undefined) return { ...header, link: linkNameOf(block) };
    if (header.bytes > MOST_HEADER_BYTES) {
      throw new TarFault(`a ${kind} of ${header.bytes} bytes is none`, where);
    }
    const content = await bytes.read(header.bytes);
    const filling = padded(header.bytes) - header.bytes;
    if (content.length < header.bytes || await bytes.skip(filling) < filling) {
      throw new TarFault(`cut short in a ${kind}`, where);
    }
    if (header.type === "L") announced.longName = tarText(untilNul(content));
    if (header.type === "K") announced.longLink = tarText(untilNul(content));
    if (!"xXg".includes(header.type)) continue;
    const records = parsePaxRecords(content);
    if (records === undefined) throw new TarFault(`a ${kind} holds no PAX records`, where);
    for (const [key, value] of records) {
      announced.records.set(key, value);
      if (header.type === "g") lasting.set(key, value);
    }
  }
}

/** An entry as its header and those before it tell it; PAX counts most. */
function described(
  header: EntryHeader,
  { records, longName, longLink }: Announced,
  offset: number,
): { name: string; type: string; sizeBytes: number; link: string } {
  const name = records.get("path") ?? longName ?? header.name;
  const size = records.get("size");
  if (size !== undefined && !/^\d{1,15}$/.test(size)) {
    throw new TarFault(`a PAX size is a number, not ${JSON.stringify(size)}`, { offset, member: name });
  }
  for (const key of records.keys()) {
    if (key.startsWith("GNU.sparse.")) {
      throw new TarFault(`${JSON.stringify(name)} is a sparse file, which is not read`, {
        offset,
        member: name,
      });
    }
  }
  const link = records.get("linkpath") ?? longLink ?? header.link;
  return { name, type: header.type, sizeBytes: size === undefined ? header.bytes : Number(size), link };
}

/** Behind a block of zeros: another one, and nothing but zeros to the last byte. */
async function checkEnd(bytes: TarBytes, warn: (warning: string) => void): Promise<void> {
  const start = bytes.position - TAR_BLOCK;
  for (let block = 1;; block++) {
    const offset = bytes.position;
    const next = await bytes.take(TAR_BLOCK);
    if (next.length === 0) {
      if (block === 1) warn(`${bytes.file} ends in one block of zeros, not two; all before it was read.`);
      return;
    }
    const at = next.findIndex((byte) => byte !== 0);
    if (at !== -1) {
      throw new TarFault(`more follows its end, which is at byte ${start}`, {
        offset: offset + at,
        isBehindEnd: true,
      });
    }
  }
}
