import type { InferenceSession } from "onnxruntime-node";
import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import { checkedOutput } from "./checked_output.ts";
import type { ExpectedOutputs, InferenceOptions, NetworkSession } from "./network_session.ts";
import { onnxRuntime } from "./provider.ts";

/**
 * An onnxruntime session on the thread that made it.
 *
 * onnxruntime-node computes on the thread that calls it: `run` does not return to the event loop before it is done.
 */
export class OwnSession implements NetworkSession {
  readonly path: string;
  readonly #session: InferenceSession;
  #released = false;

  constructor(session: InferenceSession, path: string) {
    this.#session = session;
    this.path = path;
  }

  async run<Name extends string>(
    feeds: Readonly<Record<string, ArrayOf<"f4">>>,
    expected: ExpectedOutputs<Name>,
    options: InferenceOptions = {},
  ): Promise<Record<Name, ArrayOf<"f4">>> {
    if (this.#released) throw new TypeError(`${this.path}: the network has been released.`);
    const { Tensor } = await onnxRuntime();
    options.signal?.throwIfAborted();
    const tensors = Object.entries(feeds).map(([name, { data, shape }]) =>
      [name, new Tensor("float32", data, shape)] as const
    );
    const names = Object.keys(expected) as Name[];
    const results = await this.#session.run(Object.fromEntries(tensors), names);
    const checked = names.map((name) => {
      const promise = { path: this.path, name, shape: expected[name] };
      return [name, checkedOutput(results[name], promise)] as const;
    });
    return Object.fromEntries(checked) as Record<Name, ArrayOf<"f4">>;
  }

  /** Gives the session's memory back. A second call does nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#session.release();
  }
}
