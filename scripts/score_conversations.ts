/** `score_conversations`: presets on conversations that never took place. See `--help`. */
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { presetNamed } from "#lib/diarization/presets.ts";
import { withinRecording } from "#lib/diarization/within_recording.ts";
import { aggregate } from "#lib/metrics/aggregate.ts";
import { type FileScore, scoreFile } from "#lib/metrics/score_file.ts";
import { fixturePlaces } from "#lib/places/places.ts";
import { writeRttm } from "#lib/timeline/rttm.ts";
import {
  type Command,
  type CommandLine,
  commonHelp,
  EXIT,
  main,
  MissingError,
  UsageError,
} from "./cli/command_line.ts";
import { drawConversation } from "./conversation/draw_conversation.ts";
import {
  recordedVoices,
  sharedRecordings,
  syntheticVoices,
  type VoicePool,
} from "./conversation/voice_pools.ts";

const RATE = 16000;
const percent = (share: number) => (100 * share).toFixed(2).padStart(7);

const help = `NAME
    score_conversations - presets on conversations that never took place

SYNOPSIS
    bun run scripts/score_conversations.ts [OPTION]...
    deno run -A scripts/score_conversations.ts [OPTION]...

DESCRIPTION
    Makes conversations of 2, 3 or 4 voices: turns of single speakers in random
    order, with pauses and overlaps, each speaker at a level and in a place of a
    room, and noise. Scores presets on them, no collar, overlap scored. Nothing
    was tuned on them. Conversation i has the seed SEED + i.

OPTIONS
    --voices KIND[,KIND]
        recorded: of AMI and of pyannote's captures, which lie in a folder of
        fixtures; synthetic: of Debian's flite, at five sizes each. Both, by
        default.
    --preset NAME[,NAME]...
        Default: own,hybrid.
    --count N
        Conversations of each kind. Default: 8.
    --seed N
        Default: 101.
    --seconds N
        Length of each. Default: 90.
    --out DIR
        Keep the recordings and their RTTM.
${commonHelp}
EXAMPLES
    bun run scripts/score_conversations.ts --voices synthetic --preset own

EXIT STATUS
    0    fine
    2    the command line is wrong
    3    flite, recordings or weights are missing

ENVIRONMENT
    DIALAB_FIXTURES, DIALAB_MODELS  where recordings and weights are looked for
`;

const KINDS = ["recorded", "synthetic"];

const options = {
  voices: { type: "string" },
  preset: { type: "string" },
  count: { type: "string" },
  seed: { type: "string" },
  seconds: { type: "string" },
  out: { type: "string" },
} as const;

/** An integer of the command line, from `least` on. */
function integer(
  { values }: CommandLine,
  name: string,
  { least, usual }: { least: number; usual: number },
): number {
  const given = values.get(name) ?? `${usual}`;
  if (!/^\d+$/.test(given) || Number(given) < least) {
    throw new UsageError(`--${name} is an integer from ${least} on, not ${given}.`);
  }
  return Number(given);
}

async function poolOf(kind: string): Promise<VoicePool> {
  if (kind === "synthetic") {
    if (spawnSync("flite", ["--version"]).error) {
      throw new MissingError("flite is needed: apt-get install flite");
    }
    return await syntheticVoices();
  }
  const folder = fixturePlaces().map(({ path }) => path).find((path) => existsSync(join(path, "ami")));
  if (folder === undefined) throw new MissingError("No ami/ in DIALAB_FIXTURES or ../shared/fixtures");
  return await recordedVoices(sharedRecordings(folder));
}

function line(label: string, scores: readonly FileScore[], speakers: string): string {
  const { der, missed, falseAlarm, confusion, total } = aggregate(scores).diarization;
  return `${label.padEnd(34)}${
    [der, ...[missed, falseAlarm, confusion].map((x) => x / total)].map(percent).join("")
  }  ${speakers}\n`;
}

async function run(given: CommandLine): Promise<number> {
  const { values, positionals } = given;
  if (positionals.length > 0) throw new UsageError(`Only options are taken, not ${positionals[0]}.`);
  const kinds = (values.get("voices") ?? KINDS.join(",")).split(",");
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) {
    throw new UsageError(`--voices is ${KINDS.join(" or ")} or both, not ${unknown}.`);
  }
  const presets = (values.get("preset") ?? "own,hybrid").split(",");
  for (const preset of presets) {
    try {
      presetNamed(preset);
    } catch (error) {
      throw error instanceof RangeError ? new UsageError(error.message) : error;
    }
  }
  const count = integer(given, "count", { least: 1, usual: 8 });
  const seed = integer(given, "seed", { least: 0, usual: 101 });
  const durationSec = integer(given, "seconds", { least: 10, usual: 90 });
  const out = values.get("out");
  const drawn = [];
  for (const kind of kinds) {
    const pool = await poolOf(kind);
    for (let i = 0; i < count; i++) {
      drawn.push({
        kind,
        ...drawConversation(pool, { seed: seed + i, durationSec, name: `${kind}_${seed + i}` }),
      });
    }
  }
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    for (const { uri, samples, reference } of drawn) {
      await writeWav(join(out, `${uri}.wav`), samples, { sampleRate: RATE });
      await writeRttm(join(out, `${uri}.rttm`), reference);
    }
  }
  process.stdout.write(`${" ".repeat(34)}    DER   miss  false  conf.  speakers\n`);
  for (const preset of presets) {
    await using diarizer = await Diarizer.open({ preset });
    const scores: { kind: string; score: FileScore; right: boolean }[] = [];
    for (const { kind, uri, samples, reference } of drawn) {
      const heard = await diarizer.hear(audioFromSamples(samples, { sampleRate: RATE }));
      const { artefacts } = await diarizer.cluster(heard, { uri });
      const annotation = withinRecording(artefacts.diarization!, durationSec);
      const score = scoreFile(reference, annotation, { uri });
      const [found, truly] = [annotation, reference].map((one) => one.labels().length);
      scores.push({ kind, score, right: found === truly });
      process.stdout.write(line(`${preset} ${uri}`, [score], `${found} of ${truly}`));
    }
    for (const kind of new Set(scores.map(({ kind }) => kind))) {
      const own = scores.filter((one) => one.kind === kind);
      const right = own.filter((one) => one.right).length;
      process.stdout.write(
        line(`${preset} ${kind}, all`, own.map(({ score }) => score), `right in ${right} of ${own.length}`),
      );
    }
  }
  return EXIT.fine;
}

const command: Command = { help, options, run };
if (import.meta.main) await main(command);
