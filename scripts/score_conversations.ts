/**
 * Scores presets on conversations that never took place: turns of single speakers in random order, with pauses and overlaps, each speaker at
 * a level of its own and in a place of a room. Nothing was tuned on them.
 *
 *     bun run scripts/score_conversations.ts [--voices recorded,synthetic] [--preset own,hybrid] [--count 8] [--seed 101]
 *                                            [--seconds 90] [--out DIR]
 *
 * `recorded`: voices of AMI and of pyannote's captures, which lie in DIALAB_FIXTURES or ../shared/fixtures; `synthetic`: those of Debian's
 * flite, at five sizes each. Conversation i has the seed SEED + i and 2, 3 or 4 speakers. `--out` keeps recordings and RTTM. Exit status: 0
 * fine, 2 usage, 3 something is missing.
 */
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { withinRecording } from "#lib/diarization/within_recording.ts";
import { aggregate } from "#lib/metrics/aggregate.ts";
import { type FileScore, scoreFile } from "#lib/metrics/score_file.ts";
import { fixturePlaces } from "#lib/places/places.ts";
import { writeRttm } from "#lib/timeline/rttm.ts";
import { drawConversation } from "./conversation/draw_conversation.ts";
import {
  recordedVoices,
  sharedRecordings,
  syntheticVoices,
  type VoicePool,
} from "./conversation/voice_pools.ts";

const RATE = 16000;
const percent = (share: number) => (100 * share).toFixed(2).padStart(7);

class Missing extends Error {}

async function poolOf(kind: string): Promise<VoicePool> {
  if (kind === "synthetic") {
    if (spawnSync("flite", ["--version"]).error) throw new Missing("flite is needed: apt-get install flite");
    return await syntheticVoices();
  }
  const folder = fixturePlaces().map(({ path }) => path).find((path) => existsSync(join(path, "ami")));
  if (folder === undefined) throw new Missing("No ami/ in DIALAB_FIXTURES or ../shared/fixtures");
  return await recordedVoices(sharedRecordings(folder));
}

function line(label: string, scores: readonly FileScore[], speakers: string): string {
  const { der, missed, falseAlarm, confusion, total } = aggregate(scores).diarization;
  return `${label.padEnd(34)}${
    [der, ...[missed, falseAlarm, confusion].map((x) => x / total)].map(percent).join("")
  }  ${speakers}\n`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      voices: { type: "string", default: "recorded,synthetic" },
      preset: { type: "string", default: "own,hybrid" },
      count: { type: "string", default: "8" },
      seed: { type: "string", default: "101" },
      seconds: { type: "string", default: "90" },
      out: { type: "string" },
    },
  });
  const [count, seed, durationSec] = [values.count, values.seed, values.seconds].map(Number);
  const drawn = [];
  for (const kind of values.voices.split(",")) {
    const pool = await poolOf(kind);
    for (let i = 0; i < count; i++) {
      drawn.push({
        kind,
        ...drawConversation(pool, { seed: seed + i, durationSec, name: `${kind}_${seed + i}` }),
      });
    }
  }
  if (values.out !== undefined) {
    await mkdir(values.out, { recursive: true });
    for (const { uri, samples, reference } of drawn) {
      await writeWav(join(values.out, `${uri}.wav`), samples, { sampleRate: RATE });
      await writeRttm(join(values.out, `${uri}.rttm`), reference);
    }
  }
  process.stdout.write(`${" ".repeat(34)}    DER   miss  false  conf.  speakers\n`);
  for (const preset of values.preset.split(",")) {
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
}

try {
  await main();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof Missing ? 3 : 2;
}
