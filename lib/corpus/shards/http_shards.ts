import type { IndexedShard, ShardIndex } from "./shard_index.ts";
import { ShardError } from "./shard_error.ts";
import type { OpenShard } from "./shard_reader.ts";

/** Options of {@linkcode httpShards}. */
export interface HttpShardsOptions {
  /** Where the index's paths begin, with `http://` or `https://`: `https://data.example.org/talks/`. */
  readonly baseUrl: string;
  /** The hosts that may be asked, with the port where it is not the usual one: `["data.example.org", "127.0.0.1:8123"]`. No other is, also not by a redirect. */
  readonly hosts: readonly string[];
  /** Sent with each request: an authorization. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How often a request is tried again that failed on the way, or that the host could not answer now. Default 4. */
  readonly retries?: number;
  /** Milliseconds before the first time that it is tried again; each time they are doubled. Default 250. */
  readonly backoffMs?: number;
  /** Milliseconds that one try may take. Default 60 000. */
  readonly timeoutMs?: number;
}

/** Redirects that are followed, each to a host that was named. */
const MOST_REDIRECTS = 5;
/** The longest that a host may have us wait. */
const MOST_WAIT_MS = 30_000;
/** The host is there and cannot answer now. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A fault that may be gone the next time. */
class Passing extends Error {
  readonly waitMs: number | undefined;

  constructor(message: string, options: { waitMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.waitMs = options.waitMs;
  }
}

/** What was seen of a shard's file when it was first read: while a shard is open, it must stay so. */
interface Seen {
  readonly mark: string | null;
}

/**
 * An opener for `openShards`: shards that lie on a web server, read by ranges. Each answer must be a part (206) of a file that is as
 * long as the index says and has not changed since the first answer (by ETag, else Last-Modified). What fails on the way is tried again;
 * what is wrong for good is a `ShardError` that names the URL.
 *
 * @throws {RangeError} The base is no URL of http or https, its host was not named, or a number is out of its range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { httpShards } from "#lib/corpus/shards/http_shards.ts";
 *
 * const open = httpShards({ baseUrl: "https://data.example.org/talks/", hosts: ["data.example.org"] });
 * assert.equal(typeof open, "function"); // openShards(index, { open })
 * assert.throws(
 *   () => httpShards({ baseUrl: "https://other.example.org/", hosts: ["data.example.org"] }),
 *   /other.example.org is none of the hosts that may be asked: data.example.org/,
 * );
 * ```
 */
export function httpShards(
  options: HttpShardsOptions,
): (shard: IndexedShard, index: ShardIndex) => Promise<OpenShard> {
  const { baseUrl, hosts, retries = 4, backoffMs = 250, timeoutMs = 60_000 } = options;
  for (
    const [name, value, least] of [["retries", retries, 0], ["backoffMs", backoffMs, 0], [
      "timeoutMs",
      timeoutMs,
      1,
    ]] as const
  ) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${name} is a whole number from ${least}, not ${value}.`);
    }
  }
  if (!URL.canParse(baseUrl)) {
    throw new RangeError(`${JSON.stringify(baseUrl)} is no URL; https://HOST/PATH/ is one.`);
  }
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  const fault = hostFault(base, hosts);
  if (fault !== undefined) throw new RangeError(`${fault}.`);
  return (shard) => {
    const url = new URL(shard.file.split("/").map(encodeURIComponent).join("/"), base);
    const refusal = hostFault(url, hosts);
    if (refusal !== undefined) return Promise.reject(new ShardError(refusal, { file: url.href }));
    let seen: Seen | undefined;
    return Promise.resolve({
      async read(offset, length, { signal } = {}) {
        // A range of nothing cannot be asked for.
        if (length === 0 || offset >= shard.bytes) return new Uint8Array(0);
        const last = Math.min(offset + length, shard.bytes) - 1;
        const part = await persistently(
          (limit) => readRange(url, { ...options, shard, offset, last, seen, signal: limit }),
          { url, retries, backoffMs, timeoutMs, signal },
        );
        seen ??= { mark: part.mark };
        return part.bytes;
      },
      close: () => Promise.resolve(),
    });
  };
}

/** Why a URL may not be asked; undefined where it may. */
function hostFault({ protocol, host }: URL, hosts: readonly string[]): string | undefined {
  if (protocol !== "http:" && protocol !== "https:") return `${protocol} is not read; http: and https: are`;
  if (hosts.includes(host)) return undefined;
  return `${host} is none of the hosts that may be asked: ${hosts.join(", ") || "none"}`;
}

/** Tries until it is done, or until it has failed too often. */
async function persistently<Result>(
  attempt: (signal: AbortSignal) => Promise<Result>,
  options: {
    readonly url: URL;
    readonly retries: number;
    readonly backoffMs: number;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<Result> {
  const { url, retries, backoffMs, timeoutMs, signal } = options;
  for (let tried = 0;; tried++) {
    signal?.throwIfAborted();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Passing(`did not answer in ${timeoutMs} ms`)), timeoutMs);
    try {
      return await attempt(signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]));
    } catch (error) {
      signal?.throwIfAborted();
      const passing = limit.signal.aborted ? limit.signal.reason : error;
      if (!(passing instanceof Passing)) throw error;
      if (tried === retries) {
        const times = tried === 0 ? "" : `, ${tried + 1} times`;
        throw new ShardError(`${passing.message}${times}`, {
          file: url.href,
          cause: passing.cause ?? passing,
        });
      }
      await waited(Math.min(MOST_WAIT_MS, passing.waitMs ?? backoffMs * 2 ** tried), signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

function waited(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

interface RangeRequest extends Pick<HttpShardsOptions, "hosts" | "headers"> {
  readonly shard: IndexedShard;
  readonly offset: number;
  /** The last byte. */
  readonly last: number;
  readonly seen: Seen | undefined;
  readonly signal: AbortSignal;
}

async function readRange(
  url: URL,
  request: RangeRequest,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mark: string | null }> {
  const { shard, offset, last, seen } = request;
  const response = await answered(url, request);
  const refuse = async (fault: string): Promise<never> => {
    await response.body?.cancel();
    throw new ShardError(fault, { file: url.href });
  };
  const { status, headers } = response;
  if (LATER.has(status)) {
    await response.body?.cancel();
    throw new Passing(`answered ${status}`, { waitMs: retryAfterMs(headers) });
  }
  if (status === 200) {
    await refuse("answered with the whole file (200); a host that knows ranges is needed (206)");
  }
  const isShort = status === 416;
  if (status !== 206 && !isShort) await refuse(`answered ${status}, where 206 is needed`);
  const [, first, end, total] =
    /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (total === undefined) {
    await refuse(`answered ${status} without the place of the part and the file's length`);
  }
  if (Number(total) !== shard.bytes) {
    await refuse(`changed since it was indexed: it has ${total} bytes, not ${shard.bytes}`);
  }
  if (isShort || Number(first) !== offset || Number(end) !== last) {
    await refuse(`gave another part than bytes ${offset} to ${last}: ${headers.get("content-range")}`);
  }
  if ((headers.get("content-encoding") ?? "identity") !== "identity") {
    await refuse(
      `gave its bytes packed (${headers.get("content-encoding")}), where they are needed as they are`,
    );
  }
  const mark = headers.get("etag") ?? headers.get("last-modified");
  if (seen !== undefined && mark !== seen.mark) {
    await refuse(`changed while it was read: it was ${seen.mark ?? "unmarked"} and is ${mark ?? "unmarked"}`);
  }
  return { bytes: await bodyOf(response, last + 1 - offset), mark };
}

/** The bytes of an answer, no more than were asked for. */
async function bodyOf(response: Response, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  try {
    for await (const piece of response.body ?? []) {
      if (done + piece.length > length) {
        throw new Passing(`gave more than the ${length} bytes that were asked for`);
      }
      bytes.set(piece, done);
      done += piece.length;
    }
  } catch (cause) {
    if (cause instanceof Passing) throw cause;
    throw new Passing(`broke off after ${done} of ${length} bytes`, { cause });
  }
  if (done < length) throw new Passing(`broke off after ${done} of ${length} bytes`);
  return bytes;
}

/** The answer to a request for a range, behind redirects to hosts that were named. */
async function answered(
  from: URL,
  { hosts, headers, offset, last, signal }: RangeRequest,
): Promise<Response> {
  let url = from;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    // What a user sends is for the host that they named first.
    const own = url.host === from.host ? headers : undefined;
    const response = await asked(url, {
      headers: { ...own, range: `bytes=${offset}-${last}`, "accept-encoding": "identity" },
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url.href)) {
      throw new ShardError(`leads to ${JSON.stringify(location)}, which is no URL`, { file: from.href });
    }
    url = new URL(location, url);
    const fault = hostFault(url, hosts);
    if (fault !== undefined) throw new ShardError(`leads to another host: ${fault}`, { file: from.href });
  }
  throw new ShardError(`leads on and on: ${MOST_REDIRECTS} redirects and no end`, { file: from.href });
}

async function asked(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Passing(`cannot be reached: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Seconds that a host asks us to wait; a date is left alone. */
function retryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get("retry-after") ?? "";
  return /^\d+$/.test(seconds) ? 1000 * Number(seconds) : undefined;
}
