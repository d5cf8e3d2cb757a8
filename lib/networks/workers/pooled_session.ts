import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import type { ExpectedOutputs, InferenceOptions, NetworkSession } from "../network_session.ts";
import { type InferencePool, inferencePool } from "./inference_pool.ts";

/** A session whose runs are done by the pool's threads, several at a time where it has several copies. */
export class PooledSession implements NetworkSession {
  readonly path: string;
  readonly #pool: InferencePool;
  readonly #session: number;
  #released: Promise<void> | undefined;

  private constructor(pool: InferencePool, { path, session }: { path: string; session: number }) {
    this.#pool = pool;
    this.path = path;
    this.#session = session;
  }

  /** Opens the session in so many threads. Rejects with what onnxruntime says. */
  static async open(
    order: Parameters<InferencePool["open"]>[0],
    options: { readonly copies: number; readonly pool?: InferencePool },
  ): Promise<PooledSession> {
    const { copies, pool = inferencePool } = options;
    return new PooledSession(pool, { path: order.path, session: await pool.open(order, copies) });
  }

  async run<Name extends string>(
    feeds: Readonly<Record<string, ArrayOf<"f4">>>,
    expected: ExpectedOutputs<Name>,
    options: InferenceOptions = {},
  ): Promise<Record<Name, ArrayOf<"f4">>> {
    if (this.#released !== undefined) throw new TypeError(`${this.path}: the network has been released.`);
    const names = Object.keys(expected) as Name[];
    const order = {
      type: "run",
      session: this.#session,
      feeds: Object.entries(feeds).map(([name, { shape, data }]) => ({ name, shape, data })),
      expected: names.map((name) => ({ name, shape: expected[name] })),
    } as const;
    const outputs = await this.#pool.run(order, options.signal);
    const arrays = outputs.map(({ name, shape, data }) => [name, ndArray("f4", shape, data)] as const);
    return Object.fromEntries(arrays) as Record<Name, ArrayOf<"f4">>;
  }

  /** Gives the session's memory back, in all threads. A second call waits for the first. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#released ??= this.#pool.release(this.#session);
  }
}
