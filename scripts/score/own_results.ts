/** References that are none: results of dialab's own, and the very files that are scored. */
import { realpathSync } from "node:fs";
import { someOf } from "#lib/language/some_of.ts";
import { nounOf } from "#lib/language/counted.ts";
import { attribute } from "../why/file_state.ts";
import { namesOf } from "../why/read_runs.ts";

/** Names that are told. */
const MOST_NAMES = 5;

/** One sentence where files are results, as the records beside them tell by their sums: whoever scores against them should know. */
export async function ownResults(references: readonly string[]): Promise<string[]> {
  const own: string[] = [];
  for (const file of references) {
    const told = await attribute(file, { names: namesOf(file), isCapture: false });
    if (told?.state === "as written") own.push(file);
  }
  if (own.length === 0) return [];
  return [
    `${someOf(own, MOST_NAMES)} ${
      nounOf(own.length, "is a result", "are results")
    } of dialab, as .dialab beside it tells: is that the reference that was meant?`,
  ];
}

/** One sentence where the same files, by whatever name, are on both sides. */
export function sameFiles(references: readonly string[], hypotheses: readonly string[]): string[] {
  const places = new Set(hypotheses.map((file) => realpathSync(file)));
  const same = references.filter((file) => places.has(realpathSync(file)));
  if (same.length === 0) return [];
  return [`${someOf(same, MOST_NAMES)} ${nounOf(same.length, "is", "are")} reference and hypothesis in one.`];
}
