import { median } from "./median.ts";

/** Seconds of warming up at least, where `runs` allows it: engines compile what they have seen some hundred times. */
const WARM_UP = 0.2;
/** Seconds that one sample lasts at least, so that the clock's steps and a submission's cost vanish in it. */
const SAMPLE = 0.02;
/** Runs that take longer are repeated less: seconds for all samples of one call. */
const PATIENCE = 10;
/** Repeats in one sample. */
const MOST_REPEATS = 500;

/**
 * Median seconds of one run, warm.
 *
 * @param run Does the work so often, and resolves when it is done.
 * @param samples How many samples the median is of; fewer where a run takes seconds.
 */
export async function timeRuns(run: (repeats: number) => Promise<unknown>, samples: number): Promise<number> {
  return median(await sampleRuns(run, samples));
}

/** The samples themselves, seconds per run. */
export async function sampleRuns(
  run: (repeats: number) => Promise<unknown>,
  samples: number,
): Promise<number[]> {
  return (await sampleInTurns([run], samples))[0];
}

/**
 * The samples of several things that are compared, taken in turns, so that whatever else the machine does falls on all of them.
 *
 * @returns As many of each, seconds per run.
 */
export async function sampleInTurns(
  runs: readonly ((repeats: number) => Promise<unknown>)[],
  samples: number,
): Promise<number[][]> {
  const time = async (run: (repeats: number) => Promise<unknown>, repeats: number) => {
    const start = performance.now();
    await run(repeats);
    return (performance.now() - start) / 1000 / repeats;
  };
  const warm: { last: number; repeats: number }[] = [];
  for (const run of runs) {
    // With --runs 1 the only warm-up is the check that came before.
    let last = await time(run, 1);
    for (let i = 0, spent = last; i < 50 && spent < WARM_UP && samples > 1; i++, spent += last) {
      last = await time(run, 1);
    }
    warm.push({
      last,
      repeats: Math.min(MOST_REPEATS, Math.max(1, Math.ceil(SAMPLE / Math.max(last, 1e-6)))),
    });
  }
  const slowest = Math.max(...warm.map(({ last, repeats }) => last * repeats));
  if (slowest > PATIENCE / 2) return warm.map(({ last }) => [last]); // seconds are warm enough
  const many = Math.max(1, Math.min(samples, Math.floor(PATIENCE / slowest)));
  const seconds: number[][] = runs.map(() => []);
  for (let i = 0; i < many; i++) {
    for (const [k, run] of runs.entries()) seconds[k].push(await time(run, warm[k].repeats));
  }
  return seconds;
}
