import { decodeUtf8, type TextFileOptions } from "./text_files.ts";
import { TimelineFileError } from "./timeline_file_error.ts";

/** Encodings of a Praat text file besides UTF-8 and UTF-16. */
export type PraatEncoding = "latin-1" | "macroman";

/** How a Praat text file is decoded. */
export interface PraatTextOptions extends TextFileOptions {
  /** What bytes are that are not UTF-8. Default: as the bytes look, with a warning. */
  readonly encoding?: PraatEncoding;
  /** Hears which encoding was taken. */
  readonly warn: (sentence: string) => void;
}

const NAMES = { "latin-1": "Latin-1", macroman: "MacRoman" } as const;

/**
 * The text in a Praat file's bytes: UTF-16 with its byte order mark, which Praat writes by itself as soon as a text is not ASCII;
 * UTF-8; else Latin-1 or MacRoman, as Praat reads older corpora. Of the latter two, bytes from 0x80 to 0x9F tell: they are
 * letters in MacRoman, and control characters in Latin-1.
 *
 * @throws {TimelineFileError} A binary file of Praat's, or bytes of no text.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual, throws } from "node:assert";
 * import { praatText } from "#lib/timeline/praat_text.ts";
 *
 * const heard: string[] = [];
 * const warn = (sentence: string) => heard.push(sentence);
 * strictEqual(praatText(Uint8Array.of(0x63, 0x61, 0x66, 0xe9), { warn }), "café");
 * strictEqual(praatText(Uint8Array.of(0x63, 0x61, 0x66, 0x8e), { warn }), "café");
 * deepStrictEqual(heard.map((sentence) => /as (\S+),/.exec(sentence)?.[1]), ["Latin-1", "MacRoman"]);
 * throws(() => praatText(new TextEncoder().encode("ooBinaryFile\bTextGrid"), { warn }), /a binary TextGrid, save it as/);
 * ```
 */
export function praatText(bytes: Uint8Array, options: PraatTextOptions): string {
  const { file = "<text>", encoding, warn } = options;
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 64));
  if (head.startsWith("ooBinaryFile")) {
    const [, name = "file"] = /^ooBinaryFile[^A-Za-z]*([A-Za-z]+)/.exec(head) ?? [];
    throw new TimelineFileError({ file, fault: `a binary ${name}, save it as a text file` });
  }
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  try {
    const text = decodeUtf8(bytes, { file });
    if (text.includes("\0")) {
      throw new TimelineFileError({ file, fault: "it holds zero bytes, which no text does" });
    }
    return text;
  } catch (error) {
    if (bytes.includes(0)) throw error;
    const taken = encoding ?? (bytes.some((byte) => byte >= 0x80 && byte <= 0x9f) ? "macroman" : "latin-1");
    if (encoding === undefined) {
      const other = taken === "macroman" ? "latin-1" : "macroman";
      warn(
        `its bytes are not UTF-8 and are read as ${
          NAMES[taken]
        }, by their values; encoding: "${other}" if they are not.`,
      );
    }
    return taken === "macroman" ? new TextDecoder("macintosh").decode(bytes) : latin1(bytes);
  }
}

/** UTF-16 by its byte order mark, or by the zero bytes of ASCII letters. */
function wideEncoding(bytes: Uint8Array): "utf-16be" | "utf-16le" | undefined {
  const [a, b] = bytes;
  if ((a === 0xfe && b === 0xff) || (a === 0 && b > 0)) return "utf-16be";
  if ((a === 0xff && b === 0xfe) || (a > 0 && b === 0)) return "utf-16le";
  return undefined;
}

/** Bytes as the characters of the same number; the decoder of that name is Windows-1252. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x4000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x4000));
  }
  return text;
}
