import type { FinishedPart } from "./part.ts";
import type { RequestWarning } from "./request_event.ts";
import type { RequestStatistics } from "./statistics.ts";

/** Options of a request. */
export interface RequestOptions<Input, Output> {
  /** For people: what the request is about, such as the file's name. Default: "request N". */
  readonly name?: string;
  /** Higher ones are read and run first; lower ones wait as long as there are any. Default: 0. */
  readonly priority?: number;
  /** How many parts there will be, where the source does not say: for progress only. Default: an array's length. */
  readonly total?: number;
  /** Cancels the request when aborted. */
  readonly signal?: AbortSignal;
  /**
   * Gets each part when it is done, in the order in which they are done, instead of the response. While what
   * it returns is pending, the part still takes up the flow's room: this pushes back up to the source, and must
   * not wait for another request of the same flow. What it throws fails the request.
   */
  readonly onPart?: (part: FinishedPart<Input, Output>) => void | Promise<void>;
}

/** What a request was submitted with. */
export interface RequestParameters {
  readonly name: string;
  readonly priority: number;
}

/** A finished request. */
export interface FlowResponse<Output> {
  /** By part, in the order of the request; empty with `onPart`. */
  readonly outputs: readonly Output[];
  readonly warnings: readonly RequestWarning[];
  readonly statistics: RequestStatistics;
}
