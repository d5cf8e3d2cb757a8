import { readFile } from "node:fs/promises";
import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import { parseOnnx } from "#lib/networks/onnx/parse_onnx.ts";
import { usesHalfPrecision } from "#lib/networks/onnx/uses_half_precision.ts";
import { onnxRuntime, type Provider, providerError, runtimeOptions } from "#lib/networks/provider.ts";
import type { HeardChunk } from "#lib/diarization/heard_chunk.ts";

/** What onnxruntime is given for some chunks, input by input in the file's order. */
export type Feeds = (chunks: readonly HeardChunk[]) => Promise<readonly ArrayOf<"f4">[]>;

/** onnxruntime without anything around it. */
export interface Alone extends AsyncDisposable {
  /** Runs a batch so often. Its tensors are made once. */
  readonly runs: (chunks: readonly HeardChunk[]) => Promise<(repeats: number) => Promise<void>>;
}

/**
 * The peer of dialab's networks: the file as it is in one session of onnxruntime with all cores and its own defaults, called in a loop with tensors
 * that are there already. No features, masks, pooling, checks or threads of ours.
 *
 * @throws {ProviderError} The provider cannot be used here.
 */
export async function openAlone(feeds: Feeds, path: string, provider: Provider): Promise<Alone> {
  const { InferenceSession, Tensor } = await onnxRuntime();
  const bytes = new Uint8Array(await readFile(path));
  const options = runtimeOptions({ provider, arena: true }, {
    half: usesHalfPrecision(parseOnnx(bytes, path)),
  });
  const session = await InferenceSession.create(bytes, options)
    .catch((cause) => {
      throw providerError(provider, path, cause);
    });
  return {
    async runs(chunks) {
      const inputs = (await feeds(chunks)).map(({ data, shape }, i) =>
        [session.inputNames[i], new Tensor("float32", data, shape)] as const
      );
      const tensors = Object.fromEntries(inputs);
      return async (repeats) => {
        for (let i = 0; i < repeats; i++) await session.run(tensors);
      };
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}
