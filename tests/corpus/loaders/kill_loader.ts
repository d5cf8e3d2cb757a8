/**
 * A loader in processes of its own, one for each rank, that write down what they have had and are killed at random samples; others, of
 * other numbers, go on from what is written. `bun run scripts/kill_loader.ts` does it often.
 */
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type LoadedBatch, speechBatches } from "#lib/corpus/loaders/speech_batches.ts";
import type { LoaderState } from "#lib/corpus/loaders/loader_state.ts";
import { sampleOrder } from "#lib/corpus/loaders/sample_order.ts";
import { openWebDataset } from "#lib/corpus/loaders/web_dataset_loader.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { seededRandom } from "../../../scripts/fuzz/random.ts";
import { madeSample } from "../shards/made_shards.ts";

/** What a process of one rank is told. */
interface Job {
  readonly shards: string;
  /** Where it writes what it had. */
  readonly log: string;
  readonly rank: number;
  readonly world: number;
  readonly workers: number;
  readonly batchSize: number;
  readonly state: LoaderState;
}

/** A line of a log: a sample that was had, or the state behind a batch. */
type Line = { readonly position: number; readonly id: string } | { readonly state: LoaderState };

const SEED = 7, EPOCH = 2;

/** Writes a corpus of so many clips. */
export async function writeCorpus(folder: string, count: number): Promise<void> {
  const writer = await openShardWriter(folder, { mostSamples: 25 });
  for (let i = 0; i < count; i++) {
    await writer.add(madeSample(`rec.${i}_0000`, { samples: 200 + 7 * (i % 30) }));
  }
  await writer.close();
}

/** The rest of the epoch for one rank, its workers in turn; each sample is written down when it is had, one after the other. */
async function consume(job: Job): Promise<void> {
  const { shards, log, rank, world, workers, batchSize, state } = job;
  await using loader = await openWebDataset(shards);
  const note = (line: Line) => appendFileSync(log, `${JSON.stringify(line)}\n`);
  const each = Array.from(
    { length: workers },
    (_, worker) =>
      speechBatches(loader, { seed: SEED, batchSize, rank, world, worker, workers, state })
        [Symbol.asyncIterator](),
  );
  for (let turn = 0;; turn = (turn + 1) % workers) {
    const { done, value } = await each[turn].next() as IteratorResult<LoadedBatch>;
    // Workers have their batches in turn: when one has none left, none has.
    if (done) break;
    for (const [i, id] of value.batch.ids.entries()) {
      note({ position: value.position + i, id });
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    note({ state: value.state });
  }
}

function linesOf(log: string): Line[] {
  let text: string;
  try {
    text = readFileSync(log, "utf8");
  } catch {
    return [];
  }
  // A line that a kill cut short has no end.
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

const runtime = "deno" in process.versions ? ["run", "--allow-all", "--no-check"] : [];

/** Runs a rank's process; kills it when it has had so many samples. Whether it came to its end. */
function runRank(job: Job, killAt?: number): Promise<boolean> {
  const child = spawn(process.execPath, [...runtime, fileURLToPath(import.meta.url), JSON.stringify(job)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const watch = killAt === undefined ? undefined : setInterval(() => {
    if (linesOf(job.log).filter((line) => "id" in line).length >= killAt) child.kill("SIGKILL");
  }, 1);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watch);
      resolve(code === 0);
    });
  });
}

/** What a trial of kills found. */
export interface LoaderKills {
  /** Kills that met a running process. */
  readonly killed: number;
  /** Trials whose samples, one after the other, were not those of the undisturbed epoch, and how. */
  readonly differing: readonly string[];
}

/**
 * So many times: an epoch by one to three ranks of one to three workers, killed at a random sample, gone on with by others that are killed
 * too, and ended by yet others. What was had up to each state, and then from it on, must be the undisturbed epoch.
 *
 * @param options `scratch`: a folder; `count`: trials; `seed`: of what is random in them.
 */
export async function killLoaders(
  options: { readonly scratch: string; readonly count: number; readonly seed: number },
): Promise<LoaderKills> {
  const { scratch, count, seed } = options;
  const random = seededRandom(`kill loaders ${seed}`);
  const shards = join(scratch, "shards");
  await writeCorpus(shards, 120);
  const loader = await openWebDataset(shards);
  const ids = loader.availableIds();
  const order = sampleOrder(loader.sizes, { seed: SEED, epoch: EPOCH });
  await loader.close();
  const undisturbed = Array.from({ length: order.length }, (_, position) => ids[order.at(position)]);
  let killed = 0;
  const differing: string[] = [];
  for (let trial = 0; trial < count; trial++) {
    const folder = join(scratch, String(trial));
    mkdirSync(folder);
    const had: string[] = [], told: string[] = [];
    let state: LoaderState = { epoch: EPOCH, position: 0 };
    for (let life = 0; state.epoch === EPOCH; life++) {
      const isLast = life === 2;
      const crew = { world: 1 + random(3), workers: 1 + random(3), batchSize: 1 + random(5) };
      const jobs = Array.from({ length: crew.world }, (_, rank) => ({
        ...{ shards, ...crew, rank, state },
        log: join(folder, `${life}_${rank}.jsonl`),
      }));
      const left = order.length - state.position;
      const killAt = isLast ? undefined : random(Math.ceil(left / crew.world / 2) + 1);
      const ends = await Promise.all(jobs.map((job) => runRank(job, killAt)));
      killed += ends.filter((isEnd) => !isEnd).length;
      const begin = state.position;
      state = goOn(jobs, { ends, state });
      const end = state.epoch === EPOCH ? state.position : order.length;
      const lines = jobs.flatMap(({ log }) => linesOf(log)).filter((line) => "id" in line);
      for (const { position, id } of lines.sort((a, b) => a.position - b.position)) {
        if (position >= begin && position < end) had.push(id);
      }
      told.push(`${crew.world} ranks of ${crew.workers}, ${begin} to ${end}`);
      if (isLast && state.epoch === EPOCH) break;
    }
    if (had.join("\n") !== undisturbed.join("\n")) {
      differing.push(`${told.join("; ")}: ${readdirSync(folder)}`);
    }
    rmSync(folder, { recursive: true });
  }
  return { killed, differing };
}

/** Where all ranks have been: the state of the one that is least far. One that ended has had all of its batches. */
function goOn(
  jobs: readonly Job[],
  { ends, state }: { readonly ends: readonly boolean[]; readonly state: LoaderState },
): LoaderState {
  const states = jobs.flatMap(({ log }, i) =>
    ends[i] ? [] : [linesOf(log).flatMap((line) => "state" in line ? [line.state] : []).at(-1) ?? state]
  );
  const far = (one: LoaderState) => one.epoch === state.epoch ? one.position : Infinity;
  return states.reduce((a, b) => far(b) < far(a) ? b : a, { epoch: state.epoch + 1, position: 0 });
}

if (import.meta.main) await consume(JSON.parse(process.argv[2]));
