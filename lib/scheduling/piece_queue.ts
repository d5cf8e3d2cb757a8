import { batchCost, formBatch } from "./form_batch.ts";
import { comparePieces, type Piece, type RequestState } from "./request_state.ts";
import { SortedList } from "./sorted_list.ts";
import type { WaitingTimes } from "./statistics.ts";

/** For whom a batch is. */
export interface BatchTaker {
  /** Which worker, from 0. */
  readonly worker: number;
  readonly budget: number;
  /** The flow's clock. */
  readonly nowMs: number;
}

/** The parts of all requests that wait to be run, and the batches made of them. */
export class PieceQueue<Input, Output> {
  readonly #options: { readonly workers: number; readonly maxPadding: number };
  readonly #waiting = new SortedList<Piece<Input, Output>>(comparePieces);
  /** Parts whose worker failed. */
  readonly #retries = new SortedList<Piece<Input, Output>>(comparePieces);
  #retried = 0;
  #batches = 0;
  #fill = 0;
  #taken = 0;
  #waitedMs = 0;
  #maxWaitedMs = 0;

  constructor(options: { workers: number; maxPadding: number }) {
    this.#options = options;
  }

  /** Number of parts that wait. */
  get size(): number {
    return this.#waiting.size + this.#retries.size;
  }

  /** Parts taken for the second time. */
  get retried(): number {
    return this.#retried;
  }

  /** Mean of cost over budget, of batches that are not retries. */
  get meanFill(): number {
    return this.#batches === 0 ? 0 : this.#fill / this.#batches;
  }

  /** From being read to being taken for the first time. */
  get waited(): WaitingTimes {
    return { meanMs: this.#taken === 0 ? 0 : this.#waitedMs / this.#taken, maxMs: this.#maxWaitedMs };
  }

  /** Puts a part in line; one that a worker failed with before, in the line of those that run alone. */
  add(piece: Piece<Input, Output>): void {
    piece.request.waiting++;
    (piece.failedOn === undefined ? this.#waiting : this.#retries).add(piece);
  }

  /** Takes out all parts of a request. */
  remove(request: RequestState<Input, Output>): void {
    if (request.waiting === 0) return;
    for (const list of [this.#waiting, this.#retries]) list.take((piece) => piece.request === request);
    request.waiting = 0;
  }

  /** Takes the next batch; empty when there is nothing for this worker. */
  next(taker: BatchTaker): Piece<Input, Output>[] {
    const retry = this.#nextRetry(taker.worker);
    if (retry !== undefined) {
      this.#retries.delete(retry);
      this.#retried++;
      retry.request.waiting--;
      return [retry];
    }
    const batch = formBatch(this.#waiting, { budget: taker.budget, maxPadding: this.#options.maxPadding });
    if (batch.length === 0) return batch;
    this.#batches++;
    this.#fill += batchCost(batch) / taker.budget;
    this.#taken += batch.length;
    for (const piece of batch) {
      this.#waiting.delete(piece);
      piece.request.waiting--;
      this.#waitedMs += taker.nowMs - piece.readAtMs;
      this.#maxWaitedMs = Math.max(this.#maxWaitedMs, taker.nowMs - piece.readAtMs);
    }
    return batch;
  }

  /** A worker that failed with a part gets it again only if it is the only one. */
  #nextRetry(worker: number): Piece<Input, Output> | undefined {
    for (const piece of this.#retries) {
      if (this.#options.workers === 1 || piece.failedOn !== worker) return piece;
    }
    return undefined;
  }
}
