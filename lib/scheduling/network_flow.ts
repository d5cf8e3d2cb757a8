import { setImmediate } from "node:timers";
import { withResolvers } from "#lib/language/with_resolvers.ts";
import { chopPart } from "./chopping.ts";
import { type FlowSettings, flowSettings, type NetworkFlowOptions } from "./flow_options.ts";
import { PartError, PartFailure } from "./part_error.ts";
import type { Part } from "./part.ts";
import { openSource, type PartSource } from "./part_source.ts";
import { PieceQueue } from "./piece_queue.ts";
import { ReadingLine } from "./reading_line.ts";
import { RequestBook } from "./request_book.ts";
import { RequestHandle } from "./request_handle.ts";
import type { RequestOptions } from "./request_options.ts";
import { type Piece, RequestState } from "./request_state.ts";
import { RunningBatches } from "./running_batches.ts";
import type { FlowStatistics } from "./statistics.ts";
import { closeSlots, WorkerSlot } from "./worker_slot.ts";

/**
 * Runs a network over the parts of many requests at once, after the translation service of the Bergamot project.
 *
 * `submit` returns a handle at once. The parts of all requests wait in one queue, in the order of priority, then
 * fair turns, then first come. Whenever a worker is idle it gets the next batch that fits its budget, and
 * less than a full one only when nothing else would keep it busy. A request's outputs come in the order of
 * its parts and do not depend on who else was served.
 *
 * Failure stays with whom it belongs to. A {@link PartFailure} fails its request. When a worker fails with a
 * whole batch, each of its parts is run once more, alone, on another worker if there is one; a part that
 * fails again fails its request. A cancelled request's parts leave the queue; a batch with nobody left is
 * never run, and one that a worker has already is told so through its signal.
 *
 * Batches are formed when the event loop has nothing more urgent, so that what is submitted or read together
 * runs together, and what a progress event makes someone cancel is not run. There are no timers, and an idle
 * flow keeps no process alive.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { NetworkFlow } from "#lib/scheduling/network_flow.ts";
 *
 * const sizes: number[] = [];
 * const shout = {
 *   budget: 4,
 *   run(batch: readonly string[]) {
 *     sizes.push(batch.length);
 *     return Promise.resolve(batch.map((word) => word.toUpperCase()));
 *   },
 * };
 * await using flow = new NetworkFlow({ workers: [shout], maxLength: 1 });
 * const parts = (words: string) => words.split(" ").map((input) => ({ input, length: 1 }));
 * const [one, two] = [flow.submit(parts("so be it")), flow.submit(parts("why not"))];
 * deepStrictEqual((await one.result).outputs, ["SO", "BE", "IT"]);
 * deepStrictEqual((await two.result).outputs, ["WHY", "NOT"]);
 * deepStrictEqual(sizes, [4, 1]);
 * ```
 */
export class NetworkFlow<Input, Output> {
  readonly #settings: FlowSettings<Input, Output>;
  readonly #slots: readonly WorkerSlot<Input, Output>[];
  readonly #line: ReadingLine<Input, Output>;
  readonly #queue: PieceQueue<Input, Output>;
  readonly #book: RequestBook<Input, Output>;
  readonly #running: RunningBatches<Input, Output>;
  readonly #dropped = new FinalizationRegistry<RequestState<Input, Output>>((request) => {
    if (!request.wanted) this.#cancel(request, aborted("The request's handle was dropped"));
  });
  #partsDone = 0;
  #scheduled = false;
  #closing: { readonly idle: () => void; readonly closed: Promise<void> } | undefined;

  /** A flow over these workers; a `RangeError` if a limit makes no sense. */
  constructor(options: NetworkFlowOptions<Input, Output>) {
    const settings = flowSettings(options);
    const { workers, clock, capacity, maxLength, maxOpen, maxPadding } = settings;
    this.#settings = settings;
    this.#slots = workers.map((worker, number) => new WorkerSlot(worker, { number, clock }));
    this.#book = new RequestBook({ clock, left: (request, reason) => this.#left(request, reason) });
    this.#queue = new PieceQueue({ workers: workers.length, maxPadding });
    this.#running = new RunningBatches({ clock });
    this.#line = new ReadingLine({
      ...{ capacity, maxLength, maxOpen },
      accept: (request, part) => this.#accept(request, part),
      exhausted: (request) => this.#finishIfDone(request),
      fail: (request, error) => this.#fail(request, error),
    });
  }

  /**
   * Submits a request. Its parts are read when there is room: from an iterable or an async iterable they are
   * pulled, what is pushed into a `PartFeed` waits. An async iterable must not itself wait for outputs of a
   * flow (it holds room while it does): give a feed then. Throws a `TypeError` when the flow is closed or
   * `parts` is no source; whatever goes wrong later goes to the handle.
   */
  submit(
    parts: PartSource<Input>,
    options: RequestOptions<Input, Output> = {},
  ): RequestHandle<Input, Output> {
    if (this.#closing !== undefined) throw new TypeError("The flow is closed, it takes no more requests");
    const number = this.#book.opened;
    const { name = `request ${number}`, priority = 0, signal, onPart } = options;
    if (!Number.isFinite(priority)) {
      throw new RangeError(`A priority must be a finite number, got ${priority}`);
    }
    const request = new RequestState<Input, Output>(
      number,
      { name, priority },
      this.#settings.clock(),
      onPart,
    );
    request.source = openSource(parts, () => this.#line.wake(request));
    request.total = options.total ?? (Array.isArray(parts) ? parts.length : undefined);
    this.#book.open(request);
    this.#line.join(request);
    const handle = new RequestHandle(request, (reason) => this.#cancel(request, reason));
    this.#dropped.register(handle, request, request);
    const abort = () => this.#cancel(request, signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    request.release = () => {
      signal?.removeEventListener("abort", abort);
      this.#dropped.unregister(request);
    };
    if (signal?.aborted) abort();
    // Later, so that no source is entered from here, and requests submitted together take turns from the start.
    queueMicrotask(() => this.#line.read());
    return handle;
  }

  /** Where the flow stands now. */
  get statistics(): FlowStatistics {
    const { size: waiting, retried, meanFill, waited } = this.#queue;
    return {
      requests: this.#book.counts,
      parts: { waiting, running: this.#running.parts, done: this.#partsDone, retried },
      held: this.#line.held,
      batches: this.#running.begun,
      meanFill,
      waited,
      workers: this.#slots.map((slot) => slot.statistics),
    };
  }

  /**
   * Takes no more requests, waits for those there are (or cancels them, also when it was closed before), then for
   * running batches, and frees the workers. Rejects with what a worker's `close` rejects with, after all of them.
   */
  close(options: { readonly cancel?: boolean } = {}): Promise<void> {
    if (this.#closing === undefined) {
      const { promise, resolve } = withResolvers<void>();
      this.#closing = { idle: resolve, closed: promise.then(() => closeSlots(this.#slots)) };
    }
    if (options.cancel) {
      for (const request of this.#book.all()) this.#cancel(request, aborted("The flow was closed"));
    }
    this.#checkIdle();
    return this.#closing.closed;
  }

  /** Closes, and cancels what was not waited for. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close({ cancel: true });
  }

  #accept(request: RequestState<Input, Output>, part: Part<Input>): void {
    const { maxLength, chopping, clock } = this.#settings;
    const index = request.read;
    const { pieces, chopped } = chopPart(part, { index, maxLength, chopping });
    if (request.outcome !== undefined) return; // cancelled by the one who chops
    request.read++;
    const readAtMs = clock();
    if (chopped) {
      const { length } = part;
      const warning = { type: "chopped", index, length, maxLength, pieces: pieces.length } as const;
      request.warnings.push(warning);
      request.events.push({ type: "warning", atMs: readAtMs, warning });
    }
    const whole = { part, chopped, outputs: [], left: pieces.length };
    const common = { request, index, whole, tag: request.served, readAtMs, failedOn: undefined };
    pieces.forEach(({ input, length }, place) => this.#queue.add({ ...common, place, input, length }));
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    this.#slots.forEach((slot, worker) => {
      if (slot.busy) return;
      const batch = this.#queue.next({ worker, budget: slot.budget, nowMs: this.#settings.clock() });
      if (batch.length > 0) void this.#run(worker, batch);
    });
  }

  async #run(worker: number, batch: readonly Piece<Input, Output>[]): Promise<void> {
    const { signal, done } = this.#running.begin(batch);
    const outcome = await this.#slots[worker].run(batch.map(({ input }) => input), signal);
    done();
    const progressed = new Set<RequestState<Input, Output>>();
    batch.forEach((piece, i) => {
      const { request } = piece;
      if (request.outcome !== undefined) return;
      if ("cause" in outcome) return this.#retryOrFail(piece, { worker, cause: outcome.cause });
      const result = outcome.results[i];
      if (result instanceof PartFailure) return this.#failPart(piece, { worker, cause: result.cause });
      this.#partsDone++;
      if (this.#gather(piece, result)) progressed.add(request);
    });
    for (const request of progressed) this.#progress(request);
    this.#line.read();
    this.#schedule();
    this.#checkIdle();
  }

  #retryOrFail(piece: Piece<Input, Output>, failure: { worker: number; cause: unknown }): void {
    if (piece.failedOn !== undefined) return this.#failPart(piece, failure);
    piece.failedOn = failure.worker;
    this.#queue.add(piece);
  }

  #failPart(piece: Piece<Input, Output>, { worker, cause }: { worker: number; cause: unknown }): void {
    this.#fail(piece.request, new PartError(piece.index, { worker: this.#slots[worker].name, cause }));
  }

  /** Takes a piece's output; whether this finished its part there and then. */
  #gather({ request, index, place, whole }: Piece<Input, Output>, output: Output): boolean {
    whole.outputs[place] = output;
    if (--whole.left > 0) return false;
    const { part, chopped, outputs } = whole;
    try {
      const joined = chopped ? this.#settings.chopping!.join(outputs, part) : outputs[0];
      if (request.onPart === undefined) request.outputs[index] = joined;
      const pending = request.onPart?.({ index, input: part.input, output: joined });
      // Not a test for undefined: a callback may well return what it likes, such as the length after a push.
      if (!(pending instanceof Promise)) return this.#done(request, part.length);
      pending.then(() => {
        if (this.#done(request, part.length)) this.#progress(request);
        this.#line.read();
      }).catch((error) => this.#fail(request, error));
    } catch (error) {
      this.#fail(request, error);
    }
    return false;
  }

  #done(request: RequestState<Input, Output>, length: number): boolean {
    if (request.outcome !== undefined) return false;
    request.done++;
    this.#line.release(request, length);
    return true;
  }

  #progress(request: RequestState<Input, Output>): void {
    if (request.outcome !== undefined) return;
    const { done, total } = request;
    request.events.push({ type: "progress", atMs: this.#settings.clock(), done, total });
    this.#finishIfDone(request);
  }

  #finishIfDone(request: RequestState<Input, Output>): void {
    if (request.exhausted && request.done === request.read) this.#book.end(request, { type: "done" });
  }

  #left(request: RequestState<Input, Output>, reason: unknown): void {
    this.#queue.remove(request);
    this.#line.leave(request, reason);
    this.#running.abandon(reason);
    this.#line.read();
    this.#checkIdle();
  }

  #fail(request: RequestState<Input, Output>, error: unknown): void {
    this.#book.end(request, { type: "failed", error });
  }

  #cancel(request: RequestState<Input, Output>, reason: unknown): void {
    this.#book.end(request, { type: "cancelled", reason });
  }

  #checkIdle(): void {
    if (this.#book.counts.open === 0 && this.#running.parts === 0) this.#closing?.idle();
  }
}

function aborted(message: string): DOMException {
  return new DOMException(message, "AbortError");
}
