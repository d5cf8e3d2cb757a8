/** `bench command`: `dialab RECORDING` as a user starts it, from the start of the process to its end. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAudio } from "#lib/audio/read_audio.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { projectRoot } from "#lib/places/places.ts";
import { type CommandLine, EXIT, MissingError, UsageError } from "../../cli/command_line.ts";
import { printReport } from "../../cli/print_report.ts";
import { watchProcess } from "../command/watch_process.ts";
import { median } from "../median.ts";
import { RefusedError } from "../refused_error.ts";
import { progress, runsOf } from "../settings.ts";
import { duration, memory, table, times } from "../table.ts";

const PRESET = "own", SHORT_SEC = 10;

interface Row {
  readonly what: string;
  readonly audioSec: number;
  readonly seconds: number;
  readonly peakBytes: number | undefined;
}

/** Runs the command. */
export async function benchCommand({ values, positionals }: CommandLine): Promise<number> {
  if (positionals.length > 1) throw new UsageError(`command takes no ${positionals[1]}.`);
  const runs = runsOf(values), minutes = Number(values.get("minutes") ?? 60);
  if (!(minutes > 0 && minutes <= 24 * 60)) {
    throw new UsageError(`--minutes is a number over 0, at most 1440, not ${values.get("minutes")}.`);
  }
  const root = projectRoot(), dialab = join(root, "node_modules", ".bin", "dialab");
  if (!existsSync(dialab)) {
    throw new MissingError(`${dialab} does not exist: bench command needs a clone after npm ci.`);
  }
  const folder = await mkdtemp(join(tmpdir(), "dialab-bench-"));
  try {
    const audio = await readAudio(join(root, "fixtures", "conversation", "repair_day.flac"));
    const file = async (name: string, lengthSec: number) => {
      const samples = new Float32Array(Math.round(lengthSec * audio.sampleRate));
      for (let at = 0; at < samples.length; at += audio.samples.length) {
        samples.set(audio.samples.subarray(0, samples.length - at), at);
      }
      await writeWav(join(folder, name), samples, { sampleRate: audio.sampleRate });
      return join(folder, name);
    };
    const short = await file("short.wav", SHORT_SEC), long = await file("long.wav", 60 * minutes);
    const measured = async (what: string, command: readonly string[], audioSec: number, samples: number) => {
      const all = [];
      for (let i = 0; i < samples; i++) {
        progress(`${what}, ${i + 1} of ${samples}`);
        const one = await watchProcess(command, root);
        if (one.status !== 0) {
          throw new RefusedError(`${command.join(" ")} ended with ${one.status}: ${one.stderr}`);
        }
        all.push(one);
      }
      const peaks = all.flatMap(({ peakBytes }) => peakBytes ?? []);
      const row: Row = {
        ...{ what, audioSec, seconds: median(all.map(({ seconds }) => seconds)) },
        peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
      };
      return { row, stdout: all[all.length - 1].stdout };
    };
    const on = (recording: string) => [dialab, recording, "--preset", PRESET, "--json", "-"];
    const bare = await measured("dialab --version", [dialab, "--version"], 0, runs);
    const clip = await measured(`dialab, a clip of ${SHORT_SEC} s`, on(short), SHORT_SEC, runs);
    const npx = await measured(
      "npx dialab, the same",
      ["npx", ...on(short).with(0, "dialab")],
      SHORT_SEC,
      runs,
    );
    const openings = [];
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      await using _ = await Diarizer.open({ preset: PRESET });
      openings.push((performance.now() - start) / 1000);
    }
    const hour = await measured(`dialab, ${minutes} min`, on(long), 60 * minutes, 1);
    const hasTaskset = spawnSync("taskset", ["-c", "0", "true"]).status === 0;
    const alone = hasTaskset && describeEnvironment().cores > 1
      ? [
        (await measured(
          `dialab, ${minutes} min on one core`,
          ["taskset", "-c", "0", ...on(long)],
          60 * minutes,
          1,
        )).row,
      ]
      : [];
    progress("");
    const work: number = JSON.parse(clip.stdout).files[0].seconds.total;
    const parts = [
      { part: "runtime and command, as dialab --version", seconds: bare.row.seconds },
      { part: "decoding, networks and clustering", seconds: work },
      {
        part: "the rest: opening both networks, writing",
        seconds: clip.row.seconds - bare.row.seconds - work,
      },
      { part: "opening both networks, here, again", seconds: median(openings.slice(1)) },
    ].filter(({ seconds }) => Number.isFinite(seconds));
    const rows = [bare.row, clip.row, npx.row, hour.row, ...alone];
    const environment = describeEnvironment();
    await printReport(values.get("json"), {
      json: () =>
        JSON.stringify({ environment, bench: "command", preset: PRESET, results: rows, parts }, null, 2),
      text: () =>
        [
          `${environment.runtime}, ${environment.cores} cores of ${environment.cpu}; preset ${PRESET}`,
          "",
          ...table<Row>([
            { head: "command", cell: ({ what }) => what, align: "left" },
            { head: "seconds", cell: ({ seconds }) => duration(seconds) },
            {
              head: "real time",
              cell: ({ audioSec, seconds }) => audioSec > 0 ? times(audioSec / seconds) : "-",
            },
            { head: "memory", cell: ({ peakBytes }) => memory(peakBytes) },
          ], rows),
          "",
          `Where the ${duration(clip.row.seconds)} go:`,
          ...table([
            { head: "part", cell: ({ part }: typeof parts[number]) => part, align: "left" },
            { head: "seconds", cell: ({ seconds }) => duration(seconds) },
          ], parts),
        ].join("\n"),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return EXIT.fine;
}
