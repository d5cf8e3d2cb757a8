/** `corpus shard`: recordings cut at silences and packed into shards. */
import { someOf } from "#lib/language/some_of.ts";
import { readRecordings } from "#lib/corpus/recordings/read_recordings.ts";
import { packageShards } from "#lib/corpus/shards/package_shards.ts";
import { counted } from "#lib/language/counted.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import { choice, type CommandLine, EXIT, UsageError } from "../cli/command_line.ts";
import { checkFolder } from "../cli/check_destination.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";

/** Does it. */
export async function run({ values, positionals: [list, ...more] }: CommandLine): Promise<number> {
  if (list === undefined || more.length > 0) throw new UsageError("shard takes one list of recordings.");
  const folder = values.get("out");
  const vad = values.get("vad");
  if (folder === undefined || vad === undefined) {
    throw new UsageError("shard needs --vad FILE, where speech is, and --out DIR, where the shards go.");
  }
  const rule = choice(values, "rule", ["silences", "amela"], "silences");
  const mostSamples = Number(values.get("samples") ?? 1000);
  if (!Number.isSafeInteger(mostSamples) || mostSamples < 1) {
    throw new UsageError(`--samples is a whole number from 1, not ${values.get("samples")}.`);
  }
  const warn = (text: string) => say("warning", text);
  checkFolder(folder, "--out");
  const { recordings, faults } = await readRecordings(list, { warn });
  for (const fault of faults) say("error", fault);
  const speech = await readRttm(vad, { warn });
  const silent = recordings.map(({ wavId }) => wavId).filter((wavId) => !speech.has(wavId));
  const unlisted = [...speech.keys()].filter((id) => !recordings.some(({ wavId }) => wavId === id));
  if (silent.length === recordings.length && unlisted.length > 0) {
    say(
      "error",
      `${vad} has no segment of any recording of ${list}: it tells of ${
        someOf(unlisted)
      }, and the list has ` +
        `${someOf(silent)}. Recordings are matched by wav_id, which has to be the same in both.`,
    );
    return EXIT.failed;
  }
  if (silent.length > 0) {
    const taken = silent.length === 1 ? "which is" : "which are";
    warn(`${vad} has no segment of ${someOf(silent)}, ${taken} taken for silent.`);
  }
  if (unlisted.length > 0) warn(`${vad} tells of ${someOf(unlisted)} as well, not in ${list}; passed over.`);
  const packaged = recordings.map(({ wavId, file }) => {
    const annotation = speech.get(wavId);
    const segments = [...annotation?.itertracks() ?? []].map(([{ start, end }]) => ({
      onset: start,
      offset: end,
    }));
    return { wavId, path: file, segments };
  });
  const overwrite = values.has("overwrite");
  const { index, failures, overlong } = await packageShards(packaged, {
    folder,
    rule,
    mostSamples,
    overwrite,
    warn,
  });
  for (const { error } of failures) say("error", error);
  for (const { wavId, onset, offset } of overlong) {
    warn(`${wavId} has no silence between ${onset.toFixed(3)} and ${offset.toFixed(3)} s to be cut at.`);
  }
  const [shards, samples] = [index.shards.length, index.samples.length];
  await printReport(values.get("json"), {
    json: () => JSON.stringify({ folder, shards, samples, failures, overlong }, undefined, 2),
    text: () =>
      `${folder}: ${counted(samples, "clip")} of ${
        counted(recordings.length - failures.length, "recording")
      } in ${counted(shards, "shard")}`,
  });
  return failures.length + faults.length > 0 ? EXIT.failed : EXIT.fine;
}
