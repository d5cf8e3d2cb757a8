import type { ArrayOf } from "#lib/arrays/nd_array.ts";

/** Outputs wanted of a run, by name: sizes by axis, null where any size is fine. */
export type ExpectedOutputs<Name extends string = string> = Readonly<
  Record<Name, readonly (number | null)[]>
>;

/** How one run is done. */
export interface InferenceOptions {
  /** A run that has not begun when this is aborted never does; one that has is let finish. */
  readonly signal?: AbortSignal;
}

/** A network in memory, whose inputs and outputs are float32, and which checks what it gives. */
export interface NetworkSession extends AsyncDisposable {
  /** The file, for messages. */
  readonly path: string;
  /**
   * Runs the network once.
   *
   * @param feeds Inputs by name; they are not changed, and must not be while this is pending.
   * @param expected Outputs wanted, and their shapes.
   * @throws {NetworkOutputError} An output has another shape, or is not finite.
   * @throws {TypeError} The session has been released.
   */
  run<Name extends string>(
    feeds: Readonly<Record<string, ArrayOf<"f4">>>,
    expected: ExpectedOutputs<Name>,
    options?: InferenceOptions,
  ): Promise<Record<Name, ArrayOf<"f4">>>;
}
