import { Annotation } from "./annotation.ts";
import { FileReading, type ReadLine, type ReadOptions } from "./file_reading.ts";
import { fieldsOf, isComment, LONGEST_SEC, parseDuration, parseTime } from "./field_lines.ts";
import { Segment } from "./segment.ts";
import { readUtf8 } from "./text_files.ts";
import { Timeline } from "./timeline.ts";
import { quotable } from "./timeline_file_error.ts";
import { TurnList } from "./turn_columns.ts";

/** What an RTTM says of one channel of a recording. */
export interface RttmChannel {
  /** Who speaks when. */
  readonly annotation: Annotation;
  /** NOSCORE: parts that are not evaluated. */
  readonly noScore: Timeline;
  /** NON-LEX of the kinds that NIST does not score: laugh, breath, lipsmack, cough, sneeze, other. */
  readonly nonLexical: Timeline;
  /** LEXEME: words. */
  readonly lexemes: Timeline;
  /** Lines of the parts that NIST does not score. */
  readonly noScoreLines: number;
}

/** What an RTTM says of one recording. */
export interface RttmRecording {
  /** Its channels by name (in lower case, as NIST compares them), in order of appearance. */
  readonly channels: ReadonlyMap<string, RttmChannel>;
  /** All of them as one. */
  readonly joined: RttmChannel;
}

/** The object types of NIST's RTTM other than SPEAKER. */
const OTHER_TYPES = new Set([
  ...["SPKR-INFO", "LEXEME", "NON-LEX", "NON-SPEECH", "NOSCORE", "NO_RT_METADATA", "SEGMENT"],
  ...["FILLER", "EDIT", "IP", "SU", "CB", "A/P", "SPEAKER-INFO"],
]);
/** Subtypes of NON-LEX that md-eval-22 does not score. */
const NOT_SCORED = new Set(["laugh", "breath", "lipsmack", "cough", "sneeze", "other"]);

/**
 * All that an RTTM holds for scoring, by recording, in order of appearance: turns, and the parts that NIST does not score.
 * `parseRttm` tells what a line is; it gives the turns alone.
 *
 * @throws {TimelineFileError} The first line that cannot be read, where nobody takes faults.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseRttmContents } from "#lib/timeline/rttm_contents.ts";
 *
 * const text = "SPEAKER talk A 0 9 <NA> <NA> ann <NA>\nSPEAKER talk B 2 3 <NA> <NA> bob <NA>\n" +
 *   "NOSCORE talk A 4 1 <NA> <NA> <NA> <NA>\n";
 * const { channels, joined } = parseRttmContents(text).get("talk")!;
 * assert.deepEqual([...channels.keys()], ["a", "b"]);
 * assert.deepEqual(joined.annotation.labels(), ["ann", "bob"]);
 * assert.equal(channels.get("a")!.noScore.duration(), 1);
 * ```
 */
export function parseRttmContents(text: string, options: ReadOptions = {}): Map<string, RttmRecording> {
  const scan = new Scan(text, new FileReading(options));
  scan.run();
  return new Map([...scan.recordings].map(([uri, channels]) => [uri, recordingOf(uri, channels)]));
}

/**
 * All that an RTTM file holds for scoring; see {@link parseRttmContents}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readRttmContents } from "#lib/timeline/rttm_contents.ts";
 *
 * await rejects(readRttmContents("no such file.rttm"), { code: "ENOENT" });
 * ```
 */
export async function readRttmContents(
  path: string,
  options: Omit<ReadOptions, "file"> = {},
): Promise<Map<string, RttmRecording>> {
  return parseRttmContents(await readUtf8(path), { ...options, file: path });
}

/** A channel while it is read. */
interface ChannelLines {
  readonly turns: TurnList;
  readonly noScore: Segment[];
  readonly nonLexical: Segment[];
  readonly lexemes: Segment[];
}

const emptyChannel = (): ChannelLines => ({
  turns: new TurnList(),
  noScore: [],
  nonLexical: [],
  lexemes: [],
});

function recordingOf(uri: string, channels: ReadonlyMap<string, ChannelLines>): RttmRecording {
  const finished = new Map([...channels].map(([name, lines]) => [name, channelOf(uri, lines)]));
  if (finished.size === 1) return { channels: finished, joined: [...finished.values()][0] };
  const all = emptyChannel();
  for (const { turns, noScore, nonLexical, lexemes } of channels.values()) {
    all.turns.pushAll(turns);
    for (const segment of noScore) all.noScore.push(segment);
    for (const segment of nonLexical) all.nonLexical.push(segment);
    for (const segment of lexemes) all.lexemes.push(segment);
  }
  return { channels: finished, joined: channelOf(uri, all) };
}

function channelOf(uri: string, { turns, noScore, nonLexical, lexemes }: ChannelLines): RttmChannel {
  const timeline = (segments: readonly Segment[]) => new Timeline(segments, { uri });
  return {
    annotation: Annotation.fromColumns(turns.columns(), { uri }),
    noScore: timeline(noScore),
    nonLexical: timeline(nonLexical),
    lexemes: timeline(lexemes),
    noScoreLines: noScore.length + nonLexical.length,
  };
}

/** Fields of a line that are looked at. */
const FIELDS = 11;
const SPACE = 32;
const [POINT, ZERO, NINE, LINE_FEED, RETURN] = [46, 48, 57, 10, 13];
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * Goes through the text once. A turn as tools write it, in ASCII but for its names, is read where it stands; every other
 * line is cut out and looked at field by field.
 */
class Scan {
  readonly recordings = new Map<string, Map<string, ChannelLines>>();
  readonly #text: string;
  readonly #reading: FileReading;
  /** Where the fields of the line start and end. */
  readonly #from = new Int32Array(FIELDS);
  readonly #to = new Int32Array(FIELDS);
  #fields = 0;
  #lineNumber = 0;
  /** Lines with content so far: they name the tracks. */
  #index = 0;
  #uri = "";
  #channels: Map<string, ChannelLines> | undefined;
  #channelName = "";
  #channel: ChannelLines | undefined;

  constructor(text: string, reading: FileReading) {
    this.#text = text;
    this.#reading = reading;
  }

  run(): void {
    const size = this.#text.length;
    for (let at = 0; at < size;) {
      this.#lineNumber++;
      const end = this.#cut(at);
      const ended = end >= 0 ? end : this.#endOf(at);
      if (end < 0 || (this.#fields > 0 && !this.#plainTurn())) {
        const line = this.#text.slice(at, ended);
        this.#reading.attempt(() => this.#anyLine(line));
      }
      at = ended + 1;
      if (this.#text.charCodeAt(ended) === RETURN && this.#text.charCodeAt(at) === LINE_FEED) at++;
    }
    this.#reading.end();
  }

  /** Finds the fields of the line at `at` and gives where it ends; -1 for a line that only `#anyLine` can cut. */
  #cut(at: number): number {
    const [text, from, to] = [this.#text, this.#from, this.#to];
    const size = text.length;
    let count = 0;
    let inField = false;
    let i = at;
    for (; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code <= SPACE) {
        if (code === LINE_FEED || code === RETURN) break;
        if (code === SPACE || (code >= 9 && code <= 13)) {
          if (inField) {
            to[count++] = i;
            inField = false;
          }
          continue;
        }
        if (code >= 28) return -1;
      } else if (code >= 127 && maybeSpace(code)) return -1;
      if (!inField) {
        if (count === FIELDS) return -1;
        from[count] = i;
        inField = true;
      }
    }
    if (inField) to[count++] = i;
    this.#fields = count;
    return i;
  }

  #endOf(at: number): number {
    let i = at;
    for (; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === LINE_FEED || code === RETURN) break;
    }
    return i;
  }

  /** Takes the line if it is a turn without any peculiarity. */
  #plainTurn(): boolean {
    const [text, from, to] = [this.#text, this.#from, this.#to];
    if (this.#fields !== 9 && this.#fields !== 10) return false;
    if (to[0] - from[0] !== 7 || !text.startsWith("SPEAKER", from[0])) return false;
    const start = this.#number(from[3], to[3]);
    const duration = this.#number(from[4], to[4]);
    if (!(start >= 0 && duration > 0 && start + duration <= LONGEST_SEC)) return false;
    if (to[7] - from[7] === 4 && text.startsWith("<NA>", from[7])) return false;
    // The ninth and tenth field are <NA> or a number; a comment may not be taken for one.
    for (let field = 8; field < this.#fields; field++) {
      const first = text.charCodeAt(from[field]);
      if (first === 35 || first === 59) return false;
    }
    const uri = this.#same(this.#uri, 1) ? this.#uri : text.slice(from[1], to[1]);
    const name = this.#same(this.#channelName, 2) ? this.#channelName : text.slice(from[2], to[2]);
    const { turns } = this.#channelOf(uri, name);
    if (!turns.push(start, start + duration, text.slice(from[7], to[7]), this.#index)) return false;
    this.#index++;
    return true;
  }

  #same(known: string, field: number): boolean {
    const from = this.#from[field];
    return this.#to[field] - from === known.length && this.#text.startsWith(known, from);
  }

  /** A number of digits and a point, at most 15 digits: then the quotient is the nearest double. NaN for any other. */
  #number(from: number, to: number): number {
    const text = this.#text;
    let [value, digits, point] = [0, 0, -1];
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      if (code >= ZERO && code <= NINE) {
        value = value * 10 + (code - ZERO);
        digits++;
      } else if (code === POINT && point < 0) point = digits;
      else return NaN;
    }
    if (digits === 0 || digits > 15) return NaN;
    return point < 0 ? value : value / POWERS_OF_TEN[digits - point];
  }

  #recording(uri: string): Map<string, ChannelLines> {
    if (this.#channels !== undefined && uri === this.#uri) return this.#channels;
    let channels = this.recordings.get(uri);
    if (channels === undefined) this.recordings.set(uri, channels = new Map());
    this.#uri = uri;
    this.#channel = undefined;
    return this.#channels = channels;
  }

  #channelOf(uri: string, name: string): ChannelLines {
    const channels = this.#recording(uri);
    if (this.#channel !== undefined && name === this.#channelName) return this.#channel;
    const key = name.toLowerCase();
    let channel = channels.get(key);
    if (channel === undefined) channels.set(key, channel = emptyChannel());
    this.#channelName = name;
    return this.#channel = channel;
  }

  #anyLine(line: string): void {
    const reading = this.#reading;
    let at: ReadLine = { line, lineNumber: this.#lineNumber };
    const fields = fieldsOf(line);
    if (fields.length === 0) return;
    if (isComment(fields[0])) {
      if (!fields[0].startsWith(";;")) reading.forgive("comment", at);
      return;
    }
    const index = this.#index++;
    const [, uri] = fields;
    // Where only the type is odd, the recording is meant all the same; where little is as it should be, it is any word.
    const type = fields[0].toUpperCase();
    if (OTHER_TYPES.has(type) || type === "SPEAKER" || fields.length >= 8) at = { ...at, uri };
    if (type !== "SPEAKER" && !OTHER_TYPES.has(type)) {
      const given = quotable(fields[0]);
      throw reading.fault(
        `type "${given}" is not known, it must be SPEAKER or another type of NIST's RTTM`,
        at,
      );
    }
    if (type !== fields[0]) reading.forgive("lowercase", at);
    if (uri === undefined) throw reading.fault("1 field, at least a recording must follow the type", at);
    if (type === "SPEAKER") this.#turn(fields, index, at);
    else this.#zone(type, fields, at);
  }

  #turn(fields: string[], index: number, at: ReadLine): void {
    const reading = this.#reading;
    const [, uri, channel, start, duration] = fields;
    const tail = fields.findIndex((field, i) => i >= 8 && isComment(field));
    if (tail >= 0) fields.length = tail;
    const { length } = fields;
    // More fields may mean a name with spaces, which must not be cut; unless the ninth and tenth are what they ought to be.
    const meant = length > 10 && /^(?:<NA>|[\d.]+)$/i.test(fields[8]) && /^(?:<NA>|[\d.]+)$/i.test(fields[9]);
    if (length < 8 || (length > 10 && !meant) || (length === 8 && fields[7] === "<NA>")) {
      const hint = length > 10 ? " (a recording or label cannot hold spaces)" : "";
      throw reading.fault(`${length} fields, a SPEAKER line needs 9 or 10${hint}`, at);
    }
    const from = this.#time(start, "start", at);
    const seconds = this.#time(duration, "duration", at);
    if (from + seconds > LONGEST_SEC) {
      throw reading.fault("the turn's end is beyond what a recording has", at);
    }
    if (tail >= 0) reading.forgive("tail", at);
    if (length === 8) reading.forgive("short", at);
    if (length > 10) reading.forgive("long", at);
    if (fields[7] === "<NA>") reading.forgive("unnamed", at);
    const { turns } = this.#channelOf(uri, channel);
    const cut = reading.from0(from, "before0", at);
    if (!turns.push(cut, from + seconds, fields[7], index) && from >= 0) reading.forgive("noLength", at);
  }

  /** A line of another type: its recording appears, and what NIST does not score is kept. */
  #zone(type: string, fields: readonly string[], at: ReadLine): void {
    const [, uri, channel = "<NA>", start, duration, , subtype = ""] = fields;
    this.#recording(uri);
    const scored = type === "NON-LEX" && !NOT_SCORED.has(subtype.toLowerCase());
    if (scored || !["NOSCORE", "NON-LEX", "LEXEME"].includes(type) || fields.length < 5) return;
    if (duration.toUpperCase() === "<NA>" || (type === "LEXEME" && start.toUpperCase() === "<NA>")) return;
    const from = this.#time(start, "start", at);
    const segment = new Segment(from, from + this.#time(duration, "duration", at));
    const lines = this.#channelOf(uri, channel);
    const kept = type === "NOSCORE" ? lines.noScore : type === "NON-LEX" ? lines.nonLexical : lines.lexemes;
    if (!segment.empty) kept.push(segment);
  }

  /** A time; NIST marks those that were not checked with a star. */
  #time(field: string, name: "start" | "duration", at: ReadLine): number {
    const place = { ...at, name, file: this.#reading.file, reading: this.#reading };
    const bare = field.replace("*", "");
    const seconds = name === "start" ? parseTime(bare, place) : parseDuration(bare, place);
    if (bare !== field) this.#reading.forgive("star", at);
    return seconds;
  }
}

/** Whether a character beyond ASCII may be Python's whitespace, or a byte order mark. */
function maybeSpace(code: number): boolean {
  return code === 0x85 || code === 0xa0 || code === 0x1680 || (code >= 0x2000 && code <= 0x205f) ||
    code === 0x3000 || code === 0xfeff;
}
