import { open, readFile, rm, truncate } from "node:fs/promises";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import type { WavId } from "../ids/wav_id.ts";
import type { FeatureColumns, FeatureSegment, Scalar, StoredFeature } from "./feature.ts";

/** Which columns a journal's lines have. */
export interface JournalOptions {
  readonly columns: FeatureColumns;
  readonly segments: FeatureColumns | undefined;
}

/**
 * One feature as a line of JSON, arrays left out. Numbers that JSON does not know, NaN, infinities and -0, are text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { journalLine, parseJournal } from "#lib/corpus/processors/feature_journal.ts";
 * const options = { columns: { snr_db: "float" as const }, segments: undefined };
 * const row = { wavId: "a", path: "a.wav", success: true, error: "", durationSec: 2, originalSr: 8000, audioSha256: null, dialab: "0" };
 * const feature = { ...row, scalars: { snr_db: -Infinity }, segments: [], warnings: [] };
 * const [read] = parseJournal(journalLine(feature, options), { ...options, file: "journal.jsonl" }).features;
 * assert.deepEqual(read, feature);
 * ```
 */
export function journalLine(feature: StoredFeature, { columns, segments }: JournalOptions): string {
  const { arrays: _, scalars, segments: found, ...row } = feature;
  const cells = Object.keys(columns).map((name) => encoded(scalars[name] ?? null));
  const stretches = segments &&
    found.map((one) =>
      ["onset", "offset", ...Object.keys(segments)].map((name) => encoded(one[name] ?? null))
    );
  return `${JSON.stringify({ ...row, cells, ...(stretches && { segments: stretches }) })}\n`;
}

function encoded(value: Scalar): Scalar {
  if (typeof value !== "number") return value;
  return Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : String(value);
}

/** What a journal holds. */
export interface ParsedJournalParts {
  readonly features: readonly StoredFeature[];
  /** UTF-8 bytes of its whole lines: what is behind them was cut off while it was written. */
  readonly wholeBytes: number;
}

/**
 * The features of a journal, in its order. A last line without an end is one that was being written when its process ended: it is left
 * out.
 *
 * @throws {TimelineFileError} on any other line that is no feature, with file and line.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseJournal } from "#lib/corpus/processors/feature_journal.ts";
 * const options = { columns: {}, segments: undefined, file: "journal.jsonl" };
 * assert.deepEqual(parseJournal('{"wavId": "a", "pa', options), { features: [], wholeBytes: 0 });
 * assert.throws(() => parseJournal("x\n", options), /journal.jsonl:1: it is no row of a journal/);
 * ```
 */
export function parseJournal(
  text: string,
  { columns, segments, file }: JournalOptions & { readonly file: string },
): ParsedJournalParts {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole === "" ? [] : whole.slice(0, -1).split("\n");
  const names = Object.keys(columns), inSegments = ["onset", "offset", ...Object.keys(segments ?? {})];
  const types: FeatureColumns = { onset: "float", offset: "float", ...segments };
  const features = lines.map((line, i): StoredFeature => {
    try {
      const { cells, segments: stretches = [], ...row } = JSON.parse(line);
      if (cells.length !== names.length) throw new RangeError("other columns");
      return {
        ...row,
        scalars: Object.fromEntries(names.map((name, k) => [name, decoded(cells[k], columns[name])])),
        segments: stretches.map((one: Scalar[]) =>
          Object.fromEntries(
            inSegments.map((name, k) => [name, decoded(one[k], types[name])]),
          ) as FeatureSegment
        ),
      };
    } catch {
      throw new TimelineFileError({ file, fault: "it is no row of a journal", line, lineNumber: i + 1 });
    }
  });
  return { features, wholeBytes: new TextEncoder().encode(whole).length };
}

function decoded(value: Scalar, type: string): Scalar {
  return type === "float" && typeof value === "string" ? Number(value) : value;
}

/**
 * Features that were saved since tables were last written: each is a line at the end of a file, which is on the disk when `append`
 * resolves. Whoever is killed loses the line being written, and nothing before it.
 */
export class FeatureJournal {
  readonly #file: string;
  readonly #options: JournalOptions;
  #isMended = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, options: JournalOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** What it holds; nothing where it is not there. */
  async read(): Promise<readonly StoredFeature[]> {
    return (await this.#parsed()).features;
  }

  /** Recordings that it has a line of, of whatever columns. */
  async wavIds(): Promise<readonly WavId[]> {
    const text = await this.#text();
    return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").slice(0, -1).flatMap((line) => {
      try {
        const { wavId } = JSON.parse(line);
        return typeof wavId === "string" ? [wavId] : [];
      } catch {
        return [];
      }
    });
  }

  async #parsed(): Promise<ParsedJournalParts> {
    return parseJournal(await this.#text(), { ...this.#options, file: this.#file });
  }

  #text(): Promise<string> {
    return readFile(this.#file, "utf8").catch((error) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
  }

  /** Adds a feature, behind those that are being added. */
  append(feature: StoredFeature): Promise<void> {
    const written = this.#last.then(() => this.#append(feature));
    this.#last = written.catch(() => {});
    return written;
  }

  async #append(feature: StoredFeature): Promise<void> {
    if (!this.#isMended) {
      const { wholeBytes, features } = await this.#parsed();
      if (features.length > 0 || wholeBytes === 0) {
        await truncate(this.#file, wholeBytes).catch((error) => {
          if (error.code !== "ENOENT") throw error;
        });
      }
      this.#isMended = true;
    }
    const handle = await open(this.#file, "a");
    try {
      await handle.writeFile(journalLine(feature, this.#options));
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /** Ends it: what it held is in the tables. */
  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
