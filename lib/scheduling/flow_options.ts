import type { Chopping } from "./chopping.ts";
import type { NetworkWorker } from "./network_worker.ts";

/** Options of a `NetworkFlow`. */
export interface NetworkFlowOptions<Input, Output> {
  /** One for each device that runs the network; earlier ones get work first. */
  readonly workers: readonly NetworkWorker<Input, Output>[];
  /** Longest part that the network takes, a whole number; every worker's budget must hold one. */
  readonly maxLength: number;
  /** How longer parts are cut. Default: they fail their request. */
  readonly chopping?: Chopping<Input, Output>;
  /**
   * How much shorter than the longest part of its batch a part may be, as a fraction from 0 to 1. Above 0,
   * workers must pad, and what they give must not depend on it. Default: 0, equal lengths only.
   */
  readonly maxPadding?: number;
  /**
   * Most length that is read from sources and not done with: what is waiting, running, or in a pending
   * `onPart`. At least `maxLength`. Default: three times the sum of the budgets, so that two more batches wait
   * while one runs.
   */
  readonly capacity?: number;
  /** Most async iterables read from in turn: each may hold a file or a decoder open. Default: 64. */
  readonly maxOpen?: number;
  /** Milliseconds for events and statistics; nothing is decided by it. Default: `performance.now`. */
  readonly clock?: () => number;
}

/** Options with every default filled in. */
export type FlowSettings<Input, Output> =
  & Required<Omit<NetworkFlowOptions<Input, Output>, "chopping">>
  & Pick<NetworkFlowOptions<Input, Output>, "chopping">;

/**
 * Fills in the defaults, and refuses with a `RangeError` what makes no sense.
 *
 * @example
 * ```ts
 * import { strictEqual, throws } from "node:assert";
 * import { flowSettings } from "#lib/scheduling/flow_options.ts";
 *
 * const worker = { budget: 8, run: (batch: readonly string[]) => Promise.resolve(batch) };
 * strictEqual(flowSettings({ workers: [worker, worker], maxLength: 2 }).capacity, 48);
 * throws(() => flowSettings({ workers: [worker], maxLength: 9 }), /Worker 0 has a budget of 8, .* part of 9/);
 * ```
 */
export function flowSettings<Input, Output>(
  options: NetworkFlowOptions<Input, Output>,
): FlowSettings<Input, Output> {
  const { workers, maxLength, maxPadding = 0, maxOpen = 64, clock = () => performance.now() } = options;
  const { capacity = 3 * workers.reduce((sum, { budget }) => sum + budget, 0) } = options;
  require(workers.length >= 1, "A flow needs a worker or more");
  const whole = Number.isSafeInteger(maxLength) && maxLength > 0;
  require(whole, `maxLength must be a whole number above 0, got ${maxLength}`);
  workers.forEach(({ budget }, i) =>
    require(budget >= maxLength, `Worker ${i} has a budget of ${budget}, it must hold a part of ${maxLength}`)
  );
  require(capacity >= maxLength, `The capacity is ${capacity}, it must hold a part of ${maxLength}`);
  require(maxPadding >= 0 && maxPadding <= 1, `maxPadding must be from 0 to 1, got ${maxPadding}`);
  require(maxOpen >= 1, `maxOpen must be 1 or more, got ${maxOpen}`);
  return { workers, maxLength, maxPadding, maxOpen, clock, capacity, chopping: options.chopping };
}

function require(holds: boolean, message: string): void {
  if (!holds) throw new RangeError(message);
}
