import { type AnnouncedEnd, bytesAt, type EndSource, MOST_PIECES, textOf } from "./announced_end.ts";

/** Bytes that are searched at a time. */
const PIECE = 1 << 20;
/** Boxes that may reach to the end of the file, which a size of 0 tells. */
const OPEN: ReadonlySet<string> = new Set(["mdat", "free", "skip"]);

/** Fragments from a position on, by their names. */
async function fragmentsBehind(source: EndSource, from: number): Promise<number> {
  const [m, o, f] = [0x6d, 0x6f, 0x66];
  let count = 0;
  // Pieces overlap by the three bytes that a name may begin with.
  for (let at = from; at < source.size; at += PIECE - 3) {
    const bytes = await source.read(new Uint8Array(PIECE), at);
    if (bytes.length < 4) break;
    for (let i = bytes.indexOf(m); i >= 0 && i + 4 <= bytes.length; i = bytes.indexOf(m, i + 1)) {
      if (bytes[i + 1] === o && bytes[i + 2] === o && bytes[i + 3] === f) count++;
    }
  }
  return count;
}

/**
 * MP4: boxes one behind the other. A file of fragments says where it ends by what stands behind them, by a table of them,
 * or not at all; what is no box inside it ends it for a decoder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp4End } from "#lib/audio/mp4_end.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.m4a");
 * assert.deepEqual(await mp4End(file), { end: file.size, mark: "ftyp" });
 * await file.close();
 * ```
 */
export async function mp4End(source: EndSource): Promise<AnnouncedEnd> {
  let fragments = 0, isTold = false, hasSound = false, isBroken = false;
  let at = 0;
  for (let pieces = 0; pieces < MOST_PIECES; pieces++) {
    const head = await bytesAt(source, at, 8);
    if (head === undefined) break;
    const type = textOf(head, 4);
    if (type === "ftyp" && hasSound) break;
    const long = head.getUint32(0) === 1 ? await bytesAt(source, at + 8, 8) : undefined;
    const size = long ? Number(long.getBigUint64(0)) : head.getUint32(0);
    if (size === 0 && OPEN.has(type)) return {};
    isBroken = size < 8 || !/^[ -~\xa9]{4}$/.test(type);
    if (isBroken) break;
    if (type === "moof") fragments++;
    if (type === "mdat") hasSound = true;
    if (type === "mfra" || type === "sidx") isTold = true;
    at += size;
  }
  if (fragments === 0) return { end: at, mark: "ftyp" };
  if (isBroken) {
    const lost = await fragmentsBehind(source, at);
    const fault = `is damaged at byte ${at}, behind ${fragments} fragments, where a box is expected: ` +
      `the ${source.size - at} bytes from there on, with ${lost} more fragments, were not read`;
    return { end: at, fault };
  }
  const fault = !isTold && at === source.size
    ? `is in fragments (${fragments} are there) and does not say how many: whether its end is there is not known`
    : undefined;
  // Fragments of another file behind it are read on, and times that jump back are told there.
  return { end: at, ...(fault !== undefined && { fault }) };
}
