/** Scores for a terminal, and as JSON. */
import { counted } from "#lib/language/counted.ts";
import process from "node:process";
import { scoreTable } from "#lib/metrics/score_table.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { ScoreResult, ScoreSettings } from "./score_recordings.ts";

/** How it was scored, the table, and of how much speech it is. */
export function scoresAsText(
  { files, overall }: Pick<ScoreResult, "files" | "overall">,
  settings: ScoreSettings,
): string {
  const { isTTY, columns } = process.stdout;
  const { collarSec, collarKind, skipOverlap, selfOverlap, mapOver, noScore, channels } = settings;
  const collar = `collar ${collarSec} s ${collarKind === "total" ? "in total" : "on each side"}`;
  const { total } = overall.diarization;
  const { speakers } = overall.jaccard;
  return [
    `${collarSec > 0 ? collar : "no collar"}, overlap ${skipOverlap ? "skipped" : "scored"}`,
    `self-overlap as ${selfOverlap}, mapping over ${mapOver === "uem" ? "the UEM" : "what is scored"}`,
    ...noScore === "nist" ? [`no-score parts left out as NIST does, channels ${channels}`] : [],
    "",
    ...scoreTable(files, overall, {
      width: isTTY && columns > 0 ? columns : 80,
      colour: isTTY && !process.env.NO_COLOR,
    }),
    "",
    `in percent; scored: ${formatSeconds(total)} of ${counted(speakers, "speaker")}`,
  ].join("\n");
}

/** JSON of scores, their mappings of speakers as objects. */
export function scoresAsJson(value: unknown): string {
  const plain = (_key: string, inner: unknown): unknown =>
    inner instanceof Map ? Object.fromEntries(inner) : inner;
  return JSON.stringify(value, plain, 2);
}
