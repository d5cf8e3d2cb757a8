import { byLine, runSuite, type Suite, type SuiteOutput, type SuiteResult } from "./run_suite.ts";

/** How suites are run. */
export interface RunSuitesOptions extends SuiteOutput {
  /** Suites at a time. */
  readonly jobs: number;
  /** The line above a suite that begins. */
  readonly heading: (name: string) => string;
  /** What each line of a suite begins with while others run beside it. */
  readonly prefix: (name: string) => string;
}

/** How one of them ended. */
export interface NamedResult extends SuiteResult {
  readonly name: string;
  readonly seconds: number;
}

/** Runs suites, so many at a time, the first first; their results are in their order. */
export async function runSuites(suites: readonly Suite[], options: RunSuitesOptions): Promise<NamedResult[]> {
  const { heading, out } = options;
  const jobs = Math.min(options.jobs, suites.length);
  const results: NamedResult[] = [];
  const waiting = [...suites.entries()];
  const next = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      const [at, suite] = entry;
      out(`\n${heading(suite.name)}\n`);
      const start = performance.now();
      const result = jobs > 1 ? await runBesideOthers(suite, options) : await runSuite(suite, options);
      results[at] = { name: suite.name, ...result, seconds: (performance.now() - start) / 1000 };
    }
  };
  await Promise.all(Array.from({ length: jobs }, next));
  return results;
}

/** Whole lines alone, each with the suite's name: those of others come between them. */
async function runBesideOthers(suite: Suite, { out, err, prefix }: RunSuitesOptions): Promise<SuiteResult> {
  const told = [out, err].map((write) => byLine((line) => write(`${prefix(suite.name)} ${line}\n`)));
  const result = await runSuite(suite, { out: told[0].lines, err: told[1].lines });
  for (const { rest } of told) rest();
  return result;
}
