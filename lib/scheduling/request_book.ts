import type { RequestState } from "./request_state.ts";

/** How a request ends. */
export type Ending =
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "cancelled"; readonly reason: unknown };

/** What a book needs of its flow. */
export interface RequestBookOptions<Input, Output> {
  readonly clock: () => number;
  /** Takes a request that has ended out of every line, before anybody hears of its end. */
  readonly left: (request: RequestState<Input, Output>, reason: unknown) => void;
}

/** The requests that are open, and the one place where a request ends: once, whoever comes first. */
export class RequestBook<Input, Output> {
  readonly #options: RequestBookOptions<Input, Output>;
  readonly #open = new Set<RequestState<Input, Output>>();
  readonly #ended = { done: 0, failed: 0, cancelled: 0 };
  #opened = 0;

  constructor(options: RequestBookOptions<Input, Output>) {
    this.#options = options;
  }

  /** How many requests there have been. */
  get opened(): number {
    return this.#opened;
  }

  /** How many there are, and how the others ended. */
  get counts(): { open: number; done: number; failed: number; cancelled: number } {
    return { open: this.#open.size, ...this.#ended };
  }

  open(request: RequestState<Input, Output>): void {
    this.#opened++;
    this.#open.add(request);
  }

  /** The requests that are open now. */
  all(): RequestState<Input, Output>[] {
    return [...this.#open];
  }

  /** Ends a request; without effect if it has ended. */
  end(request: RequestState<Input, Output>, ending: Ending): void {
    if (request.outcome !== undefined) return;
    const atMs = this.#options.clock();
    request.outcome = ending.type;
    request.finishedAtMs = atMs;
    this.#ended[ending.type]++;
    this.#open.delete(request);
    request.release();
    const reason = ending.type === "failed"
      ? ending.error
      : ending.type === "done"
      ? undefined
      : ending.reason;
    this.#options.left(request, reason);
    if (ending.type === "done") {
      const { outputs, warnings, read: total } = request;
      request.total = total;
      request.events.end({ type: "done", atMs, total });
      request.resolve({ outputs, warnings, statistics: request.statistics });
    } else {
      request.events.end({ ...ending, atMs });
      request.reject(reason);
    }
  }
}
