import type { NetworkWorker } from "./network_worker.ts";
import type { PartFailure } from "./part_error.ts";
import type { WorkerStatistics } from "./statistics.ts";

/** What came of a batch: a result per part, or why the worker failed. */
export type BatchOutcome<Output> =
  | { readonly results: readonly (Output | PartFailure)[] }
  | { readonly cause: unknown };

/** A worker and what it has done. It refuses a second batch while it has one. */
export class WorkerSlot<Input, Output> {
  readonly #worker: NetworkWorker<Input, Output>;
  readonly #clock: () => number;
  readonly name: string;
  readonly budget: number;
  #startedAtMs: number | undefined;
  #batches = 0;
  #parts = 0;
  #failures = 0;
  #busyMs = 0;

  constructor(
    worker: NetworkWorker<Input, Output>,
    { number, clock }: { number: number; clock: () => number },
  ) {
    this.#worker = worker;
    this.#clock = clock;
    this.name = worker.name ?? `worker ${number}`;
    this.budget = worker.budget;
  }

  get busy(): boolean {
    return this.#startedAtMs !== undefined;
  }

  get statistics(): WorkerStatistics {
    return {
      name: this.name,
      busy: this.busy,
      batches: this.#batches,
      parts: this.#parts,
      failures: this.#failures,
      busyMs: this.#busyMs + (this.#startedAtMs === undefined ? 0 : this.#clock() - this.#startedAtMs),
    };
  }

  /** Runs a batch; never rejects. A worker that gives up what nobody wants any more has not failed. */
  async run(batch: readonly Input[], signal: AbortSignal): Promise<BatchOutcome<Output>> {
    if (this.busy) throw new TypeError(`${this.name} has a batch already`);
    this.#startedAtMs = this.#clock();
    this.#batches++;
    this.#parts += batch.length;
    try {
      const results = await this.#worker.run(batch, { signal });
      if (results.length === batch.length) return { results };
      throw new RangeError(`${this.name} gave ${results.length} results for ${batch.length} parts`);
    } catch (cause) {
      if (!signal.aborted) this.#failures++;
      return { cause };
    } finally {
      this.#busyMs += this.#clock() - this.#startedAtMs;
      this.#startedAtMs = undefined;
    }
  }

  /** Frees the worker. */
  async close(): Promise<void> {
    await this.#worker.close?.();
  }
}

/**
 * Frees every worker, whatever the others say, then rejects with what one said, or with an `AggregateError`.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { closeSlots, WorkerSlot } from "#lib/scheduling/worker_slot.ts";
 *
 * const close = () => Promise.reject(new Error("The device is lost"));
 * const worker = { budget: 1, run: (batch: readonly string[]) => Promise.resolve(batch), close };
 * await rejects(closeSlots([new WorkerSlot(worker, { number: 0, clock: () => 0 })]), /device is lost/);
 * ```
 */
export async function closeSlots<Input, Output>(slots: readonly WorkerSlot<Input, Output>[]): Promise<void> {
  const closed = await Promise.allSettled(slots.map((slot) => slot.close()));
  const errors = closed.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} workers could not be closed`);
}
