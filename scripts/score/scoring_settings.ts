/** How recordings are scored, as a command line says. */
import { plainNumber } from "#lib/language/plain_number.ts";
import { nistConventions, resolveScoringOptions } from "#lib/metrics/scoring_options.ts";
import { choice, type CommandLine, UsageError } from "../cli/command_line.ts";
import type { ScoreSettings } from "./score_recordings.ts";

/** Reads the options of scoring, all but what is scored. */
export function scoringSettings(
  values: CommandLine["values"],
): Omit<ScoreSettings, "reference" | "hypothesis"> {
  const collar = values.get("collar") ?? "0", collarSec = plainNumber(collar);
  if (!(collarSec >= 0)) {
    throw new UsageError(`--collar is a number of seconds from 0 upwards, such as 0.25, not ${collar}.`);
  }
  const nist = values.has("nist");
  const preset = resolveScoringOptions(nist ? nistConventions : {});
  return {
    uem: values.get("uem"),
    collarSec,
    collarKind: choice(values, "collar-kind", ["total", "side"], preset.collarKind),
    skipOverlap: values.has("skip-overlap"),
    selfOverlap: choice(values, "self-overlap", ["pyannote", "nist"], preset.selfOverlap),
    mapOver: choice(values, "map-over", ["scored", "uem"], preset.mapOver),
    noScore: choice(values, "no-score", ["ignore", "nist"], nist ? "nist" : "ignore"),
    channels: choice(values, "channels", ["joined", "apart"], nist ? "apart" : "joined"),
    strict: values.has("strict"),
  };
}
