import { setImmediate } from "node:timers/promises";
import { type NetworkWorker, type Part, PartFailure } from "#lib/scheduling/mod.ts";

/** What the fake network reads: who sent it, which part it is, and how it shall behave. */
export interface Token {
  readonly owner: string;
  readonly index: number;
  readonly length: number;
  /** "part" fails this part alone, "worker" takes the whole batch down, each time it is run; "once" only the first time. */
  readonly fails?: "part" | "worker" | "once";
}

/** A batch as it was run. */
export interface Ran {
  readonly worker: string;
  readonly tokens: readonly Token[];
}

/** How the fake network behaves. */
export interface NetworkBehaviour {
  readonly name?: string;
  readonly budget: number;
  /** Where to note what was run; several workers may share one. */
  readonly log?: Ran[];
  /** Turns of the event loop that a batch takes, by batch number. Default: 1. */
  readonly turns?: (batch: number) => number;
}

/** Tokens that have been run: those that fail once do not any more, on whichever worker. */
const runBefore = new WeakSet<Token>();

/** A network that writes down what it is given, and breaks the test if it is given it wrongly. */
export class CountingNetwork implements NetworkWorker<Token, string> {
  readonly name: string;
  readonly budget: number;
  readonly log: Ran[];
  readonly #turns: (batch: number) => number;
  closed = 0;
  faults: string[] = [];
  running = false;
  #batches = 0;
  #gate: Promise<void> | undefined;
  #open = () => {};

  constructor({ name = "fake", budget, log = [], turns = () => 1 }: NetworkBehaviour) {
    this.name = name;
    this.budget = budget;
    this.log = log;
    this.#turns = turns;
  }

  /** Holds every batch from now on until `open`. */
  shut(): this {
    ({ promise: this.#gate, resolve: this.#open } = Promise.withResolvers<void>());
    return this;
  }

  open(): void {
    this.#gate = undefined;
    this.#open();
  }

  async run(batch: readonly Token[]): Promise<(string | PartFailure)[]> {
    if (this.running) this.faults.push("two batches at once");
    if (this.closed > 0) this.faults.push("a batch after close");
    if (batch.length === 0) this.faults.push("an empty batch");
    const cost = batch.length * Math.max(...batch.map(({ length }) => length));
    if (cost > this.budget) this.faults.push(`a batch of ${cost}, over the budget of ${this.budget}`);
    this.running = true;
    this.log.push({ worker: this.name, tokens: batch });
    const turns = this.#turns(this.#batches++);
    try {
      await this.#gate;
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      const broken = batch.find(({ fails }) => fails === "worker");
      if (broken !== undefined) throw new Error(`${broken.owner}${broken.index} broke the worker`);
      if (batch.some((token) => token.fails === "once" && !runBefore.has(token))) {
        throw new Error("The worker had a bad moment");
      }
      return batch.map((token) =>
        token.fails === "part" ? new PartFailure(new RangeError("Bad part")) : outputOf(token)
      );
    } finally {
      for (const token of batch) runBefore.add(token);
      this.running = false;
    }
  }

  close(): void {
    if (this.running) this.faults.push("closed while running");
    this.closed++;
  }
}

/** What the network makes of a token: it tells whose it was. */
export function outputOf({ owner, index, length }: Token): string {
  return `${owner}/${index}/${length}`;
}

/** Parts of an owner, by length. */
export function partsOf(owner: string, lengths: readonly number[]): Part<Token>[] {
  return lengths.map((length, index) => ({ input: { owner, index, length }, length }));
}

/** `count` parts of length 1. */
export function ones(owner: string, count: number): Part<Token>[] {
  return partsOf(owner, Array<number>(count).fill(1));
}

/** Lets everything that can happen without a worker's doing happen. */
export async function settled(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

/** Batches as text, such as `["a0 a1", "b0"]`. */
export function batchesOf(log: readonly Ran[]): string[] {
  return log.map(({ tokens }) => tokens.map(({ owner, index }) => `${owner}${index}`).join(" "));
}
