import type { RequestEvent } from "./request_event.ts";
import type { FlowResponse, RequestParameters } from "./request_options.ts";
import type { RequestState } from "./request_state.ts";
import type { RequestStatistics } from "./statistics.ts";

/**
 * A request that has been submitted: what it was, where it stands, its events, its result, and a way to stop it.
 *
 * A handle that is dropped cancels its request, if nobody has asked for `result` or for events and the request
 * has no `onPart`: nobody could learn how it ended. This is a safety net and happens when the garbage collector
 * gets to it, if ever; `cancel`, a signal or `using` stop a request at once.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { NetworkFlow } from "#lib/scheduling/mod.ts";
 *
 * const double = { budget: 2, run: (batch: readonly number[]) => Promise.resolve(batch.map((x) => 2 * x)) };
 * await using flow = new NetworkFlow({ workers: [double], maxLength: 1 });
 * const handle = flow.submit([1, 2, 3].map((input) => ({ input, length: 1 })));
 * const seen: string[] = [];
 * for await (const event of handle) seen.push(event.type);
 * deepStrictEqual(seen, ["started", "progress", "progress", "done"]);
 * deepStrictEqual((await handle.result).outputs, [2, 4, 6]);
 * ```
 */
export class RequestHandle<Input, Output> {
  readonly #state: RequestState<Input, Output>;
  readonly #cancel: (reason: unknown) => void;

  /** For the flow; users get handles from `submit`. */
  constructor(state: RequestState<Input, Output>, cancel: (reason: unknown) => void) {
    this.#state = state;
    this.#cancel = cancel;
  }

  /** What the request was submitted with. */
  get parameters(): RequestParameters {
    return this.#state.parameters;
  }

  /** Where the request stands now. */
  get statistics(): RequestStatistics {
    return this.#state.statistics;
  }

  /**
   * The response, once all parts are done. Rejects with the signal's or `cancel`'s reason, with a `PartError`
   * when a part failed, or with what the source threw. A rejection that nobody awaits stays silent.
   */
  get result(): Promise<FlowResponse<Output>> {
    this.#state.wanted = true;
    return this.#state.promise;
  }

  /**
   * Stops the request: nothing of it that waits will be run, `result` rejects with `reason` (default: an
   * `AbortError`). A batch that is running already is left to finish. Without effect on a finished request.
   */
  cancel(reason: unknown = new DOMException("The request was cancelled", "AbortError")): void {
    this.#cancel(reason);
  }

  /** Cancels, so that `using handle = flow.submit(...)` stops what the block did not wait for. */
  [Symbol.dispose](): void {
    this.cancel();
  }

  /** Events from the latest on, up to and with the last. */
  [Symbol.asyncIterator](): AsyncIterableIterator<RequestEvent, undefined> {
    this.#state.wanted = true;
    return this.#state.events.read();
  }
}
