import { open } from "node:fs/promises";

/**
 * Whether a file ends as an archive does that was written whole: one that was cut off, or to which something was added, does not. What is in
 * it is not read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isWholeNpz } from "#lib/corpus/processors/is_whole_npz.ts";
 * assert.equal(await isWholeNpz("no such.npz"), false);
 * ```
 */
export async function isWholeNpz(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const found = await handle.stat(), at = found.size - END_BYTES;
    if (!found.isFile() || at < 0) return false;
    const end = new DataView(new ArrayBuffer(END_BYTES));
    const { bytesRead } = await handle.read(new Uint8Array(end.buffer), 0, END_BYTES, at);
    if (bytesRead < END_BYTES || end.getUint32(0, true) !== 0x06054b50) return false;
    const bytes = end.getUint32(12, true), begin = end.getUint32(16, true);
    // Beyond 4 GiB the places stand elsewhere.
    return begin === 0xffff_ffff || begin + bytes === at;
  } finally {
    await handle.close();
  }
}

/** Of the record that ends an archive without a comment. */
const END_BYTES = 22;
