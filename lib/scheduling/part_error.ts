/**
 * What a worker puts in the place of a result when one part of a batch cannot be worked out though the batch
 * itself went well. The part's request fails with a {@link PartError}; the other parts are not touched.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { PartFailure } from "#lib/scheduling/part_error.ts";
 *
 * const run = (samples: number[]) =>
 *   samples.map((x) => Number.isNaN(x) ? new PartFailure(new RangeError("The input is NaN")) : Math.sqrt(x));
 * const [root, failure] = run([4, NaN]);
 * strictEqual(root, 2);
 * strictEqual(failure instanceof PartFailure, true);
 * ```
 */
export class PartFailure {
  constructor(readonly cause: unknown) {}
}

/**
 * A request that failed because one of its parts did; `cause` is what the worker said.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { PartError } from "#lib/scheduling/part_error.ts";
 *
 * const error = new PartError(7, { worker: "cpu", cause: new RangeError("The input is NaN") });
 * strictEqual(error.message, "Part 7 failed on cpu: The input is NaN");
 * ```
 */
export class PartError extends Error {
  override readonly name = "PartError";
  /** Which of the request's parts, from 0. */
  readonly index: number;
  /** Name of the worker that ran it last. */
  readonly worker: string;

  constructor(index: number, { worker, cause }: { worker: string; cause: unknown }) {
    super(`Part ${index} failed on ${worker}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.index = index;
    this.worker = worker;
  }
}
