import { readFile } from "node:fs/promises";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { checkContract, type NetworkContract } from "./contract.ts";
import type { InferenceOptions, NetworkSession } from "./network_session.ts";
import { parseOnnx } from "./onnx/parse_onnx.ts";
import { openSession } from "./open_session.ts";
import type { SessionOptions } from "./provider.ts";
import { type Share, shareNetwork } from "./shared_networks.ts";
import { THINRESNET } from "./thinresnet_features.ts";

const { melBins, frames } = THINRESNET;
const CONTRACT: NetworkContract = {
  kind: "window embedding",
  inputs: [{ name: "feats", anyName: true, shape: [null, 1, melBins, frames] }],
  outputs: [{ name: "embedding", anyName: true, shape: [null, "any"] }],
};

interface Loaded extends AsyncDisposable {
  readonly session: NetworkSession;
  readonly input: string;
  readonly output: string;
  readonly dimension: number;
}

/** A ThinResNet-type network: an embedding of a window of fixed length, without masks. */
export class WindowEmbeddingNetwork implements AsyncDisposable {
  /** D: numbers of an embedding. */
  readonly dimension: number;
  readonly #share: Share<Loaded>;

  constructor(share: Share<Loaded>) {
    this.#share = share;
    this.dimension = share.network.dimension;
  }

  /**
   * Embeddings of one batch of windows.
   *
   * @param features (windows, 1, 80, 128), from `thinResNetFeatures`.
   * @returns (windows, dimension), each of length 1.
   * @throws {RangeError} The shape does not fit.
   * @throws {NetworkOutputError} The network gave something else than it promises.
   */
  async run(features: ArrayOf<"f4">, options: InferenceOptions = {}): Promise<ArrayOf<"f4">> {
    const [windows, one, bins, length] = features.shape;
    if (features.shape.length !== 4 || windows === 0 || one !== 1 || bins !== melBins || length !== frames) {
      throw new RangeError(
        `Features of shape (${
          features.shape.join(", ")
        }) are given; (windows, 1, ${melBins}, ${frames}) are needed.`,
      );
    }
    const { session, input, output } = this.#share.network;
    const expected = { [output]: [windows, this.dimension] };
    const result = await session.run({ [input]: features }, expected, options);
    return result[output];
  }

  /** Lets go of the network. It is unloaded when nobody else holds it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#share[Symbol.asyncDispose]();
  }
}

/**
 * Opens a window embedding network, or takes a further hold of it where it is open already with the same options.
 *
 * The file's inputs and outputs are checked, and a silent window is run, which warms the network up and tells its dimension.
 *
 * @param path An ONNX file: one input (windows, 1, 80, 128), one output (windows, D).
 * @throws {ModelFileError} The file is no such network.
 * @throws {ProviderError} The provider cannot be used here.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openWindowEmbedding } from "#lib/networks/window_embedding.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * await assert.rejects(openWindowEmbedding(`${projectRoot()}/README.md`), /README\.md: not an ONNX model/);
 * ```
 */
export async function openWindowEmbedding(
  path: string,
  options: SessionOptions = {},
): Promise<WindowEmbeddingNetwork> {
  const { provider, threads, workers } = options;
  const load = async (): Promise<Loaded> => {
    const bytes = new Uint8Array(await readFile(path));
    const { inputs: [input], outputs: [output] } = checkContract(parseOnnx(bytes, path), CONTRACT);
    const session = await openSession(bytes, { path, provider, threads, workers });
    try {
      const silence = ndArray("f4", [1, 1, melBins, frames], new Float32Array(melBins * frames));
      const { [output]: probe } = await session.run({ [input]: silence }, { [output]: [1, null] });
      const release = () => session[Symbol.asyncDispose]();
      return { session, input, output, dimension: probe.shape[1], [Symbol.asyncDispose]: release };
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  };
  const variant = JSON.stringify(["window embedding", provider ?? "cpu", threads ?? 0, workers ?? 0]);
  return new WindowEmbeddingNetwork(await shareNetwork(path, { variant, load }));
}
