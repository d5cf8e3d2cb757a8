/** References of recordings, at hand while they are diarized. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { FileScore, Scores } from "#lib/metrics/score_file.ts";
import { aggregate } from "#lib/metrics/aggregate.ts";
import type { ReferencePage } from "#lib/report/reference_section.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import { parseRttmContents } from "#lib/timeline/rttm_contents.ts";
import { quotable } from "#lib/timeline/timeline_file_error.ts";
import { ownResults } from "../score/own_results.ts";
import type { ReadRecordings } from "../score/read_recordings.ts";
import { scoresAsText } from "../score/as_text.ts";
import { referenceKey } from "./reference_key.ts";
import { readSide, readUems, type ScoreSettings, scoreSides, type Sides } from "../score/score_recordings.ts";

/** How one recording did. */
export interface RecordingScore {
  /** One for the recording, or one for each of its channels; none where there is no reference. */
  readonly files: readonly FileScore[];
  readonly warnings: readonly string[];
  /** Why it is not scored. */
  readonly faults: readonly string[];
  /** For its page. */
  readonly page?: ReferencePage;
}

/** References and how results are scored against them: as `score` does, of the same turns to the same figures. */
export class References {
  readonly settings: ScoreSettings;
  /** What was odd about the files. */
  readonly warnings: readonly string[];
  /** What of them cannot be read. */
  readonly faults: readonly string[];
  /** What was read: nothing may be written over it. */
  readonly files: readonly string[];
  readonly #sides: Omit<Sides, "hypotheses">;
  readonly #isOnly: boolean;
  /** Of the files that were read. */
  readonly #content: string;

  private constructor(
    settings: ScoreSettings,
    sides: Omit<Sides, "hypotheses">,
    told: {
      readonly warnings: readonly string[];
      readonly isOnly: boolean;
      readonly files: readonly string[];
      readonly content: string;
    },
  ) {
    this.settings = settings;
    this.warnings = told.warnings;
    this.faults = [...sides.references.faults, ...sides.uems?.faults ?? []];
    this.files = told.files;
    this.#sides = sides;
    this.#content = told.content;
    this.#isOnly = told.isOnly && sides.references.recordings.size === 1;
  }

  /**
   * Reads them.
   *
   * @param settings `reference` and `uem`: files or folders.
   * @param count How many recordings are diarized: one alone is scored against one alone, whatever their names.
   * @throws {MissingError} A file is not there.
   */
  static async open(settings: Omit<ScoreSettings, "hypothesis">, count: number): Promise<References> {
    const warnings: string[] = [];
    const reading = { strict: settings.strict, warn: (warning: string) => void warnings.push(warning) };
    const references = await readSide(settings.reference, reading);
    const uems = settings.uem === undefined ? undefined : await readUems(settings.uem, reading);
    const files = [...references.files, ...uems?.files ?? []];
    return new References({ ...settings, hypothesis: "the result" }, { references, uems }, {
      warnings: [...warnings, ...await ownResults(references.files)],
      isOnly: count === 1,
      files,
      content: await contentSum(files),
    });
  }

  /** Why no recording at all can be scored, whatever it is called; undefined where one can. */
  get emptiness(): string | undefined {
    const { recordings, bad, unread } = this.#sides.references;
    if (recordings.size > 0) return undefined;
    const { reference } = this.settings;
    const why = bad.length + unread.length === 0
      ? `${reference} has no turn in it`
      : bad.length === 0
      ? `no file of ${reference} can be read`
      : `no line of ${reference} can be read`;
    return `Nothing can be scored: ${why}. Give another --reference, or leave it out.`;
  }

  /** Tells references and rules from others: a page with another of them is another page. */
  get key(): string {
    const { hypothesis: _, ...settings } = this.settings;
    return referenceKey({ ...settings, content: this.#content });
  }

  /**
   * Scores one recording.
   *
   * @param rttm Its turns as they are written, so that they are scored as a file of them would be.
   * @param durationSec How long it is, where that is known: a reference that goes on behind its end is told.
   */
  score(uri: string, rttm: string, durationSec = Infinity): RecordingScore {
    const { references, uems } = this.#sides;
    const own = references.recordings.has(uri) || references.bad.some((fault) => fault.uri === uri)
      ? uri
      : this.#isOnly
      ? [...references.recordings.keys()][0]
      : undefined;
    if (own === undefined) {
      const warning = `Recording ${
        quotable(uri)
      } has no reference in ${this.settings.reference}; it is not scored.`;
      return { files: [], warnings: [warning], faults: [] };
    }
    const claimed = parseRttmContents(rttm, { warn: () => {} });
    const { files, faults, warnings, pairs } = scoreSides({
      references: ofOne(references, own),
      hypotheses: alone(claimed),
      uems: uems && ofOne(uems, own),
    }, this.settings);
    const [pair, ...more] = pairs;
    // With a UEM, what it leaves in.
    const end = Math.min(pair?.reference.extent().end ?? 0, pair?.options.uem?.extent().end ?? Infinity);
    const behind = end > durationSec + MOST_BEHIND_SEC
      ? [
        `The reference of ${quotable(own)} ends at ${clockTime(end)}${
          pair?.options.uem === undefined ? "" : " in its UEM"
        }, the recording at ${
          clockTime(durationSec)
        }: what lies behind counts as missed. Is it the whole recording? ` +
        "--uem says what is scored.",
      ]
      : [];
    return {
      files,
      faults,
      warnings: [...warnings, ...behind],
      ...(pair !== undefined && more.length === 0 && {
        page: {
          reference: pair.reference,
          hypothesis: pair.hypothesis,
          scores: files[0],
          scoring: pair.options,
        },
      }),
    };
  }

  /** All of them, in the references' order: sums are then those of `score`. */
  inAll(scores: readonly (readonly FileScore[])[]): { files: readonly FileScore[]; overall: Scores } {
    const order = [...this.#sides.references.recordings.keys()];
    const place = ({ uri }: FileScore) =>
      order.findIndex((name) => uri === name || uri.startsWith(`${name}:`));
    const files = scores.flat().sort((a, b) => place(a) - place(b));
    return { files, overall: aggregate(files) };
  }

  /** The table, and how many speakers were found. */
  asText({ files, overall }: { readonly files: readonly FileScore[]; readonly overall: Scores }): string {
    if (files.length === 0) return "Nothing is scored."; // each recording has said why
    const counts = files.filter(isScored).map(({ uri, jaccard }) => ({ uri, ...jaccard }));
    const wrong = counts.filter(({ speakers, hypothesisSpeakers }) => speakers !== hypothesisSpeakers);
    const right = counts.length - wrong.length;
    return [
      scoresAsText({ files, overall }, this.settings),
      `as many speakers as in the reference: ${right} of ${counts.length}` +
      wrong.slice(0, MOST_NAMED).map(({ uri, speakers, hypothesisSpeakers }) =>
        `\n  ${quotable(uri)}: ${hypothesisSpeakers} found, ${speakers} in the reference`
      ).join("") +
      (wrong.length > MOST_NAMED ? `\n  and ${wrong.length - MOST_NAMED} more` : ""),
    ].join("\n");
  }
}

/** Whether there is anything that a score was divided by. */
export function isScored({ diarization }: FileScore): boolean {
  return diarization.total > 0;
}

/** A short sum of files, one behind the other. */
async function contentSum(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file)).update("\0");
  return hash.digest("hex").slice(0, 12);
}

const MOST_NAMED = 20;
/** References are often rounded up. */
const MOST_BEHIND_SEC = 0.5;

/** One recording of many; lines that cannot be read stay where they may be about it. */
function ofOne<Value>(all: ReadRecordings<Value>, uri: string): ReadRecordings<Value> {
  const { recordings, bad } = all;
  const value = recordings.get(uri);
  return {
    ...all,
    recordings: new Map(value === undefined ? [] : [[uri, value]]),
    bad: bad.filter((fault) => fault.uri === uri || fault.uri === undefined || !recordings.has(fault.uri)),
    faults: [],
  };
}

function alone<Value>(recordings: ReadonlyMap<string, Value>): ReadRecordings<Value> {
  return {
    recordings,
    files: [],
    origin: new Map(),
    unsure: new Set(),
    unread: [],
    bad: [],
    faults: [],
  };
}
