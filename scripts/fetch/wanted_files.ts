/** The files that can be fetched: weights by their cards, and the captures of pyannote. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type ModelCard, modelCards, modelUrl } from "#lib/networks/model_cards.ts";
import { projectRoot } from "#lib/places/places.ts";
import { UsageError } from "../cli/command_line.ts";
import captureList from "./captures.json" with { type: "json" };
import type { WantedFile } from "./download.ts";

const captureListSchema = z.strictObject({
  repository: z.string(),
  revision: z.string(),
  folder: z.string(),
  licence: z.string(),
  captures: z.array(z.strictObject({
    name: z.string(),
    files: z.array(
      z.strictObject({ file: z.string(), bytes: z.int().positive(), sha256: z.string().length(64) }),
    ),
  })),
});

/** What can be fetched. */
export type Kind = "models" | "captures";

/**
 * The files of some models or captures; without names, of all that are published.
 *
 * @param folder Where they are to lie: a models folder, or a fixtures folder.
 */
export function wantedFiles(kind: Kind, names: readonly string[], folder: string): WantedFile[] {
  const all = kind === "models" ? models(folder) : captures(folder);
  const unknown = names.find((name) => !all.some(({ group }) => group === name));
  if (unknown !== undefined) {
    const known = [...new Set(all.map(({ group }) => group))].join(", ");
    throw new UsageError(`There is no ${unknown} among the ${kind}; there are ${known}.`);
  }
  const chosen = names.length === 0
    ? all.filter(({ url }) => url !== undefined)
    : all.filter(({ group }) => names.includes(group));
  return chosen.map(({ group: _, ...file }) => file);
}

/** Whether weights lie in dialab's own `models/`, where all commands look. */
export const comesWithDialab = ({ file }: ModelCard): boolean => existsSync(join(ownFolder(), file));

const ownFolder = () => join(projectRoot(), "models");

type Grouped = WantedFile & { readonly group: string };

function models(folder: string): Grouped[] {
  return modelCards().map((card) => ({
    group: card.name,
    name: card.name,
    path: join(comesWithDialab(card) ? ownFolder() : folder, card.file),
    sha256: card.sha256,
    bytes: card.bytes,
    url: modelUrl(card),
  }));
}

function captures(folder: string): Grouped[] {
  const { repository, revision, folder: origin, captures } = captureListSchema.parse(captureList);
  const base = `https://raw.githubusercontent.com/${repository}/${revision}/${origin}`;
  return captures.flatMap(({ name, files }) =>
    files.map(({ file, bytes, sha256 }) => ({
      group: name,
      name: `${name}/${file}`,
      path: join(folder, "captures", name, file),
      sha256,
      bytes,
      url: `${base}/${name}/${file}`,
      whole: { folder: join(folder, "captures", name), staging: join(folder, ".fetch", name) },
    }))
  );
}
