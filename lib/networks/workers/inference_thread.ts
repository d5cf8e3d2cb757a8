import { setImmediate } from "node:timers";
import { Worker } from "node:worker_threads";
import { NetworkOutputError } from "../checked_output.ts";
import type { Answer, ArrayMessage, NumberedOrder, Order } from "./messages.ts";

interface Waiting {
  readonly resolve: (outputs: readonly ArrayMessage[]) => void;
  readonly reject: (error: Error) => void;
}

/** Buffers that are kept for the next run. */
const SPARE = 2;

/**
 * One thread that runs networks, beside the one that made it. It keeps the process alive while it has something to do, and not
 * longer.
 */
export class InferenceThread {
  readonly #worker = new Worker(new URL("./inference_worker.ts", import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  /** Buffers that came back and travel again: a thread that gets new ones each time seldom sees a reason to collect the old. */
  #spare: ArrayBuffer[] = [];
  #orders = 0;
  #ended: Error | undefined;
  #leaving: Promise<void> | undefined;

  constructor() {
    this.#worker.unref();
    // Not from inside the handler: Bun hands out no further message before all that follows from one has returned, so that
    // whoever then waits without returning, as bun:test's `rejects` does, would wait forever.
    this.#worker.on("message", (answer: Answer) => void setImmediate(() => this.#answered(answer)));
    this.#worker.on("error", (cause) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#end(new Error(`The thread that runs networks failed: ${reason}`, { cause }));
    });
    this.#worker.on("exit", () => this.#end(new Error("The thread that runs networks has ended.")));
  }

  /** Whether it cannot do anything any more. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Has something done after all that was asked before. The caller keeps its arrays. */
  ask(order: Order): Promise<readonly ArrayMessage[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const feeds = order.type === "run"
      ? order.feeds.map((feed) => ({ ...feed, data: this.#copy(feed.data) }))
      : [];
    const numbered: NumberedOrder = { ...order, ...order.type === "run" && { feeds }, order: this.#orders++ };
    return this.#post(numbered, feeds.map(({ data }) => data.buffer));
  }

  /**
   * Ends the thread, as soon as onnxruntime has come back from what it is doing. What the thread was still to do rejects at once.
   *
   * A worker that is ended while native code runs in it takes the process down: on the way back the native code meets an exception
   * that it cannot pass on, and Bun aborts (`terminate called after throwing an instance of 'Napi::Error'`).
   */
  terminate(): Promise<void> {
    return this.#leaving ??= this.#leave();
  }

  async #leave(): Promise<void> {
    const running = this.#ended === undefined;
    this.#end(new Error("The thread that runs networks was ended."));
    // It rejects when the thread has ended in another way.
    if (running) await this.#post({ type: "end", session: -1, order: this.#orders++ }, []).catch(() => {});
    await this.#worker.terminate();
  }

  #post(order: NumberedOrder, moved: ArrayBuffer[]): Promise<readonly ArrayMessage[]> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(order.order, { resolve, reject });
      this.#worker.postMessage(order, moved);
    });
  }

  #copy(data: Float32Array): Float32Array<ArrayBuffer> {
    const at = this.#spare.findIndex(({ byteLength }) => byteLength >= data.byteLength);
    const buffer = at < 0 ? new ArrayBuffer(data.byteLength) : this.#spare.splice(at, 1)[0];
    const copy = new Float32Array(buffer, 0, data.length);
    copy.set(data);
    return copy;
  }

  #answered(answer: Answer): void {
    // The largest of them, one for each input that a network is likely to have.
    this.#spare = [...this.#spare, ...answer.returned].sort((a, b) => b.byteLength - a.byteLength).slice(
      0,
      SPARE,
    );
    const waiting = this.#waiting.get(answer.order);
    this.#waiting.delete(answer.order);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ("outputs" in answer) waiting?.resolve(answer.outputs);
    else waiting?.reject(revived(answer.error));
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

/** The error of a run as the caller would have got it on its own thread. */
function revived({ name, message }: { readonly name: string; readonly message: string }): Error {
  if (name === "NetworkOutputError") return new NetworkOutputError(message);
  const error = new Error(message);
  error.name = name;
  return error;
}
