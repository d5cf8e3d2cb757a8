import { withResolvers } from "#lib/language/with_resolvers.ts";
import { EventStream } from "./event_stream.ts";
import type { Part } from "./part.ts";
import type { OpenSource } from "./part_source.ts";
import type { RequestWarning } from "./request_event.ts";
import type { FlowResponse, RequestOptions, RequestParameters } from "./request_options.ts";
import type { RequestStatistics } from "./statistics.ts";

/** A part in the queue, or a piece of one. */
export interface Piece<Input, Output> {
  readonly request: RequestState<Input, Output>;
  /** Which part of the request. */
  readonly index: number;
  /** Which piece of the part. */
  readonly place: number;
  readonly input: Input;
  readonly length: number;
  /** Its place in the fair order: the request's `served` when it was read. */
  readonly tag: number;
  readonly readAtMs: number;
  readonly whole: WholePart<Input, Output>;
  /** Number of the worker that failed with it, if one did. */
  failedOn: number | undefined;
}

/** What the pieces of one part are gathered in. */
export interface WholePart<Input, Output> {
  readonly part: Part<Input>;
  /** Whether it was too long; then it has pieces, and what they give is joined. */
  readonly chopped: boolean;
  readonly outputs: Output[];
  /** Pieces that have no output yet. */
  left: number;
}

/** A request inside the flow. It knows nothing of its handle, so that the handle can be dropped. */
export class RequestState<Input, Output> {
  readonly events = new EventStream();
  readonly outputs: Output[] = [];
  readonly warnings: RequestWarning[] = [];
  readonly promise: Promise<FlowResponse<Output>>;
  readonly resolve: (response: FlowResponse<Output>) => void;
  readonly reject: (reason: unknown) => void;
  source!: OpenSource<Input>;
  /** Whether somebody may still want the outcome when the handle is gone. */
  wanted: boolean;
  /** Length read so far, from the flow's virtual time when the request joined; what fairness goes by. */
  served = 0;
  /** Length read and not done with. */
  held = 0;
  /** Length set aside for the read under way. */
  reserved = 0;
  /** Whether all parts have been read. */
  exhausted = false;
  read = 0;
  done = 0;
  waiting = 0;
  running = 0;
  total: number | undefined;
  outcome: "done" | "failed" | "cancelled" | undefined;
  startedAtMs: number | undefined;
  finishedAtMs: number | undefined;
  /** Undoes what ties the request to its signal and its handle. */
  release: () => void = () => {};

  constructor(
    /** Counts the flow's requests: first come. */
    readonly number: number,
    readonly parameters: RequestParameters,
    readonly submittedAtMs: number,
    readonly onPart: RequestOptions<Input, Output>["onPart"],
  ) {
    ({ promise: this.promise, resolve: this.resolve, reject: this.reject } = withResolvers<
      FlowResponse<Output>
    >());
    // Whoever awaits the result hears of a failure; if nobody does, it is not the process's business.
    this.promise.catch(() => {});
    this.wanted = onPart !== undefined;
  }

  get statistics(): RequestStatistics {
    const { total, read, done, waiting, running, submittedAtMs, startedAtMs, finishedAtMs } = this;
    const state = this.outcome ?? (startedAtMs === undefined ? "waiting" : "running");
    return { state, total, read, done, waiting, running, submittedAtMs, startedAtMs, finishedAtMs };
  }
}

/**
 * Order of requests in being read: priority, then who was served least, then first come.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { compareRequests, RequestState } from "#lib/scheduling/request_state.ts";
 *
 * const requests = [0, 5, 0].map((priority, i) =>
 *   new RequestState<string, string>(i, { name: `${i}`, priority }, 0, undefined)
 * );
 * requests[0].served = 10;
 * deepStrictEqual(requests.sort(compareRequests).map(({ number }) => number), [1, 2, 0]);
 * ```
 */
export function compareRequests<Input, Output>(
  a: RequestState<Input, Output>,
  b: RequestState<Input, Output>,
): number {
  return b.parameters.priority - a.parameters.priority || a.served - b.served || a.number - b.number;
}

/**
 * Order of parts in being run: that in which they were read, except that a higher priority goes first.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { comparePieces, RequestState } from "#lib/scheduling/request_state.ts";
 *
 * const request = new RequestState<string, string>(0, { name: "a", priority: 0 }, 0, undefined);
 * const whole = { part: { input: "", length: 1 }, chopped: false, outputs: [], left: 1 };
 * const common = { request, place: 0, input: "", length: 1, readAtMs: 0, whole, failedOn: undefined };
 * const pieces = [{ ...common, index: 1, tag: 9 }, { ...common, index: 0, tag: 8 }];
 * deepStrictEqual(pieces.sort(comparePieces).map(({ index }) => index), [0, 1]);
 * ```
 */
export function comparePieces<Input, Output>(a: Piece<Input, Output>, b: Piece<Input, Output>): number {
  return b.request.parameters.priority - a.request.parameters.priority || a.tag - b.tag ||
    a.request.number - b.request.number || a.index - b.index || a.place - b.place;
}
