/** What it brings that networks run while the next chunks are decoded and made ready, and that recordings run together. */
import { createHash } from "node:crypto";
import process from "node:process";
import { diarize } from "#lib/diarization/diarize.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import type { Preset } from "#lib/diarization/presets.ts";
import { defaultWorkers } from "#lib/networks/default_workers.ts";
import type { Provider } from "#lib/networks/provider.ts";
import { formatRttm } from "#lib/timeline/rttm.ts";
import { median } from "../median.ts";
import { RefusedError } from "../refused_error.ts";

/** One way to do the same work. */
export interface OverlapWay {
  /** Threads of the networks' own; 0: the calling thread does everything in turns. */
  readonly workers: number;
  /** All recordings at the same time, or one after the other. */
  readonly together: boolean;
  /** Medians over the rounds. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** What was measured. */
export interface OverlapReport {
  readonly preset: string;
  readonly files: number;
  /** Length of all recordings together. */
  readonly seconds: number;
  readonly ways: readonly OverlapWay[];
  /** Time with threads over time without, the recordings one after the other, which is how one recording gains: under 1 is faster. */
  readonly gain: number;
  /** Time of all recordings together over one after the other, with threads. */
  readonly company: number;
}

/** What is to be measured. */
export interface OverlapSettings {
  readonly preset: Preset;
  readonly provider: Provider;
  readonly models: string | undefined;
  readonly runs: number;
  readonly progress: (text: string) => void;
}

/**
 * Diarizes the same recordings in four ways, in turns.
 *
 * @param recordings Paths; one may come several times.
 * @throws {RefusedError} when two ways do not give the same bytes.
 */
export async function measureOverlap(
  recordings: readonly string[],
  settings: OverlapSettings,
): Promise<OverlapReport> {
  const { preset, provider, models, runs, progress } = settings;
  const workers = Math.max(1, defaultWorkers(provider));
  await using own = await Diarizer.open({ preset, provider, models, workers: 0 });
  await using threaded = await Diarizer.open({ preset, provider, models, workers });
  const ways = [
    { diarizer: own, workers: 0, together: false },
    { diarizer: own, workers: 0, together: true },
    { diarizer: threaded, workers, together: false },
    { diarizer: threaded, workers, together: true },
  ];
  const times = ways.map(() => ({ seconds: [] as number[], cpuSeconds: [] as number[] }));
  let [expected, audioSec] = ["", 0];
  for (let round = 0; round < runs; round++) {
    for (const [i, { diarizer, together, workers }] of ways.entries()) {
      progress(`round ${round + 1} of ${runs}: ${workers} threads, ${together ? "together" : "one by one"}`);
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      const one = (file: string) => diarize(file, { diarizer, uri: "recording" });
      const results = together
        ? await Promise.all(recordings.map(one))
        : await eachAfterTheOther(recordings, one);
      const { user, system } = process.cpuUsage(cpu);
      times[i].seconds.push((performance.now() - start) / 1000);
      times[i].cpuSeconds.push((user + system) / 1e6);
      const hash = createHash("sha256");
      for (const { annotation, embeddings } of results) {
        hash.update(formatRttm(annotation)).update(new Uint8Array(embeddings.data.buffer));
      }
      const got = hash.digest("hex");
      expected ||= got;
      if (got !== expected) {
        throw new RefusedError(
          "Results with and without threads, together and alone, are not the same bytes.",
        );
      }
      audioSec = results.reduce((sum, { durationSec }) => sum + durationSec, 0);
    }
  }
  const measured = ways.map(({ workers, together }, i) => ({
    ...{ workers, together },
    seconds: median(times[i].seconds),
    cpuSeconds: median(times[i].cpuSeconds),
  }));
  return {
    ...{ preset: preset.name, files: recordings.length, seconds: audioSec, ways: measured },
    gain: measured[2].seconds / measured[0].seconds,
    company: measured[3].seconds / measured[2].seconds,
  };
}

async function eachAfterTheOther<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
