import type { CodedRun } from "./coded_stream.ts";
import { lateOrigin } from "./late_origin.ts";
import { type OggPage, oggPages } from "./ogg_pages.ts";
import { type OggHeaders, oggHeaders, type OggStream } from "./ogg_streams.ts";
import type { OpenFile } from "./open_file.ts";

/** What granule positions may be off by where nothing is lost, in samples: less than a packet. Muxers round. */
const TOLERANCE = 5760;

/** Seconds at which a file's clock may begin without a word: a first page may have lost its packets' beginning. */
const LATE_SEC = 0.2;

/** The end of a file that is searched for its last page. */
const TAIL_BYTES = 1 << 18;

/** Places before that where a page is looked at: files that were joined may have one number. */
const PLACES = 6;

/** Where pages are looked at, in order; the last place's are looked at up to the end. */
function places(size: number): readonly number[] {
  const tail = Math.max(1, size - TAIL_BYTES);
  const before = Array.from({ length: PLACES }, (_, i) => Math.floor(size * (i + 1) / (PLACES + 1)));
  return [...before.filter((place) => place < tail), tail];
}

/** One stream of a file, page by page. */
class Link {
  readonly serial: number;
  readonly headers: OggHeaders;
  opened: OggStream | undefined;
  isReady = false;
  hasSound = false;
  isLast = false;
  #sequence: number;
  #partial: Uint8Array[] = [];
  /** Whether a page or a packet was lost since the last position. */
  #hasHole = false;
  /** Granule position of position 0; undefined before the first sound. */
  #origin: number | undefined;
  #next = 0;
  /** Packets whose page told no position. */
  #waiting: { packet: Uint8Array; frames: number }[] = [];

  constructor(page: OggPage, headers: OggHeaders) {
    this.serial = page.serial;
    this.headers = headers;
    this.#sequence = page.sequence + 1;
  }

  get origin(): number | undefined {
    return this.#origin;
  }

  /** The packets that end in a page. */
  #packets(page: OggPage): Uint8Array[] {
    const packets: Uint8Array[] = [];
    if (page.sequence !== this.#sequence) {
      this.#hasHole = true;
      this.#partial = [];
    }
    this.#sequence = (page.sequence + 1) >>> 0;
    const hasStart = this.#partial.length > 0;
    if (hasStart !== page.isContinued) this.#hasHole = true;
    if (!page.isContinued) this.#partial = [];
    page.parts.forEach((part, i) => {
      const isRest = i === 0 && page.isContinued;
      const isOpen = i === page.parts.length - 1 && page.isOpen;
      if (isRest && !hasStart) return;
      if (isOpen) {
        this.#partial.push(part);
      } else if (isRest) {
        packets.push(joined([...this.#partial, part]));
        this.#partial = [];
      } else packets.push(part);
    });
    return packets;
  }

  *runs(page: OggPage): Generator<CodedRun> {
    const packets = this.#packets(page);
    while (!this.isReady && packets.length > 0) {
      this.isReady = this.headers.take(packets.shift()!);
      if (this.isReady) this.opened = this.headers.stream();
    }
    if (!this.opened) return;
    const { count } = this.opened;
    this.#waiting.push(...packets.map((packet) => ({ packet, frames: count(packet) })));
    if (page.isCut) {
      // Only where it begins is known, if nothing is lost before it.
      if (!this.#hasHole) yield* this.#placed(this.#next, Infinity);
      return;
    }
    this.isLast ||= page.isLast;
    if (page.granule === undefined || this.#waiting.length === 0) return;
    const total = this.#waiting.reduce((sum, { frames }) => sum + frames, 0);
    const at = this.#begin(page.granule, { total, isLast: page.isLast, isFirst: !this.hasSound });
    yield* this.#placed(at, page.isLast ? page.granule - this.#origin! : Infinity);
    this.#hasHole = false;
  }

  /** The packets that wait, from a position on; samples from `end` on are padding. */
  *#placed(start: number, end: number): Generator<CodedRun> {
    const { stream } = this.opened!;
    const ready = this.#waiting;
    this.#waiting = [];
    this.hasSound = true;
    let at = start;
    for (const { packet, frames } of ready) {
      const heard = Math.max(0, Math.min(frames, end - at));
      if (heard > 0 || frames === 0) yield { stream, packets: [packet], start: at, frames: heard };
      at += frames;
    }
    this.#next = Math.max(this.#next, Math.min(at, end));
  }

  /** Where the samples of a page start that ends at a granule position. */
  #begin(granule: number, options: { total: number; isLast: boolean; isFirst: boolean }): number {
    const { total, isLast, isFirst } = options;
    if (isFirst) {
      // A recording of a broadcast begins at the broadcast's time; Vorbis may begin inside a block.
      const start = granule - total;
      const isCodecOfPages = this.headers.codec === "vorbis";
      this.#origin = this.#hasHole || isLast ? 0 : Math.max(0, start);
      if (this.#hasHole) return Math.max(0, start);
      return isLast || !isCodecOfPages ? 0 : Math.min(0, start);
    }
    const start = granule - this.#origin! - total;
    // A page that came before gives nothing new.
    if (this.#hasHole) return start;
    // The last page's position says where the padding begins, not where the page does.
    if (isLast && start <= this.#next) return this.#next;
    if (start > this.#next + TOLERANCE) return start;
    this.#origin = granule - total - this.#next;
    return this.#next;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Every packet with the stream that it is of; those of streams that are not read are left out. */
async function* linkedRuns(
  source: Omit<OpenFile, "close">,
  warn: (fault: string) => void,
): AsyncGenerator<{ link: Link; run: CodedRun }> {
  let link: Link | undefined;
  let besides = 0;
  let isBegun = false;
  for await (const page of oggPages(source)) {
    if (page.isFirst && page.parts.length > 0) {
      const headers = oggHeaders(page.parts[0]);
      if (headers && (link === undefined || link.hasSound || link.isLast)) {
        link = new Link(page, headers);
        continue;
      }
      if (headers && link?.serial !== page.serial) besides++;
    }
    if (!link || page.serial !== link.serial) continue;
    for (const run of link.runs(page)) {
      const originSec = (link.origin ?? 0) / run.stream.sampleRate;
      if (!isBegun && originSec > LATE_SEC) warn(lateOrigin(originSec));
      isBegun = true;
      yield { link, run };
    }
  }
  if (besides > 0) warn(`holds ${besides + 1} streams of sound side by side; the first is read`);
  if (link?.hasSound && !link.isLast) {
    warn("ends without a last page: it is cut short, or was never finished");
  }
}

/**
 * The packets of an open Ogg file of Opus, Vorbis or FLAC, each with its position by the pages' granule positions:
 * pages that were lost leave a hole of their length. Streams one after the other (chained) follow each other; of
 * streams side by side the first that can be decoded is taken.
 *
 * @param warn Takes faults in words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oggRuns } from "#lib/audio/ogg_runs.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.opus");
 * let frames = 0;
 * for await (const run of oggRuns(file, () => {})) frames += run.frames ?? 0;
 * assert.equal(frames, 19512);
 * await file.close();
 * ```
 */
export async function* oggRuns(
  source: Omit<OpenFile, "close">,
  warn: (fault: string) => void,
): AsyncGenerator<CodedRun> {
  for await (const { run } of linkedRuns(source, warn)) yield run;
}

/**
 * How many samples per channel an Ogg file of one stream says that it has: by its first and its last page.
 *
 * @returns Undefined where it is of several streams, or its last page is missing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oggFrames } from "#lib/audio/ogg_runs.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.opus");
 * assert.equal(await oggFrames(file), 19200);
 * await file.close();
 * ```
 */
export async function oggFrames(source: Omit<OpenFile, "close">): Promise<number | undefined> {
  let last: OggPage | undefined;
  for await (const { link, run } of linkedRuns(source, () => {})) {
    let before = 0;
    for (const from of places(source.size)) {
      for await (const page of oggPages(source, from)) {
        // Of files that were joined each begins its count again.
        if (page.serial !== link.serial || page.isFirst) return undefined;
        if ((page.granule ?? before) < before) return undefined;
        before = page.granule ?? before;
        last = page;
        if (from < source.size - TAIL_BYTES && page.granule !== undefined) break;
      }
    }
    if (last?.granule === undefined || !last.isLast) return undefined;
    return Math.max(0, last.granule - link.origin! - (run.stream.skip ?? 0)) || undefined;
  }
  return undefined;
}
