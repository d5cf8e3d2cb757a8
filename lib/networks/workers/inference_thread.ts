import { setImmediate } from "node:timers";
import { Worker } from "node:worker_threads";
import { NetworkOutputError } from "../checked_output.ts";
import type { Answer, ArrayMessage, NumberedOrder, Order } from "./messages.ts";

interface Waiting {
  readonly resolve: (outputs: readonly ArrayMessage[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One thread that runs networks, beside the one that made it. It keeps the process alive while it has something to do, and not
 * longer.
 */
export class InferenceThread {
  readonly #worker = new Worker(new URL("./inference_worker.ts", import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;
  #ended: Error | undefined;

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

  /** Has something done after all that was asked before; `moved` are buffers that the thread gets for itself. */
  ask(order: Order, moved: ArrayBuffer[] = []): Promise<readonly ArrayMessage[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const numbered: NumberedOrder = { ...order, order: this.#orders++ };
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(numbered.order, { resolve, reject });
      this.#worker.postMessage(numbered, moved);
    });
  }

  /** Ends the thread. What it was still to do rejects. */
  async terminate(): Promise<void> {
    this.#end(new Error("The thread that runs networks was ended."));
    await this.#worker.terminate();
  }

  #answered(answer: Answer): void {
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
