import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const tensorSchema = z.strictObject({
  name: z.string().min(1),
  type: z.literal("float32"),
  shape: z.array(z.union([z.int().positive(), z.string().min(1)])),
});

/** What a card holds; models/models.json is checked against it. */
export const modelCardSchema = z.strictObject({
  /** What the project calls it. */
  name: z.string().regex(/^[\w.-]+$/),
  kind: z.enum(["segmentation", "masked-embedding", "window-embedding", "plda"]),
  title: z.string().min(1),
  /** Where it lies in a models folder, with forward slashes. */
  file: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/).refine(
    (path) => !path.split("/").includes(".."),
    "leaves its folder",
  ),
  /** Names of cards that serve in its place when it is not there. */
  alternatives: z.array(z.string()).default([]),
  /** Size in bytes, where it is known. */
  bytes: z.int().positive().optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where it can be downloaded; absent for one that is not published. */
  source: z.strictObject({
    host: z.enum(["huggingface", "github"]),
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    revision: z.string().regex(/^([0-9a-f]{7,40}|main)$/),
    path: z.string().min(1),
  }).optional(),
  licence: z.string().min(1),
  rights: z.string().min(1),
  contract: z.strictObject({ inputs: z.array(tensorSchema), outputs: z.array(tensorSchema) }).optional(),
  notes: z.string().min(1),
});

const fileSchema = z.strictObject({ models: z.array(modelCardSchema) }).refine(
  ({ models }) => new Set(models.map(({ name }) => name)).size === models.length,
  "two cards have the same name",
).refine(
  ({ models }) =>
    models.every((card) => card.alternatives.every((name) => models.some((other) => other.name === name))),
  "an alternative has no card",
);

/** What is known of a file of weights. */
export type ModelCard = z.infer<typeof modelCardSchema>;

let checked: readonly ModelCard[] | undefined;

/**
 * The cards of models/models.json, read and checked when first asked for.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { modelCards } from "#lib/networks/model_cards.ts";
 * assert(modelCards().some(({ name }) => name === "segmentation-3.0"));
 * ```
 */
export function modelCards(): readonly ModelCard[] {
  const path = fileURLToPath(new URL("../../models/models.json", import.meta.url));
  return checked ??= fileSchema.parse(JSON.parse(readFileSync(path, "utf8"))).models;
}

/**
 * The card of a name.
 *
 * @throws {RangeError} There is none; the message names those that there are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { modelCard } from "#lib/networks/model_cards.ts";
 * assert.equal(modelCard("thinresnet").kind, "window-embedding");
 * assert.throws(() => modelCard("resnet"), /No model is called resnet; there are segmentation-3\.0,/);
 * ```
 */
export function modelCard(name: string): ModelCard {
  const card = modelCards().find((one) => one.name === name);
  if (card) return card;
  const names = modelCards().map((one) => one.name).join(", ");
  throw new RangeError(`No model is called ${name}; there are ${names}.`);
}

/**
 * Where a card's file is downloaded from; undefined for one that is not published.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { modelCard, modelUrl } from "#lib/networks/model_cards.ts";
 * assert.match(modelUrl(modelCard("wespeaker-resnet34-lm")) ?? "", /^https:\/\/huggingface\.co\/.*\/resolve\/6eef479c/);
 * assert.equal(modelUrl(modelCard("thinresnet")), undefined);
 * ```
 */
export function modelUrl({ source }: ModelCard): string | undefined {
  if (source === undefined) return undefined;
  const { host, repository, revision, path } = source;
  return host === "huggingface"
    ? `https://huggingface.co/${repository}/resolve/${revision}/${path}`
    : `https://raw.githubusercontent.com/${repository}/${revision}/${path}`;
}
