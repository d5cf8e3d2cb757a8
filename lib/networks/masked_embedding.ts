import { readFile } from "node:fs/promises";
import type { Compute } from "#lib/compute/compute.ts";
import { cpuCompute } from "./cpu_compute.ts";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { type LoadedEmbedding, loadMaskedEmbedding, type PoolingBy } from "./load_masked_embedding.ts";
import type { InferenceOptions } from "./network_session.ts";
import type { SessionOptions } from "./provider.ts";
import { type Share, shareNetwork } from "./shared_networks.ts";

/** How a masked embedding network is opened. */
export interface MaskedEmbeddingOptions extends SessionOptions {
  /**
   * `dialab`: the file is cut before its pooling, so that all masks of a chunk share one pass of the trunk, and pooling and last layer are
   * computed in float64 here. `network`: the file as it is, which runs the trunk again for every mask and pools as it pleases.
   * @default {"dialab"}
   */
  readonly pooling?: PoolingBy;
  /** Where dialab's pooling is computed. @default WebAssembly, or plain TypeScript where there is no SIMD */
  readonly compute?: Compute;
}

/** A WeSpeaker-type network: an embedding of a chunk for each mask over its frames. */
export class MaskedEmbeddingNetwork implements AsyncDisposable {
  /** D: numbers of an embedding. */
  readonly dimension: number;
  /** Mel bins of the fbank that it takes. */
  readonly melBins: number;
  readonly #share: Share<LoadedEmbedding>;
  readonly #compute: Compute;

  constructor(share: Share<LoadedEmbedding>, compute: Compute) {
    this.#compute = compute;
    this.#share = share;
    this.dimension = share.network.dimension;
    this.melBins = share.network.melBins;
  }

  /**
   * Embeddings of one batch of chunks, one per mask.
   *
   * @param fbank (batch, frames, melBins), each bin less its mean over the chunk's frames.
   * @param masks (batch, masks, maskFrames), from 0 to 1.
   * @returns (batch, masks, dimension). An empty mask's embedding is finite too, and says nothing.
   * @throws {RangeError} Shapes do not fit.
   * @throws {NetworkOutputError} The network gave something else than it promises.
   */
  async run(
    fbank: ArrayOf<"f4">,
    masks: ArrayOf<"f4">,
    options: InferenceOptions = {},
  ): Promise<ArrayOf<"f4">> {
    const [batch, frames, bins] = fbank.shape;
    const fits = fbank.shape.length === 3 && masks.shape.length === 3 && bins === this.melBins &&
      masks.shape[0] === batch && [...fbank.shape, ...masks.shape].every((size) => size > 0);
    if (!fits || frames === undefined) {
      throw new RangeError(
        `fbank (${fbank.shape.join(", ")}) and masks (${masks.shape.join(", ")}) are given; ` +
          `(batch, frames, ${this.melBins}) and (batch, masks, maskFrames), none of them 0, are needed.`,
      );
    }
    const data = await this.#share.network.embed(fbank, masks, { ...options, compute: this.#compute });
    return ndArray("f4", [batch, masks.shape[1], this.dimension], data);
  }

  /** Lets go of the network. It is unloaded when nobody else holds it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#share[Symbol.asyncDispose]();
  }
}

/**
 * Opens a masked embedding network, or takes a further hold of it where it is open already with the same options.
 *
 * The file's inputs and outputs are checked. With `pooling: "dialab"` the graph is cut before its pooling, and the two halves are held
 * against the whole network on a trial input, which also warms the network up.
 *
 * @param path An ONNX file: `fbank` (batch, frames, mel bins) and `weights` (rows, mask frames) give `embedding` (rows, D).
 * @throws {ModelFileError} The file is no such network, or its pooling is not the one of pyannote.
 * @throws {ProviderError} The provider cannot be used here.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * await assert.rejects(openMaskedEmbedding(`${projectRoot()}/README.md`), /README\.md: not an ONNX model/);
 * ```
 */
export async function openMaskedEmbedding(
  path: string,
  options: MaskedEmbeddingOptions = {},
): Promise<MaskedEmbeddingNetwork> {
  const { pooling = "dialab", provider, threads, workers } = options;
  const load = async () => {
    const bytes = new Uint8Array(await readFile(path));
    return await loadMaskedEmbedding(bytes, { path, pooling, provider, threads, workers });
  };
  const variant = JSON.stringify([
    "masked embedding",
    pooling,
    provider ?? "cpu",
    threads ?? 0,
    workers ?? 0,
  ]);
  const compute = options.compute ?? await cpuCompute();
  return new MaskedEmbeddingNetwork(await shareNetwork(path, { variant, load }), compute);
}
