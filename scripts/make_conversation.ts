/**
 * Makes fixtures/conversation/: three synthetic speakers plan a repair day, with what was said by whom and when.
 *
 *     bun run scripts/make_conversation.ts [--check]
 *
 * Needs Debian's flite (2.2-5) and flac (1.4.2). `--check` changes nothing: it makes everything again and compares it with what is
 * committed, the recording sample by sample. Exit status: 0 fine, 1 something differs, 2 usage, 3 a program is missing.
 */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readAudio } from "#lib/audio/read_audio.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { projectRoot } from "#lib/places/places.ts";
import { arrangedFiles, LEVELS } from "./conversation/arranged_files.ts";
import { mix } from "./conversation/mix.ts";
import { CAST, LINES } from "./conversation/repair_day.ts";
import { speak, type Utterance } from "./conversation/speak.ts";

const NAME = "repair_day";
const RATE = 16000;

/** Everything but the recording is text. */
interface Made {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly texts: Readonly<Record<string, string>>;
}

async function make(): Promise<Made> {
  const utterances: Utterance[] = [];
  for (const [speaker, text] of LINES) utterances.push(await speak(text, CAST[speaker]));
  const lengths = utterances.map(({ samples, words }) => ({
    samples: samples.length,
    words: words.map(({ start, end }) => [start, end] as const),
  }));
  const { arrangement: { placed, length }, rttm, words } = arrangedFiles(lengths, { name: NAME });
  const parts = placed.map(({ speaker, start }, i) => ({
    start,
    samples: utterances[i].samples,
    level: CAST[speaker].level,
  }));
  const rows = lengths.map((row) => `  ${JSON.stringify(row)}`).join(",\n");
  return {
    samples: mix(parts, { length, ...LEVELS }),
    texts: {
      [`${NAME}.rttm`]: rttm,
      [`${NAME}.seglst.json`]: words,
      "utterances.json": `[\n${rows}\n]\n`,
    },
  };
}

async function write(folder: string, { samples, texts }: Made): Promise<void> {
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), "dialab-conversation-"));
  try {
    const wav = join(scratch, `${NAME}.wav`), flac = join(scratch, `${NAME}.flac`);
    await writeWav(wav, samples, { sampleRate: RATE, format: "s16" });
    const { status, error } = spawnSync("flac", ["--silent", "-8", "-e", "-p", wav, "-o", flac]);
    if (status !== 0) throw new Error(`flac failed: ${error?.message ?? `exit status ${status}`}`);
    await writeFile(join(folder, `${NAME}.flac.tmp`), await readFile(flac));
    await rename(join(folder, `${NAME}.flac.tmp`), join(folder, `${NAME}.flac`));
  } finally {
    await rm(scratch, { recursive: true });
  }
  for (const [file, text] of Object.entries(texts)) await writeFile(join(folder, file), text);
}

async function check(folder: string, { samples, texts }: Made): Promise<string[]> {
  const faults: string[] = [];
  for (const [file, text] of Object.entries(texts)) {
    if (await readFile(join(folder, file), "utf8") !== text) faults.push(`${file} differs`);
  }
  const { samples: committed } = await readAudio(join(folder, `${NAME}.flac`));
  if (committed.length !== samples.length) faults.push(`${NAME}.flac has another length`);
  // To the half of a step, which is where 16 bits round to, and a little for engines whose sine is another.
  const worst = samples.reduce((most, x, i) => Math.max(most, Math.abs(x - committed[i])), 0) * 32768;
  if (!(worst < 0.51)) faults.push(`${NAME}.flac is up to ${worst.toFixed(2)} steps of 16 bits off`);
  return faults;
}

const args = process.argv.slice(2);
if (args.some((arg) => arg !== "--check")) {
  process.stderr.write(`${args.find((arg) => arg !== "--check")}: the only option is --check\n`);
  process.exitCode = 2;
} else if (["flite", "flac"].some((program) => spawnSync(program, ["--version"]).error !== undefined)) {
  process.stderr.write("flite and flac are needed; in Debian: apt-get install flite flac\n");
  process.exitCode = 3;
} else {
  const folder = join(projectRoot(), "fixtures", "conversation");
  const made = await make();
  const faults = args.length > 0 ? await check(folder, made) : [];
  if (args.length === 0) await write(folder, made);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
