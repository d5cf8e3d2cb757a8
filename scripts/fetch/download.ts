/** Downloading one file: resumable, checked, and in its place only when it is whole and right. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** A file that is wanted. */
export interface WantedFile {
  /** What messages call it. */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  /** Its size, where it is known. */
  readonly bytes?: number | undefined;
  /** Undefined for one that is not published. */
  readonly url?: string | undefined;
  /** A folder that is to appear whole: the file lies in `staging` until all of its folder are there. */
  readonly whole?: { readonly folder: string; readonly staging: string } | undefined;
}

/** How a download goes on. */
export interface DownloadOptions {
  /** Stops it; what has arrived stays in the part file for the next time. */
  readonly signal?: AbortSignal;
  /** Called with the bytes that are there, and how many there will be where the server or the card tells. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** How often a cut connection is taken up again where it got further than before. @default {3} */
  readonly retries?: number;
  /** Milliseconds without a byte after which a connection counts as cut. @default {30_000} */
  readonly stallMs?: number;
  /** Sent along, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A download failed. The message says why, and whether another try can go on from what is there. */
export class DownloadError extends Error {
  override name = "DownloadError";
}

/** Nothing can be asked of the host. */
export class UnreachableError extends DownloadError {
  readonly host: string;

  constructor(host: string, reason: string, options: ErrorOptions) {
    super(`${host} cannot be reached (${reason})`, options);
    this.host = host;
  }
}

/** The connection ended before the file did; worth another try. */
class CutError extends DownloadError {}

/** Whether the file lies in its place with the right checksum. */
export async function isPresent({ path, sha256 }: WantedFile): Promise<boolean> {
  return await sizeOf(path) > 0 && await sha256Of(path) === sha256;
}

/**
 * Downloads a file into its place. It grows beside it as `PATH.part`, where a later try goes on, and takes its name once its checksum is
 * right; with a wrong one it is removed.
 *
 * @throws {DownloadError} The server refuses, the connection is cut too often, or what came is not the file.
 */
export async function download(file: WantedFile, options: DownloadOptions = {}): Promise<void> {
  const { retries = 3, signal } = options;
  const part = `${file.path}.part`;
  let startedAnew = await sizeOf(part) === 0;
  for (let attempt = 0;;) {
    const before = await sizeOf(part);
    try {
      await receive(file, part, options);
      if (await sha256Of(part) === file.sha256) return await rename(part, file.path);
      const size = await sizeOf(part);
      await rm(part, { force: true });
      // Another version of the file may have begun the part; once from the start tells.
      if (startedAnew) {
        throw new DownloadError(
          `${file.name}: what came from ${file.url} is not the file: ${size} bytes of another sha256 than ${file.sha256}; removed`,
        );
      }
      startedAnew = true;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof CutError || error instanceof UnreachableError)) throw error;
      attempt = await sizeOf(part) > before ? 0 : attempt + 1;
      if (attempt >= retries) throw error;
    }
  }
}

async function receive(file: WantedFile, part: string, options: DownloadOptions): Promise<void> {
  const { name, url, bytes } = file;
  const { onProgress, signal, stallMs = 30_000, headers } = options;
  if (url === undefined) throw new DownloadError(`${name} is not published`);
  const had = await sizeOf(part);
  if (had > 0 && had === bytes) return;
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  const stopped = AbortSignal.any([stall.signal, ...(signal ? [signal] : [])]);
  try {
    // Encoded bodies have other lengths than their files.
    const sent = new Headers({ "Accept-Encoding": "identity", ...headers });
    if (had > 0) sent.set("Range", `bytes=${had}-`);
    const response = await fetch(url, { signal: stopped, headers: sent }).catch((cause: Error) => {
      throw new UnreachableError(new URL(url).host, reasonOf(cause), { cause });
    });
    if (response.status === 416) {
      await response.body?.cancel();
      return; // nothing is left to send; the checksum decides
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      const gated = response.status === 401 || response.status === 403;
      throw new DownloadError(
        `${name}: ${url} answered ${response.status} ${response.statusText}${
          gated ? "; if its terms have to be accepted, give a token as HF_TOKEN" : ""
        }`,
      );
    }
    const resumes = response.status === 206 &&
      Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1]) === had;
    const from = resumes ? had : 0;
    if (response.status === 206 && !resumes) {
      throw new DownloadError(`${name}: ${url} answered with another range than asked for`);
    }
    const announced = response.headers.get("content-length");
    const total = announced === null ? bytes : from + Number(announced);
    if (bytes !== undefined && total !== undefined && total !== bytes) {
      await response.body.cancel();
      throw new DownloadError(`${name}: ${url} has ${total} bytes, the file has ${bytes}`);
    }
    // Not before there is something to put into it: an empty folder would be taken for what it is to hold.
    await mkdir(dirname(part), { recursive: true });
    const handle = await open(part, resumes ? "a" : "w");
    let received = from;
    try {
      onProgress?.(received, total);
      for await (const piece of response.body) {
        clearTimeout(timer);
        timer = setTimeout(() => stall.abort(), stallMs);
        await handle.write(piece);
        received += piece.length;
        onProgress?.(received, total);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (total !== undefined && received < total) throw cut(file, received, total);
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    throw cut(file, await sizeOf(part), bytes, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a connection was not made: Deno and Node tell it in a cause, in several lines. */
function reasonOf(error: Error): string {
  const deepest = error.cause instanceof Error && error.cause.message !== "" ? error.cause : error;
  return deepest.message.split("\n", 1)[0];
}

function cut(
  { name, url }: WantedFile,
  received: number,
  total: number | undefined,
  cause?: unknown,
): CutError {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  return new CutError(
    `${name}: ${url} broke off after ${received}${
      total === undefined ? "" : ` of ${total}`
    } bytes${reason}; the next try goes on from there`,
    { cause },
  );
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found?.size ?? 0;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}
