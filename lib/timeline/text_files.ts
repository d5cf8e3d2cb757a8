import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { writeBeside } from "#lib/arrays/write_beside.ts";
import { TimelineFileError } from "./timeline_file_error.ts";

/** Names the file in error messages. */
export interface TextFileOptions {
  /** Path or name of the file in error messages. Default: "<text>". */
  file?: string;
}

/**
 * Text from UTF-8 bytes, without a byte order mark. Bytes that are not UTF-8 are a {@link TimelineFileError}
 * that names the line.
 *
 * @example
 * ```ts
 * import { strictEqual, throws } from "node:assert";
 * import { decodeUtf8 } from "#lib/timeline/text_files.ts";
 *
 * strictEqual(decodeUtf8(new TextEncoder().encode("MÉO069")), "MÉO069");
 * throws(() => decodeUtf8(Uint8Array.of(0x61, 0x0a, 0xc9), { file: "a.rttm" }), /a.rttm:2: byte 0xc9 .* UTF-8/);
 * ```
 */
export function decodeUtf8(bytes: Uint8Array, options: TextFileOptions = {}): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch {
    throw invalidUtf8(bytes, options.file ?? "<text>");
  }
}

/** Windows' "Unicode", as its editor and PowerShell's `>` write it. */
function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** The first line that cannot be decoded. A line feed is never part of another character in UTF-8. */
function invalidUtf8(bytes: Uint8Array, file: string): TimelineFileError {
  if (isUtf16(bytes)) return new TimelineFileError({ file, fault: "it is UTF-16, save the file as UTF-8" });
  const strict = new TextDecoder("utf-8", { fatal: true });
  let lineNumber = 1;
  for (let start = 0; start <= bytes.length; lineNumber++) {
    const feed = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, feed < 0 ? bytes.length : feed);
    try {
      strict.decode(line);
    } catch {
      const byte = line[firstInvalid(line)].toString(16).padStart(2, "0");
      const fault = `byte 0x${byte} is not UTF-8, save the file as UTF-8`;
      return new TimelineFileError({
        file,
        fault,
        line: new TextDecoder().decode(line).replace(/\r$/, ""),
        lineNumber,
      });
    }
    start += line.length + 1;
  }
  return new TimelineFileError({ file, fault: "its bytes are not UTF-8, save the file as UTF-8" });
}

/** Where the first replacement character stands that the line itself does not hold. */
function firstInvalid(line: Uint8Array): number {
  let at = 0;
  for (const character of new TextDecoder("utf-8", { ignoreBOM: true }).decode(line)) {
    const held = line[at] === 0xef && line[at + 1] === 0xbf && line[at + 2] === 0xbd;
    if (character === "\ufffd" && !held) break;
    at += Buffer.byteLength(character);
  }
  return at;
}

/**
 * The text of a UTF-8 file; see {@link decodeUtf8}.
 *
 * @throws {TimelineFileError} Bytes that are not UTF-8, with the file and the line.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be read.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readUtf8 } from "#lib/timeline/text_files.ts";
 *
 * await rejects(readUtf8("no such file.rttm"), { code: "ENOENT" });
 * ```
 */
export async function readUtf8(path: string): Promise<string> {
  return decodeUtf8(await readFile(path), { file: path });
}

/**
 * Writes text as UTF-8, whole or not at all; see `writeBeside` in lib/arrays.
 *
 * @throws {Error} The system's own error, with its `code`, where the file cannot be written.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWhole } from "#lib/timeline/text_files.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeWhole(join(folder, "a.txt"), "MÉO069");
 * const text = await readFile(join(folder, "a.txt"), "utf8");
 * await rm(folder, { recursive: true });
 * assert.equal(text, "MÉO069");
 * ```
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeBeside(path, (handle) => handle.writeFile(text));
}
