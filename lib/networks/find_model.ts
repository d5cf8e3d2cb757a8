import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileSha256 } from "./file_sha256.ts";
import { type ModelCard, modelCard, modelUrl } from "./model_cards.ts";
import { ModelFileError } from "./onnx/model_file_error.ts";

/** A folder that may hold weights, and how it came to be looked at. */
export interface ModelPlace {
  readonly path: string;
  /** `flag`, `DIALAB_MODELS`, `own`, `project`, `shared` or `cache`. */
  readonly origin: string;
}

/** A file of weights, found. */
export interface FoundModel {
  readonly path: string;
  /** The card that the file was looked for by; an alternative's when only that was there. */
  readonly card: ModelCard;
  readonly sha256: string;
  /** Whether the sum is the card's. */
  readonly verified: boolean;
}

/** A model that is in none of the places. */
export interface MissingModel {
  readonly card: ModelCard;
  /** The files that would do. */
  readonly files: readonly string[];
  /** Where they were looked for. */
  readonly places: readonly ModelPlace[];
}

/** Models are in none of the places. The message names all of them, where they were looked for and how to get them. */
export class ModelNotFoundError extends Error {
  override name = "ModelNotFoundError";
  readonly missing: readonly MissingModel[];

  constructor(missing: readonly MissingModel[]) {
    super(missing.length === 1 ? oneMissing(missing[0]) : severalMissing(missing));
    this.missing = missing;
  }
}

/**
 * Finds a model by its card's file name, the first of the places that has it, and checks its checksum.
 *
 * A file with another checksum is refused, except in the folder that the user named (`origin` "flag" or an environment variable's): there it is
 * taken, since it may be a newer export, and `verified` is false so that it can be told.
 *
 * @param name The card's name.
 * @param options `places`: folders to look through, in order; `alternatives`: whether a card that serves in its place will do, true by default.
 * @throws {RangeError} No card has this name.
 * @throws {ModelNotFoundError} No place has the file.
 * @throws {ModelFileError} The file is not the one of the card.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findModel } from "#lib/networks/find_model.ts";
 * const places = [{ path: "/nowhere", origin: "flag" }];
 * await assert.rejects(findModel("wespeaker-resnet34-lm", { places }), /\/nowhere .*npx dialab fetch models wespeaker-resnet34-lm/s);
 * ```
 */
export async function findModel(
  name: string,
  options: { readonly places: readonly ModelPlace[]; readonly alternatives?: boolean },
): Promise<FoundModel> {
  const { places, alternatives = true } = options;
  const wanted = modelCard(name);
  const cards = [wanted, ...(alternatives ? wanted.alternatives.map(modelCard) : [])];
  for (const card of cards) {
    for (const { path: folder, origin } of places) {
      const path = join(folder, card.file);
      if (existsSync(path)) {
        return await checked(path, card, !["own", "project", "shared", "cache"].includes(origin));
      }
    }
  }
  throw new ModelNotFoundError([{ card: wanted, files: cards.map(({ file }) => file), places }]);
}

/**
 * Whether some place has a model's file, or an alternative's. Nothing is read of it.
 *
 * @param name The card's name.
 * @param options `places`: folders to look through.
 * @throws {RangeError} No card has this name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { modelIsHere } from "#lib/networks/find_model.ts";
 * assert(!modelIsHere("segmentation-3.0", { places: [{ path: "/nowhere", origin: "flag" }] }));
 * ```
 */
export function modelIsHere(name: string, { places }: { readonly places: readonly ModelPlace[] }): boolean {
  const wanted = modelCard(name);
  const files = [wanted, ...wanted.alternatives.map(modelCard)].map(({ file }) => file);
  return places.some(({ path }) => files.some((file) => existsSync(join(path, file))));
}

async function checked(path: string, card: ModelCard, trusted: boolean): Promise<FoundModel> {
  if (!(await stat(path)).isFile()) throw new ModelFileError("not a file", path);
  const sha256 = await fileSha256(path);
  const verified = sha256 === card.sha256;
  if (!verified && !trusted) {
    const { size } = await stat(path);
    throw new ModelFileError(
      `not ${card.title}: its sha256 is ${sha256} (${size} bytes), that of ${card.name} is ${card.sha256}. ` +
        `Fetch it again, or name its folder with --models or DIALAB_MODELS to take it as it is`,
      path,
    );
  }
  return { path, card, sha256, verified };
}

function oneMissing({ card, files, places }: MissingModel): string {
  const cure = modelUrl(card) === undefined
    ? "It is not published"
    : `Fetch it: npx dialab fetch models ${card.name}`;
  return `${card.title} was not found: no ${files.join(" or ")} in ${looked(places)}. ` +
    `${cure}; ${modelUrl(card) ? "or " : ""}put it there as ${card.file} (sha256 ${card.sha256}).`;
}

function severalMissing(missing: readonly MissingModel[]): string {
  const files = missing.map(({ files }) => files.join(" or ")).join(", ");
  const places = [
    ...new Map(missing.flatMap(({ places }) => places).map((place) => [place.path, place])).values(),
  ];
  const named = (published: boolean) =>
    missing.filter(({ card }) => (modelUrl(card) !== undefined) === published).map(({ card }) => card.name);
  const [published, unpublished] = [named(true), named(false)];
  return [
    `${missing.length} files of weights were not found: no ${files} in ${looked(places)}.`,
    unpublished.length > 0
      ? `${unpublished.join(", ")} cannot be had, as ${
        unpublished.length === 1 ? "it is" : "they are"
      } not published: ` +
        "take the preset own or hybrid, or weights of your own."
      : `Fetch: npx dialab fetch models ${published.join(" ")}.`,
    `Where to put each by hand: npx dialab fetch models ${
      [...published, ...unpublished].join(" ")
    } --offline.`,
  ].join(" ");
}

const looked = (places: readonly ModelPlace[]): string =>
  places.map(({ path, origin }) => `${path} (${origin})`).join(", ") || "any folder, as none was given";
