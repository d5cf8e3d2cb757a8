import { clearTimeout, setTimeout } from "node:timers";
import type { ArrayMessage, Order } from "./messages.ts";
import { InferenceThread } from "./inference_thread.ts";

type OpenOrder = Omit<Extract<Order, { type: "open" }>, "session" | "type">;
type RunOrder = Extract<Order, { type: "run" }>;

/** A thread and whether a run is in it. */
interface Place {
  readonly thread: InferenceThread;
  busy: boolean;
}

/** A run that waits for a thread. */
interface Job {
  readonly order: RunOrder;
  readonly resolve: (outputs: Promise<readonly ArrayMessage[]>) => void;
  readonly reject: (reason: unknown) => void;
  /** Stops listening to what would cancel it. */
  readonly settle: () => void;
}

/** What a pool has at the moment, and has done. */
export interface PoolStatistics {
  readonly threads: number;
  readonly sessions: number;
  /** Runs that no thread has taken yet. */
  readonly waiting: number;
  readonly running: number;
  /** Runs that a thread has taken so far. */
  readonly begun: number;
}

/**
 * Threads that run networks. All sessions share them: a session has a copy in each of the first so many threads, and a run goes
 * to whichever of these is free first, so that the networks of a pipeline keep all threads busy in whatever proportion they need
 * them. Threads start with the first session; a while after the last one they end, so that who opens one network after the other
 * does not start threads each time (and Deno does not lose two file descriptors with each that has loaded a native library).
 */
export class InferencePool {
  readonly #lingerMs: number;
  readonly #start: () => InferenceThread;
  #ending: NodeJS.Timeout | undefined;
  #places: Place[] = [];
  readonly #sessions = new Map<number, readonly Place[]>();
  #jobs: Job[] = [];
  #opened = 0;
  #begun = 0;

  /** @param options `lingerMs`: how long threads stay after the last session, 1000 by default; `start`: makes a thread. */
  constructor(options: { readonly lingerMs?: number; readonly start?: () => InferenceThread } = {}) {
    this.#lingerMs = options.lingerMs ?? 1000;
    this.#start = options.start ?? (() => new InferenceThread());
  }

  /** What there is at the moment. */
  get statistics(): PoolStatistics {
    return {
      threads: this.#places.length,
      sessions: this.#sessions.size,
      waiting: this.#jobs.length,
      running: this.#places.filter(({ busy }) => busy).length,
      begun: this.#begun,
    };
  }

  /** Makes a session with so many copies, and gives its number. Rejects with what onnxruntime says, under its name. */
  async open(order: OpenOrder, copies: number): Promise<number> {
    clearTimeout(this.#ending);
    this.#places = this.#places.filter(({ thread }) => !thread.ended);
    while (this.#places.length < copies) {
      this.#places.push({ thread: this.#start(), busy: false });
    }
    const places = this.#places.slice(0, copies);
    const session = this.#opened++;
    this.#sessions.set(session, places);
    const made = await Promise.allSettled(
      places.map(({ thread }) => thread.ask({ ...order, type: "open", session })),
    );
    const failed = made.find((result) => result.status === "rejected");
    if (failed === undefined) return session;
    await this.release(session);
    throw failed.reason;
  }

  /** Runs a session in the first thread that is free. Rejects with the signal's reason if that comes before the thread. */
  run(order: RunOrder, signal?: AbortSignal): Promise<readonly ArrayMessage[]> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#jobs = this.#jobs.filter((other) => other !== job);
        reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener("abort", leave);
      const job = { order, resolve, reject, settle };
      signal?.addEventListener("abort", leave, { once: true });
      this.#jobs.push(job);
      this.#dispatch();
    });
  }

  /** Lets a session go, after its runs that have begun. */
  async release(session: number): Promise<void> {
    const places = this.#sessions.get(session) ?? [];
    const living = places.filter(({ thread }) => !thread.ended);
    // A thread that ends meanwhile has let go of the session as well.
    await Promise.allSettled(living.map(({ thread }) => thread.ask({ type: "release", session })));
    this.#sessions.delete(session);
    this.#dispatch();
    if (this.#sessions.size > 0) return;
    clearTimeout(this.#ending);
    // Neither this nor an idle thread keeps the process alive.
    this.#ending = setTimeout(() => void this.#end(), this.#lingerMs).unref();
  }

  async #end(): Promise<void> {
    if (this.#sessions.size > 0) return;
    await Promise.all(this.#places.splice(0).map(({ thread }) => thread.terminate()));
  }

  #dispatch(): void {
    const lost = this.#jobs.filter(({ order }) => this.#living(order.session).length === 0);
    for (const { reject, settle } of lost) {
      settle();
      reject(new Error("There is no thread any more that has this network."));
    }
    this.#jobs = this.#jobs.filter((job) => !lost.includes(job));
    for (const place of this.#places) {
      if (place.busy || place.thread.ended) continue;
      const at = this.#jobs.findIndex(({ order }) => this.#living(order.session).includes(place));
      if (at >= 0) void this.#begin(place, this.#jobs.splice(at, 1)[0]);
    }
  }

  async #begin(place: Place, { order, resolve, settle }: Job): Promise<void> {
    settle();
    this.#begun++;
    place.busy = true;
    const run = place.thread.ask(order);
    resolve(run);
    await run.catch(() => {}); // it is the caller's
    place.busy = false;
    this.#dispatch();
  }

  #living(session: number): Place[] {
    return (this.#sessions.get(session) ?? []).filter(({ thread }) => !thread.ended);
  }
}

/** The one pool of this process, so that networks which are open at the same time do not fight for the cores. */
export const inferencePool = new InferencePool();
