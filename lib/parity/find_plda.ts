import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { fileSha256 } from "#lib/networks/file_sha256.ts";
import { modelCard, modelCards } from "#lib/networks/model_cards.ts";
import { modelPlaces } from "#lib/places/places.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import type { Capture } from "./capture.ts";
import { besideCaptures } from "./find_captures.ts";

const FILES = ["plda.npz", "xvec_transform.npz"] as const;

const CURE =
  "Give the folder that holds plda.npz and xvec_transform.npz as --models DIR, or set DIALAB_MODELS. " +
  "They are in the plda folder of pyannote/speaker-diarization-community-1 on Hugging Face.";

/** No PLDA weights fit. The message says where they were looked for and where to get them. */
export class PldaNotFoundError extends Error {
  override name = "PldaNotFoundError";
}

/** Settings of `findPlda`. */
export interface FindPldaOptions {
  /** What the user gave as `--models`. */
  readonly models?: string;
  /** Told where weights had to be taken only because their dimension fits. @default {warnOnProcess} */
  readonly warn?: Warn;
}

/** A PLDA that was found. */
export interface FoundPlda {
  readonly folder: string;
  readonly model: PldaModel;
}

/**
 * The PLDA that a capture's run used.
 *
 * A dump of dialab's own tells the sums of its two files, and only those are taken, wherever they lie: in the flag's folder, beside the
 * capture (`models` next to `captures`), or in one of the usual places. Captures that do not tell are taken for pyannote's: the first PLDA of
 * their embeddings' dimension in these places goes with them. That is a guess unless the user named the folder, it lies beside the capture, or it is
 * community-1's own, and then it is warned about.
 *
 * @throws {PldaNotFoundError} when there is none, or none at all where the flag points.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findPlda } from "#lib/parity/find_plda.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * const { model } = await findPlda(capture);
 * assert.equal(model.dimension, capture.artefacts.embeddings.shape[2]);
 * ```
 */
export async function findPlda(
  capture: Pick<Capture, "name" | "folder" | "artefacts" | "run">,
  options: FindPldaOptions = {},
): Promise<FoundPlda> {
  const { models, warn = warnOnProcess } = options;
  const flagged = models === undefined ? [] : [models];
  const wanted = capture.run?.weights?.plda;
  // By its sums a PLDA is found wherever a preset's may lie; otherwise only where community-1's does.
  const inside = wanted === undefined ? ["plda", ""] : ["", ...cardFolders()];
  const holding = (roots: readonly string[]) =>
    roots.flatMap((root) => inside.map((folder) => resolve(root, folder))).filter(holdsPlda);
  if (models !== undefined && holding(flagged).length === 0) {
    throw new PldaNotFoundError(`No PLDA weights in ${models}, nor in its folder plda. ${CURE}`);
  }
  const named = holding([...flagged, besideCaptures(capture.folder, "models")]);
  const folders = [...new Set([...named, ...holding(modelPlaces().map(({ path }) => path))])];
  if (wanted !== undefined) return await bySums(capture.name, wanted.map(({ sha256 }) => sha256), folders);

  const dimension = capture.artefacts.embeddings.shape[2];
  const seen: string[] = [];
  for (const folder of folders) {
    const model = await readPlda(folder);
    if (model.dimension !== dimension) {
      seen.push(`${folder} (dimension ${model.dimension})`);
      continue;
    }
    if (!named.includes(folder) && (await sumsOf(folder))[0] !== modelCard("plda").sha256) {
      warn(
        `capture ${capture.name}: which PLDA it was computed with is not told; ` +
          `that in ${folder} was taken, because its dimension, ${dimension}, fits`,
      );
    }
    return { folder, model };
  }
  throw new PldaNotFoundError(
    `No PLDA weights for ${dimension}-dimensional embeddings (capture ${capture.name}): ` +
      (seen.length > 0 ? `found only ${seen.join(", ")}. ` : "none found. ") +
      CURE,
  );
}

async function bySums(
  name: string,
  wanted: readonly string[],
  folders: readonly string[],
): Promise<FoundPlda> {
  const seen: string[] = [];
  for (const folder of folders) {
    const sums = await sumsOf(folder);
    if (sums.every((sum, i) => sum === wanted[i])) return { folder, model: await readPlda(folder) };
    seen.push(`${folder} (${sums.map(shortened).join(", ")})`);
  }
  const card = modelCards().find(({ sha256 }) => sha256 === wanted[0]);
  throw new PldaNotFoundError(
    `The PLDA that capture ${name} was computed with${card ? ` (${card.name})` : ""} was not found: ${
      FILES.map((file, i) => `${file} of sha256 ${shortened(wanted[i])}`).join(" and ")
    } are needed; ${seen.length > 0 ? `found only ${seen.join(", ")}` : "there is none at all"}. ` +
      "Name their folder as --models DIR, or set DIALAB_MODELS.",
  );
}

/** Sums of a folder's two files; "" for one that is missing. */
async function sumsOf(folder: string): Promise<string[]> {
  const paths = FILES.map((file) => join(folder, file));
  return await Promise.all(paths.map((path) => existsSync(path) ? fileSha256(path) : Promise.resolve("")));
}

const shortened = (sum: string): string => sum === "" ? "no file" : `${sum.slice(0, 12)}…`;

/** Where presets' PLDAs lie in a folder of weights. */
function cardFolders(): string[] {
  return [...new Set(modelCards().filter(({ kind }) => kind === "plda").map(({ file }) => dirname(file)))];
}

function holdsPlda(folder: string): boolean {
  return existsSync(join(folder, FILES[0]));
}
