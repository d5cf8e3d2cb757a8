import type { PartFailure } from "./part_error.ts";

/**
 * One network on one device. A flow never gives it a second batch before the first has come back.
 *
 * What a worker owes: the result of a part does not depend on the other parts of its batch, their order or
 * their number. The flow owes the rest, so that a request's outputs are the same alone and in company.
 */
export interface NetworkWorker<Input, Output> {
  /** For messages and statistics. Default: "worker 0", "worker 1", ... */
  readonly name?: string;
  /** Most that a batch may cost: its number of parts times the longest one's length. */
  readonly budget: number;
  /**
   * One result per part, in order; a {@link PartFailure} where one part alone failed. A rejection means that
   * the worker failed: each part of the batch is then run once more, alone.
   *
   * `signal` is aborted when nobody wants the batch any more; what is given then does not matter. A worker that has to
   * wait before it begins, such as for a thread, should not begin then.
   */
  run(
    batch: readonly Input[],
    options: { readonly signal: AbortSignal },
  ): Promise<readonly (Output | PartFailure)[]>;
  /** Frees what the worker holds; called once, when its last batch has come back. */
  close?(): void | Promise<void>;
}
