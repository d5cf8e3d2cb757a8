import type { Piece } from "./request_state.ts";

/** A batch that a worker has. */
interface RunningBatch<Input, Output> {
  readonly pieces: readonly Piece<Input, Output>[];
  readonly controller: AbortController;
}

/**
 * The batches that workers have, and for whom they are: a batch all of whose requests have ended is told so, for a worker that has
 * not begun with it.
 */
export class RunningBatches<Input, Output> {
  readonly #clock: () => number;
  readonly #running = new Set<RunningBatch<Input, Output>>();
  #begun = 0;
  #parts = 0;

  constructor(options: { readonly clock: () => number }) {
    this.#clock = options.clock;
  }

  /** Batches that have been given to workers so far. */
  get begun(): number {
    return this.#begun;
  }

  /** Parts that workers have now; pieces of chopped parts count one by one. */
  get parts(): number {
    return this.#parts;
  }

  /** A worker gets this batch. The signal is aborted when nobody wants it any more; `done` is to be called when it has come back. */
  begin(
    pieces: readonly Piece<Input, Output>[],
  ): { readonly signal: AbortSignal; readonly done: () => void } {
    const batch = { pieces, controller: new AbortController() };
    this.#running.add(batch);
    this.#begun++;
    this.#parts += pieces.length;
    for (const { request } of pieces) {
      request.running++;
      if (request.startedAtMs !== undefined) continue;
      request.startedAtMs = this.#clock();
      request.events.push({ type: "started", atMs: request.startedAtMs });
    }
    const done = () => {
      this.#running.delete(batch);
      this.#parts -= pieces.length;
      for (const { request } of pieces) request.running--;
    };
    return { signal: batch.controller.signal, done };
  }

  /** Tells the batches that have nobody left, after a request has ended with this reason. */
  abandon(reason: unknown): void {
    for (const { pieces, controller } of this.#running) {
      if (pieces.every(({ request }) => request.outcome !== undefined)) controller.abort(reason);
    }
  }
}
