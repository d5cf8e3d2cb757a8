/** What results tell of the runs that made them, wherever they keep it. */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseRunProvenance, type RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { ANNOTATION_FORMAT } from "#lib/timeline/annotation_schema.ts";
import { MissingError } from "../cli/exit.ts";
import { recordPath } from "../diarize/result_record.ts";
import { attribute, captureState, type FileState } from "./file_state.ts";

/** A run, and where it was read. */
export interface ToldRun {
  /** Of the recording, where the result tells of several. */
  readonly name: string;
  /** The file that tells of it. */
  readonly from: string;
  readonly run: RunProvenance;
  /** The file that was asked about. */
  readonly file: string;
  /** Whether that one is as dialab wrote it; undefined where it is no result and only tells of runs: a sidecar, a record, a report. */
  readonly state?: FileState;
  /** What the run warned of, where the record beside the result tells. */
  readonly warnings?: readonly string[];
}

/** A result tells nothing of its run, or what it tells is not valid. */
export class UntoldError extends Error {
  override readonly name = "UntoldError";
}

/**
 * The runs that a result tells of: a JSON result or what `diarize --json` printed, a page, a capture's folder or manifest, WebVTT, a
 * `.provenance.json`; of any other file, what stands beside it in `.dialab` or NAME.provenance.json, by the file's sum: of results of
 * several runs each is of its own. Whatever tells of itself is held against what stands beside it as well.
 *
 * @throws {MissingError} It is not there.
 * @throws {UntoldError} It tells nothing.
 */
export async function readRuns(path: string): Promise<ToldRun[]> {
  if (!existsSync(path)) throw new MissingError(`${path} does not exist.`);
  if ((await stat(path)).isDirectory()) {
    const manifest = join(path, "manifest.json");
    if (existsSync(manifest)) {
      return await withState(await inFile(manifest) ?? nothing(path), path, { isCapture: true });
    }
    throw new UntoldError(`${path} is no capture: it has no manifest.json. Name a result in it.`);
  }
  const told = await inFile(path);
  if (told === undefined) return await beside(path) ?? nothing(path);
  return basename(path) === "manifest.json"
    ? await withState(told, dirname(resolve(path)), { isCapture: true })
    : await withState(told, path);
}

/** What a file tells of itself, held against what stands beside it. */
async function withState(
  told: ToldRun[],
  path: string,
  { isCapture = false }: { readonly isCapture?: boolean } = {},
): Promise<ToldRun[]> {
  const found = await attribute(path, {
    names: isCapture ? [basename(resolve(path))] : namesOf(path),
    isCapture,
  });
  // A capture has the sums of its files with it, wherever it is taken.
  const sums = isCapture && found?.state !== "as written" ? await captureState(path) : undefined;
  const known = found?.state === "unknown" ? undefined : found?.state;
  return told.map((one) => {
    const state = known ?? sums ?? one.state;
    return {
      ...one,
      file: path,
      ...(state && { state }),
      ...(found?.warnings && { warnings: found.warnings }),
    };
  });
}

function nothing(path: string): never {
  const name = stem(path);
  if (existsSync(recordPath(dirname(path), name))) {
    throw new UntoldError(
      `${path} does not tell what it was made with, and .dialab/${name}.json beside it does not tell of it: ` +
        "it is no result of diarize, or was renamed.",
    );
  }
  throw new UntoldError(
    `${path} does not tell what it was made with, and beside it is neither ${name}.provenance.json nor ` +
      `.dialab/${name}.json, which diarize writes.`,
  );
}

async function inFile(path: string): Promise<ToldRun[] | undefined> {
  if (!/\.(json|html?|vtt)$/i.test(path)) return undefined;
  const text = await readFile(path, "utf8");
  const json = /\.html?$/i.test(path)
    ? text.match(/<script type="application\/json" id="run">(.*?)<\/script>/s)?.[1]
    : /\.vtt$/i.test(path)
    ? text.match(/^NOTE dialab (\{.*\})$/m)?.[1]
    : text.replace(/^\ufeff/, "");
  if (json === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UntoldError(`${path} is not JSON: ${cause instanceof Error ? cause.message : cause}.`, {
      cause,
    });
  }
  const told = /\.html?$/i.test(path) ? { run: value } : value;
  const isResult = /\.(html?|vtt)$/i.test(path) || hasTurns(value);
  const runs = runsIn(told).map(({ name, run }) => ({
    name: name ?? nameOf(path),
    from: path,
    run: withTurns(valid(run, path), told, path),
    file: path,
    ...(isResult && { state: "unknown" as const }),
  }));
  return runs.length === 0 ? undefined : runs;
}

/** Whether JSON holds turns, and does not only tell of runs. */
function hasTurns(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("tracks" in value) return true;
  return "files" in value && Array.isArray(value.files) && value.files.some((file) => file?.annotation);
}

function runsIn(value: unknown): { name?: string; run: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  if ("run" in value && value.run !== undefined) return [{ run: value.run }];
  // A record of several runs.
  if ("runs" in value && Array.isArray(value.runs)) return value.runs.map((run) => ({ run }));
  if (!("files" in value) || !Array.isArray(value.files)) return [];
  return value.files.flatMap((file: { uri?: unknown; run?: unknown } | null) =>
    file?.run === undefined ? [] : [{ name: String(file.uri), run: file.run }]
  );
}

function valid(run: unknown, path: string): RunProvenance {
  try {
    return parseRunProvenance(run);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UntoldError(`${path}: ${cause.message}`, { cause });
  }
}

/** Earlier versions told by the name alone which turns JSON and WebVTT hold. */
function withTurns(run: RunProvenance, told: unknown, path: string): RunProvenance {
  const isTurns = /\.vtt$/i.test(path) ||
    (typeof told === "object" && told !== null && "format" in told && told.format === ANNOTATION_FORMAT);
  if (!isTurns || run.version > 2) return run;
  return { ...run, turns: /\.exclusive\.\w+$/i.test(path) ? "exclusive" : "overlapping" };
}

/** Formats that cannot tell it have it beside them. */
async function beside(path: string): Promise<ToldRun[] | undefined> {
  const folder = dirname(path), names = namesOf(path);
  const found = await attribute(path, { names, isCapture: false });
  if (found !== undefined) return [{ name: stem(path), file: path, ...found }];
  for (const name of names) {
    // One that is of this version would have told of the file.
    const record = recordPath(folder, name);
    if (existsSync(record) && (await readFile(record, "utf8")).startsWith('{"version":2')) return undefined;
    for (const place of [join(folder, `${name}.provenance.json`), record]) {
      const told = existsSync(place) ? await inFile(place) : undefined;
      if (told !== undefined) return told.map((one) => ({ ...one, file: path, state: "unknown" }));
    }
  }
}

/** Names of recordings of which a file may be a result. */
export function namesOf(path: string): string[] {
  const names = [stem(path), stem(path).replace(/\.(exclusive|embeddings|audacity)$/, "")]
    .flatMap((name) => [name, name.replace(/\.exclusive$/, "")]);
  return [...new Set(names)];
}

/** Of a manifest, its capture's: every manifest is called alike. */
const nameOf = (path: string) =>
  basename(path) === "manifest.json" ? basename(dirname(resolve(path))) : stem(path);

const stem = (path: string) => basename(path).replace(/\.(provenance\.json|[^.]+)$/, "");
