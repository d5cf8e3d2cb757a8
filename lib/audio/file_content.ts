import { contentStart } from "./content_start.ts";
import { type DetectedFormat, detectFormat, DETECTION_BYTES } from "./detect_format.ts";
import { fileFrom } from "./file_from.ts";
import type { OpenFile } from "./open_file.ts";

/** What a file is, behind tags and padding. */
export interface FileContent {
  /** Its bytes from where the format starts; all of them where it is unknown. */
  readonly source: OpenFile;
  /** Undefined where it is of no format that is known. */
  readonly format: DetectedFormat | "text" | undefined;
  /** Whether an ID3v2 tag stands in front. */
  readonly isTagged: boolean;
  /** The first bytes from where the format starts, or, where it is unknown, behind tags. */
  readonly head: Uint8Array;
}

/** Zeros that content itself may begin with: a size of four bytes, or MPEG's start code. */
const OWN_ZEROS = [0, 1, 2, 3];

/**
 * Tells what an open file is by its content: what stands behind ID3v2 tags, and behind zeros.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fileContent } from "#lib/audio/file_content.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.mp3");
 * const { format, isTagged } = await fileContent(file);
 * await file.close();
 * assert.deepEqual([format, isTagged], [{ decoder: "mp3", name: "MP3" }, false]);
 * ```
 */
export async function fileContent(whole: OpenFile): Promise<FileContent> {
  const { start, behindZeros } = await contentStart(whole);
  const isTagged = start > 0;
  const zeros = behindZeros - start;
  const starts = [start, ...OWN_ZEROS.filter((own) => own < zeros).map((own) => behindZeros - own)];
  const heads: Uint8Array[] = [];
  for (const from of starts) {
    const source = fileFrom(whole, from);
    const head = await source.read(new Uint8Array(DETECTION_BYTES), 0);
    const format = detectFormat(head);
    if (format !== undefined) return { source, format, isTagged, head };
    heads.push(head);
  }
  return { source: whole, format: undefined, isTagged, head: heads[0] };
}
