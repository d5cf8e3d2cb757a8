import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { duplicateKey } from "#lib/language/duplicate_key.ts";
import { modelCards } from "#lib/networks/model_cards.ts";
import { closest } from "#lib/pipeline/closest.ts";
import { clusteringNames, unreadSections } from "#lib/pipeline/clusterings.ts";
import { faultsOf } from "#lib/pipeline/faults_of.ts";
import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { communityOptions, type CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { assertRunnable } from "./assert_runnable.ts";
import { type Preset, presetNamed, PRESETS } from "./presets.ts";

const card = z.string().min(1);

/** What a preset's file may hold; `z.toJSONSchema(presetFileSchema, { io: "input" })` gives the JSON Schema. */
export const presetFileSchema = z.strictObject({
  $schema: z.string().optional().describe("For editors; not read."),
  extends: z.string().min(1).optional().describe(
    "A preset's name, or another file (ends in .json; relative to this one), of which everything is taken that this one does not say.",
  ),
  name: z.string().regex(/^[\w.-]+$/).optional().describe("Default: the file's name without .json."),
  title: z.string().min(1).optional().describe("In a few words."),
  segmentation: card.optional().describe("The segmentation network: a name in models/models.json."),
  embedding: z.strictObject({
    kind: z.enum(["masked", "windows"]).describe(
      "masked: one embedding per mask over a chunk's frames; windows: the mean over short windows.",
    ),
    model: card.describe("A name in models/models.json."),
  }).optional(),
  plda: z.strictObject({ model: card, transform: card }).nullable().optional().describe(
    "Names in models/models.json; null for none.",
  ),
  clustering: z.string().min(1).optional().describe("vbx, ahc, or one that defineClustering has registered."),
  options: communityOptions.optional().describe(
    "Settings over those of what it extends, section by section.",
  ),
});

/** A preset's file is missing, is no JSON, or holds what it must not. The message names the file, the key, what it was and what is needed. */
export class PresetFileError extends RangeError {
  override name = "PresetFileError";
}

/** Options of {@linkcode readPreset}. */
export interface ReadPresetOptions {
  /** Hears of settings that its clustering does not read. @default a warning of the process */
  readonly warn?: Warn;
}

/**
 * Reads a preset from a JSON file, with all that it extends.
 *
 * @param file Its path.
 * @throws {PresetFileError} when it, or one that it extends, cannot be read, is no JSON, names a key, card or clustering that there is not,
 * has a value out of range, has the name of one of dialab's, extends itself, or cannot be run (`assertRunnable`).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { readPreset } from "#lib/diarization/read_preset.ts";
 * const file = join(await mkdtemp(join(tmpdir(), "preset-")), "calm.json");
 * await writeFile(file, JSON.stringify({ extends: "own", options: { annotation: { minDurationOff: 0.5 } } }));
 * const { name, segmentation, options } = await readPreset(file);
 * assert.deepEqual([name, segmentation, options.annotation], ["calm", "segmentation-own", { minDurationOff: 0.5 }]);
 * await writeFile(file, JSON.stringify({ extends: "own", options: { vbx: { fx: 1 } } }));
 * await assert.rejects(readPreset(file), /calm\.json: options\.vbx has no "fx"; did you mean "fa"/);
 * ```
 */
export async function readPreset(file: string, options: ReadPresetOptions = {}): Promise<Preset> {
  const { preset, said } = await whole(resolve(file), file, []);
  const { name = basename(file).replace(/\.json$/i, ""), segmentation, embedding, clustering } = preset;
  const lacking = ["segmentation", "embedding", "clustering"].filter((key) => !(key in preset));
  if (segmentation === undefined || embedding === undefined || clustering === undefined) {
    throw new PresetFileError(
      `${file}: ${lacking.join(", ")} ${
        lacking.length === 1 ? "is" : "are"
      } missing; say so, or name a preset in "extends".`,
    );
  }
  const { title = name, plda, options: all = {} } = preset;
  if (Object.hasOwn(PRESETS, name)) {
    throw new PresetFileError(`${file}: "${name}" is a preset of dialab's; give yours another "name".`);
  }
  const read = {
    ...{ name, title, segmentation, embedding, clustering, options: all },
    ...(plda && { plda }),
  };
  try {
    assertRunnable(read, all);
  } catch (error) {
    if (error instanceof RangeError) throw new PresetFileError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
  const { warn = warnOnProcess } = options;
  // What a preset of dialab's has for its own clustering is no wish of who extends it.
  for (const section of unreadSections(clustering, said)) {
    warn(
      `${file}: what is set in "${section}" has no effect: the clustering "${clustering}" does not read it.`,
    );
  }
  return read;
}

type PresetFile = z.input<typeof presetFileSchema>;

/** A file with all that it extends, and the options that files alone say. */
async function whole(
  path: string,
  shown: string,
  before: readonly string[],
): Promise<{ readonly preset: PresetFile; readonly said: CommunityOptionsInput }> {
  if (before.includes(path)) {
    throw new PresetFileError(
      `${shown}: it extends itself, by way of ${[...before, path].map((one) => basename(one)).join(", ")}.`,
    );
  }
  const own = parsed(await text(path, shown), shown);
  if (own.extends === undefined) return { preset: own, said: own.options ?? {} };
  const { preset: base, said } = /\.json$/i.test(own.extends)
    ? await whole(resolve(dirname(path), own.extends), own.extends, [...before, path])
    : { preset: named(own.extends, shown), said: {} };
  const { name: _, title: __, ...taken } = base;
  return {
    preset: { ...taken, ...own, options: mergeOptions(taken.options ?? {}, own.options ?? {}) },
    said: mergeOptions(said, own.options ?? {}),
  };
}

function named(name: string, shown: string): PresetFile {
  try {
    return { ...presetNamed(name) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PresetFileError(
      `${shown}: extends is ${JSON.stringify(name)}: ${error.message} A file's name ends in .json.`,
    );
  }
}

async function text(path: string, shown: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === "ENOENT"
      ? "there is no such file"
      : code === "EISDIR"
      ? "it is a folder"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new PresetFileError(
      `${shown}: ${why}. A preset is one of ${Object.keys(PRESETS).join(", ")}, or a JSON file.`,
      {
        cause: error,
      },
    );
  }
}

function parsed(content: string, shown: string): PresetFile {
  let value: unknown;
  if (/[\uFFFD\0]/.test(content)) {
    throw new PresetFileError(`${shown} is not in UTF-8, perhaps in UTF-16; save it as UTF-8.`);
  }
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new PresetFileError(`${shown} is no JSON: ${error instanceof Error ? error.message : error}.`, {
      cause: error,
    });
  }
  const twice = duplicateKey(content);
  if (twice !== undefined) throw new PresetFileError(`${shown}: ${twice} stands there twice; one is needed.`);
  const result = presetFileSchema.safeParse(value);
  if (!result.success) {
    throw new PresetFileError(
      `${shown}: ${
        faultsOf(result.error, { schema: presetFileSchema, value, root: "the preset" }).join("; ")
      }.`,
    );
  }
  // As written: defaults are filled in where the run begins, so that what it extends shows through.
  const file = value as PresetFile;
  const { segmentation, embedding, plda, clustering } = file;
  const cards = {
    segmentation,
    "embedding.model": embedding?.model,
    "plda.model": plda?.model,
    "plda.transform": plda?.transform,
  };
  for (const [key, name] of Object.entries(cards)) {
    if (name !== undefined) {
      mustBe(
        name,
        modelCards().map((one) => one.name),
        key,
        shown,
      );
    }
  }
  const kinds = {
    segmentation: "segmentation",
    "embedding.model": embedding?.kind === "windows" ? "window-embedding" : "masked-embedding",
    "plda.model": "plda",
    "plda.transform": "plda",
  };
  for (const [key, name] of Object.entries(cards)) {
    if (name === undefined) continue;
    const { kind } = modelCards().find((one) => one.name === name)!,
      needed = kinds[key as keyof typeof kinds];
    if (kind === needed) continue;
    const fitting = modelCards().filter((one) => one.kind === needed).map((one) => one.name).join(", ");
    const other = kind === "window-embedding" ? "windows" : "masked";
    const hint = key === "embedding.model" && kind.endsWith("embedding")
      ? ` (or embedding.kind "${other}", of which it is)`
      : "";
    const what = key === "embedding.model" ? `with embedding.kind "${embedding?.kind}" ` : "";
    throw new PresetFileError(
      `${shown}: ${key} is "${name}", which is a model for ${kind}; ${what}one for ${needed} is needed: ${fitting}${hint}.`,
    );
  }
  if (clustering !== undefined && !clusteringNames().includes(clustering)) {
    mustBe(
      clustering,
      clusteringNames(),
      "clustering",
      shown,
      " One of your own is registered by defineClustering (--import FILE).",
    );
  }
  return file;
}

function mustBe(name: string, known: readonly string[], key: string, shown: string, more = ""): void {
  if (known.includes(name)) return;
  const meant = closest(name, known);
  throw new PresetFileError(
    `${shown}: ${key} is ${JSON.stringify(name)}; ${
      meant === undefined ? "" : `did you mean "${meant}"? `
    }it is one of ${known.join(", ")}.${more}`,
  );
}
