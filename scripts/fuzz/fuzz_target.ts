import process from "node:process";
import { mutate } from "./mutate.ts";
import { seededRandom } from "./random.ts";

/** A reader under test. */
export interface FuzzTarget {
  readonly name: string;
  /** Valid inputs, at least one, which are damaged. */
  readonly seeds: readonly Uint8Array[];
  /** Kinds of damage, a kind more often by being named more often. Default: all, small ones more often. */
  readonly kinds?: readonly string[];
  /** Reads the bytes; any value is fine. */
  parse(bytes: Uint8Array): unknown;
  /** Whether an error is one that the reader documents. */
  isExpected(error: unknown): boolean;
}

/** What became of one mutation. */
export interface FuzzOutcome {
  readonly index: number;
  /** A value, a documented error, or neither. */
  readonly result: "read" | "refused" | "failed";
  /** The damage done, in order. */
  readonly kinds: readonly string[];
  /** What went wrong, of a failed one. */
  readonly fault?: string;
  readonly ms: number;
  /** What the process has grown by since the first mutation, in bytes. */
  readonly grownBytes: number;
}

/** Options of {@linkcode fuzzTarget}. */
export interface FuzzOptions {
  readonly seed: number;
  /** The first mutation. Default 0. */
  readonly first?: number;
  /** The mutation to stop before. */
  readonly end: number;
  /** Longest time that one may take, in milliseconds. Default 2000. */
  readonly limitMs?: number;
  /** Most that the process may grow by, in bytes. Default 512 MiB. */
  readonly limitBytes?: number;
}

/** The input of mutation `index`: the same for the same target and seed, whichever were made before it. */
export function mutation(
  target: FuzzTarget,
  where: { seed: number; index: number },
): { bytes: Uint8Array; kinds: string[] } {
  const random = seededRandom(`${target.name}/${where.seed}/${where.index}`);
  const { seeds } = target;
  return mutate(seeds[random(seeds.length)], { random, others: seeds, kinds: target.kinds });
}

/**
 * Reads mutation after mutation of the target's seeds. A reading fails that ends in an error the target does not
 * document, takes too long, or lets the process grow too far.
 *
 * @throws {Error} One of the seeds itself cannot be read.
 */
export async function* fuzzTarget(target: FuzzTarget, options: FuzzOptions): AsyncGenerator<FuzzOutcome> {
  const { first = 0, end, seed, limitMs = 2000, limitBytes = 512 * 2 ** 20 } = options;
  for (const whole of target.seeds) await target.parse(whole);
  const before = process.memoryUsage.rss();
  for (let index = first; index < end; index++) {
    const { bytes, kinds } = mutation(target, { seed, index });
    const start = performance.now();
    const { refused, ...attempted } = await attempt(target, { bytes, limitMs });
    const ms = performance.now() - start;
    const grownBytes = process.memoryUsage.rss() - before;
    let fault = attempted.fault;
    if (fault === undefined && ms > limitMs) fault = `took ${Math.round(ms)} ms, ${limitMs} are allowed`;
    if (fault === undefined && grownBytes > limitBytes) {
      fault = `the process grew by ${Math.round(grownBytes / 2 ** 20)} MiB`;
    }
    if (fault !== undefined) yield { index, result: "failed", kinds, fault, ms, grownBytes };
    else yield { index, result: refused ? "refused" : "read", kinds, ms, grownBytes };
  }
}

async function attempt(
  target: FuzzTarget,
  options: { bytes: Uint8Array; limitMs: number },
): Promise<{ refused: boolean; fault?: string }> {
  const { bytes, limitMs } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), limitMs);
  });
  try {
    const outcome = await Promise.race([Promise.resolve(target.parse(bytes)), late]);
    if (outcome === "late") return { refused: false, fault: `was not done after ${limitMs} ms` };
    return { refused: false };
  } catch (error) {
    if (target.isExpected(error)) return { refused: true };
    const stack = error instanceof Error ? error.stack ?? error.message : "";
    return { refused: false, fault: stack.startsWith(String(error)) ? stack : `${error}\n${stack}` };
  } finally {
    clearTimeout(timer);
  }
}
