/** What the calling thread and a thread that runs networks say to each other. */
import type { InferenceSession } from "onnxruntime-node";

/** An array as it crosses over. */
export interface ArrayMessage {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** What is asked of the thread. A session's number is the caller's choice. */
export type Order =
  & { readonly session: number }
  & (
    | {
      readonly type: "open";
      readonly path: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly settings: InferenceSession.SessionOptions;
    }
    | {
      readonly type: "run";
      readonly feeds: readonly ArrayMessage[];
      readonly expected: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[];
    }
    | { readonly type: "release" }
    /** Lets go of everything, whatever the session; nothing that waits is done any more. The answer means that no native code runs. */
    | { readonly type: "end" }
  );

/** An order with the number under which it is answered. */
export type NumberedOrder = Order & { readonly order: number };

/** The answer: the outputs of a run, nothing else for the others; or what went wrong. `returned` are the buffers that came with it. */
export type Answer =
  & { readonly order: number; readonly returned: readonly ArrayBuffer[] }
  & ({ readonly outputs: readonly ArrayMessage[] } | {
    readonly error: { readonly name: string; readonly message: string };
  });
