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
  const time = async (repeats: number) => {
    const start = performance.now();
    await run(repeats);
    return (performance.now() - start) / 1000 / repeats;
  };
  // With --runs 1 the only warm-up is the check that came before.
  let last = await time(1);
  if (last > PATIENCE / 2) return [last]; // seconds are warm enough
  let spent = last;
  for (let i = 0; i < 50 && spent < WARM_UP && samples > 1; i++) {
    last = await time(1);
    spent += last;
  }
  const repeats = Math.min(MOST_REPEATS, Math.max(1, Math.ceil(SAMPLE / Math.max(last, 1e-6))));
  const many = Math.max(1, Math.min(samples, Math.floor(PATIENCE / (last * repeats))));
  const seconds: number[] = [];
  for (let i = 0; i < many; i++) seconds.push(await time(repeats));
  return seconds;
}
