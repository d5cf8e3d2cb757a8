import { Buffer } from "node:buffer";
import type { IndexedMember } from "./shard_index.ts";
import { parseTarHeader, TAR_BLOCK } from "./tar_header.ts";

/** A header behind one of PAX or GNU that has the whole name, and that one's content. */
const LONG_LEAD = 4 * TAR_BLOCK;

/**
 * How many bytes before a member's content tell its name: one block, more where the name does not fit one in ASCII.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { headerLead } from "#lib/corpus/shards/header_before.ts";
 * assert.deepEqual([headerLead("a_0000", "wav"), headerLead("é_0000", "wav")], [512, 2048]);
 * ```
 */
export function headerLead(key: string, suffix: string): number {
  // deno-lint-ignore no-control-regex
  return key.length + suffix.length < 100 && /^[\x00-\x7f]*$/.test(key) ? TAR_BLOCK : LONG_LEAD;
}

/**
 * Whether the header of a member stands before its content: its size and its name, whole or, where it is a long one, in what PAX or GNU put
 * before it.
 *
 * @param bytes Of a tar, from some place on.
 * @param contentAt Where among them the member's content begins.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
 * import { isHeaderOf } from "#lib/corpus/shards/header_before.ts";
 * const bytes = tarHeader("a.wav", 2);
 * const member = { suffix: "wav", offset: 512, bytes: 2 };
 * assert.deepEqual(["a", "b"].map((key) => isHeaderOf(bytes, 512, { key, member })), [true, false]);
 * ```
 */
export function isHeaderOf(
  bytes: Uint8Array,
  contentAt: number,
  { key, member }: { readonly key: string; readonly member: IndexedMember },
): boolean {
  if (contentAt < TAR_BLOCK) return false;
  const header = parseTarHeader(bytes.subarray(contentAt - TAR_BLOCK, contentAt));
  if (header === "zero" || "fault" in header || header.bytes !== member.bytes) return false;
  const { name } = header;
  const { suffix } = member;
  if (
    name.length === key.length + 1 + suffix.length && name.startsWith(key) &&
    name.toLowerCase().endsWith(`.${suffix}`)
  ) {
    return true;
  }
  const before = bytes.subarray(Math.max(0, contentAt - LONG_LEAD), contentAt - TAR_BLOCK);
  return Buffer.from(before.buffer, before.byteOffset, before.length).includes(`${key}.`);
}
