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

/** A model is in none of the places. The message tells where it was looked for and how to get it. */
export class ModelNotFoundError extends Error {
  override name = "ModelNotFoundError";
  readonly card: ModelCard;

  constructor(message: string, card: ModelCard) {
    super(message);
    this.card = card;
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
 * await assert.rejects(findModel("wespeaker-resnet34-lm", { places }), /\/nowhere .*fetch\.ts models wespeaker-resnet34-lm/s);
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
  throw new ModelNotFoundError(missing(wanted, cards, places), wanted);
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

function missing(wanted: ModelCard, cards: readonly ModelCard[], places: readonly ModelPlace[]): string {
  const names = cards.map(({ file }) => file).join(" or ");
  const looked = places.map(({ path, origin }) => `${path} (${origin})`).join(", ");
  const cure = modelUrl(wanted) === undefined
    ? `It is not published; put it there as ${wanted.file} (sha256 ${wanted.sha256}).`
    : `Fetch it: bun run scripts/fetch.ts models ${wanted.name}; or put it there as ${wanted.file} (sha256 ${wanted.sha256}).`;
  return `${wanted.title} was not found: no ${names} in ${
    looked || "any folder, as none was given"
  }. ${cure}`;
}
