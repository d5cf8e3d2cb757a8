import type { InferenceSession, Tensor } from "onnxruntime-node";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { onnxRuntime } from "./provider.ts";

/** A network gave something that is not what its contract promises: another shape, NaN or infinity. */
export class NetworkOutputError extends Error {
  override name = "NetworkOutputError";
}

/** What a run gives: names, and sizes by axis, null where any size is fine. */
export type ExpectedOutputs = Readonly<Record<string, readonly (number | null)[]>>;

/**
 * One onnxruntime session that checks what it gives. Its inputs and outputs are float32.
 *
 * onnxruntime-node computes on the thread that calls it: `run` does not return to the event loop before it is done.
 */
export class NetworkSession implements AsyncDisposable {
  /** The file, for messages. */
  readonly path: string;
  readonly #session: InferenceSession;
  #released = false;

  constructor(session: InferenceSession, path: string) {
    this.#session = session;
    this.path = path;
  }

  /**
   * Runs the network once.
   *
   * @param feeds Inputs by name.
   * @param expected Outputs wanted, and their shapes.
   * @throws {NetworkOutputError} An output has another shape, or is not finite.
   */
  async run<Name extends string>(
    feeds: Readonly<Record<string, ArrayOf<"f4">>>,
    expected: Readonly<Record<Name, readonly (number | null)[]>>,
  ): Promise<Record<Name, ArrayOf<"f4">>> {
    if (this.#released) throw new TypeError(`${this.path}: the network has been released.`);
    const { Tensor } = await onnxRuntime();
    const tensors = Object.entries(feeds).map(([name, { data, shape }]) =>
      [name, new Tensor("float32", data, shape)] as const
    );
    const names = Object.keys(expected) as Name[];
    const results = await this.#session.run(Object.fromEntries(tensors), names);
    const checked = names.map((name) => [name, this.#checked(name, results[name], expected[name])] as const);
    return Object.fromEntries(checked) as Record<Name, ArrayOf<"f4">>;
  }

  #checked(name: string, { data, dims }: Tensor, shape: readonly (number | null)[]): ArrayOf<"f4"> {
    const fits = dims.length === shape.length &&
      shape.every((size, axis) => size === null || size === dims[axis]);
    if (!(data instanceof Float32Array) || !fits) {
      throw new NetworkOutputError(
        `${this.path} gave ${name} of shape (${dims.join(", ")}); (${
          shape.map((size) => size ?? "any").join(", ")
        }) of float32 is needed.`,
      );
    }
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new NetworkOutputError(
        `${this.path} gave ${data[bad]} at index ${bad} of ${name} (${
          dims.join(", ")
        }); its input may not be finite.`,
      );
    }
    return ndArray("f4", dims, data as Float32Array<ArrayBuffer>);
  }

  /** Gives the session's memory back. A second call does nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#session.release();
  }
}
