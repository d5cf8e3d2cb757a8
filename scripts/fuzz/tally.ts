import type { FuzzOutcome } from "./fuzz_target.ts";

/** Counts what became of a target's mutations. */
export class FuzzTally {
  readonly target: string;
  read = 0;
  refused = 0;
  /** Time spent reading. */
  seconds = 0;
  slowestMs = 0;
  slowestIndex = -1;
  /** What a process grew by at most. */
  grownBytes = 0;
  readonly failures: FuzzOutcome[] = [];

  constructor(target: string) {
    this.target = target;
  }

  get mutations(): number {
    return this.read + this.refused + this.failures.length;
  }

  add(outcome: FuzzOutcome): void {
    this.seconds += outcome.ms / 1000;
    this.grownBytes = Math.max(this.grownBytes, outcome.grownBytes);
    if (outcome.ms > this.slowestMs) [this.slowestMs, this.slowestIndex] = [outcome.ms, outcome.index];
    if (outcome.result === "failed") this.failures.push(outcome);
    else this[outcome.result]++;
  }
}
