/** What results tell of the runs that made them, wherever they keep it. */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseRunProvenance, type RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { MissingError } from "../cli/exit.ts";

/** A run, and where it was read. */
export interface ToldRun {
  /** Of the recording, where the result tells of several. */
  readonly name: string;
  /** The file that tells of it. */
  readonly from: string;
  readonly run: RunProvenance;
}

/** A result tells nothing of its run, or what it tells is not valid. */
export class UntoldError extends Error {
  override readonly name = "UntoldError";
}

/**
 * The runs that a result tells of: a JSON result or what `diarize --json` printed, a page, a capture's folder or manifest, WebVTT, a
 * `.provenance.json`; of any other file, what stands beside it in NAME.provenance.json or in `.dialab`.
 *
 * @throws {MissingError} It is not there.
 * @throws {UntoldError} It tells nothing.
 */
export async function readRuns(path: string): Promise<ToldRun[]> {
  if (!existsSync(path)) throw new MissingError(`${path} does not exist.`);
  if ((await stat(path)).isDirectory()) {
    const manifest = join(path, "manifest.json");
    if (existsSync(manifest)) return await inFile(manifest) ?? nothing(path);
    throw new UntoldError(`${path} is no capture: it has no manifest.json. Name a result in it.`);
  }
  return await inFile(path) ?? await beside(path) ?? nothing(path);
}

function nothing(path: string): never {
  const name = stem(path);
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
  const runs = runsIn(told).map(({ name, run }) => ({
    name: name ?? nameOf(path),
    from: path,
    run: valid(run, path),
  }));
  return runs.length === 0 ? undefined : runs;
}

function runsIn(value: unknown): { name?: string; run: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  if ("run" in value && value.run !== undefined) return [{ run: value.run }];
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

/** Formats that cannot tell it have it beside them. */
async function beside(path: string): Promise<ToldRun[] | undefined> {
  const folder = dirname(path);
  const names = [stem(path), stem(path).replace(/\.(exclusive|embeddings|audacity)$/, "")]
    .flatMap((name) => [name, name.replace(/\.exclusive$/, "")]);
  for (const name of new Set(names)) {
    for (const place of [join(folder, `${name}.provenance.json`), join(folder, ".dialab", `${name}.json`)]) {
      if (existsSync(place)) return await inFile(place);
    }
  }
}

/** Of a manifest, its capture's: every manifest is called alike. */
const nameOf = (path: string) =>
  basename(path) === "manifest.json" ? basename(dirname(resolve(path))) : stem(path);

const stem = (path: string) => basename(path).replace(/\.(provenance\.json|[^.]+)$/, "");
