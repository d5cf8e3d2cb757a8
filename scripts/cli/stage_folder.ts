/** Whether a path lies in the folder of a stage, whose files are read as they are: what a command writes there would become a part of it. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { STAGE_LAYOUTS } from "#lib/corpus/adapters/known_stages.ts";
import { UsageError } from "./exit.ts";

/** What `dialab process` writes beside its stages. */
const PIPELINE = "pipeline.json";

/**
 * Refuses what would be written into a stage, or over the file that tells what stages were made with.
 *
 * @param path A file or a folder that is to be written.
 * @param option As people write it: `--out`.
 * @throws {UsageError} that names the stage and its folder.
 */
export function refuseStageFolder(path: string, option: string): void {
  const place = realPlace(resolve(path));
  for (let at = place; at !== dirname(at); at = dirname(at)) {
    const stage = stageOf(at);
    if (stage === undefined) continue;
    throw new UsageError(
      `${option} ${path} would be in ${at}, where stage ${stage} of ${
        dirname(at)
      } has its files; name another place.`,
    );
  }
  if (basename(place) === PIPELINE && processors(dirname(place)) !== undefined) {
    throw new UsageError(
      `${option} ${path} would write over what tells how the stages of ${
        dirname(place)
      } were made; name another file.`,
    );
  }
}

/** The stage that a folder is a part of. */
function stageOf(folder: string): string | undefined {
  const above = dirname(folder), name = basename(folder);
  const own = processors(above);
  if (own !== undefined) return own.find((one) => name === one || name === `${one}_meta`);
  return STAGE_LAYOUTS.find(({ metadata, segments, arrays }) =>
    [metadata, segments?.raw, segments?.merged, arrays].includes(name) && existsSync(join(above, metadata))
  )?.name;
}

/** Names of the processors that have written into a folder; undefined where none has. */
function processors(folder: string): string[] | undefined {
  try {
    const { format, processors = {} } = JSON.parse(readFileSync(join(folder, PIPELINE), "utf8"));
    return format === "dialab-pipeline" ? Object.keys(processors) : undefined;
  } catch {
    return undefined;
  }
}

/** Without links, of as much as is there. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
  }
}
