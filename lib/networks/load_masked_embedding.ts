import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import type { Compute } from "#lib/compute/compute.ts";
import { pooling as poolStatistics } from "#kernels/pooling/mod.ts";
import { affineLayer } from "./affine_layer.ts";
import { cpuCompute } from "./cpu_compute.ts";
import { checkContract, type NetworkContract } from "./contract.ts";
import type { InferenceOptions, NetworkSession } from "./network_session.ts";
import { extractSubgraph } from "./onnx/extract_subgraph.ts";
import { findPooling } from "./onnx/find_pooling.ts";
import { ModelFileError } from "./onnx/model_file_error.ts";
import type { OnnxModel } from "./onnx/onnx_model.ts";
import { parseOnnx } from "./onnx/parse_onnx.ts";
import { openSession } from "./open_session.ts";
import type { SessionOptions } from "./provider.ts";

/** Who pools the frames: dialab, after one pass of the trunk, or the network itself. */
export type PoolingBy = "dialab" | "network";

/** A masked embedding network in memory. */
export interface LoadedEmbedding extends AsyncDisposable {
  readonly dimension: number;
  readonly melBins: number;
  /** (batch, frames, melBins) and (batch, masks, maskFrames) give (batch, masks, dimension), flat. */
  readonly embed: Embed;
}

type Embed = (
  fbank: ArrayOf<"f4">,
  masks: ArrayOf<"f4">,
  options: InferenceOptions & { readonly compute: Compute },
) => Promise<Float32Array<ArrayBuffer>>;

const NAMES = { trunk: "fbank", mask: "weights", output: "embedding" } as const;
const CONTRACT: NetworkContract = {
  kind: "masked embedding",
  inputs: [{ name: NAMES.trunk, shape: [null, null, "any"] }, { name: NAMES.mask, shape: [null, null] }],
  outputs: [{ name: NAMES.output, anyName: true, shape: [null, "any"] }],
};

/** Frames of the trial input, about two seconds. */
const TRIAL_FRAMES = 200;
/** A prime, as 589 is: no frame of the features falls on the border of two of the mask's, where float32 and integers may differ. */
const TRIAL_MASK_FRAMES = 127;
/** Of the embedding's largest number. Two float32 orders of summation were seen to differ by 2e-6 of it; another pooling by 1e-2 or more. */
const TRIAL_TOLERANCE = 1e-4;

/**
 * Makes a masked embedding network of an ONNX file's bytes; `openMaskedEmbedding` is the way to have one.
 *
 * @throws {ModelFileError} The file is no such network, or its pooling is not the one of pyannote.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadMaskedEmbedding } from "#lib/networks/load_masked_embedding.ts";
 * const options = { path: "a.onnx", pooling: "dialab" } as const;
 * await assert.rejects(loadMaskedEmbedding(new Uint8Array(0), options), /a\.onnx: .* empty/);
 * ```
 */
export async function loadMaskedEmbedding(
  bytes: Uint8Array<ArrayBuffer>,
  options: SessionOptions & { readonly path: string; readonly pooling: PoolingBy },
): Promise<LoadedEmbedding> {
  const { path, pooling } = options;
  const model = parseOnnx(bytes, path);
  const names = checkContract(model, CONTRACT);
  const melBins = melBinsOf(model);
  // To hold the cut network against, one copy will do.
  const { workers = 0 } = options;
  const copies = pooling === "network" ? workers : Math.min(workers, 1);
  const whole = await openSession(bytes, { ...options, workers: copies });
  const byNetwork = wholeNetwork(whole, names.outputs[0]);
  try {
    const compute = await cpuCompute();
    const trial = trialInput(melBins);
    const truth = await byNetwork(trial.fbank, trial.masks, { compute });
    const dimension = truth.length / trial.masks.shape[1];
    if (pooling === "network") {
      return {
        dimension,
        melBins,
        embed: byNetwork,
        [Symbol.asyncDispose]: () => whole[Symbol.asyncDispose](),
      };
    }
    const found = findPooling(model, { ...NAMES, output: names.outputs[0] });
    // With the arena: a ResNet34's tensors are 10 MB a chunk and more, which took 5 % of its time to get page by page.
    const trunk = await openSession(extractSubgraph(model, found.features), { ...options, arena: true });
    try {
      const embed = cutNetwork(trunk, found, compute);
      compareTrial(await embed(trial.fbank, trial.masks, { compute }), truth, path);
      await whole[Symbol.asyncDispose]();
      return { dimension, melBins, embed, [Symbol.asyncDispose]: () => trunk[Symbol.asyncDispose]() };
    } catch (error) {
      await trunk[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    await whole[Symbol.asyncDispose]();
    throw error;
  }
}

/** The mel bins that the file asks for; where it leaves them free, pyannote's. */
function melBinsOf({ graph }: OnnxModel): number {
  const size = graph.inputs.find(({ name }) => name === NAMES.trunk)?.shape?.at(-1);
  return typeof size === "number" ? size : 80;
}

/** The network as it is: the trunk runs once for every mask. */
function wholeNetwork(session: NetworkSession, output: string): Embed {
  return async ({ data, shape: [batch, frames, bins] }, masks, options) => {
    const [, count, maskFrames] = masks.shape;
    const size = frames * bins;
    const repeated = new Float32Array(batch * count * size);
    for (let row = 0; row < batch * count; row++) {
      const chunk = Math.floor(row / count);
      repeated.set(data.subarray(chunk * size, (chunk + 1) * size), row * size);
    }
    const rows = batch * count;
    const result = await session.run(
      {
        [NAMES.trunk]: ndArray("f4", [rows, frames, bins], repeated),
        [NAMES.mask]: ndArray("f4", [rows, maskFrames], masks.data),
      },
      { [output]: [rows, null] },
      options,
    );
    return result[output].data;
  };
}

/** The trunk once per chunk, and our own pooling and last layer: the latter in float64 on `cpu`, wherever the pooling runs. */
function cutNetwork(
  trunk: NetworkSession,
  { features: name, head }: ReturnType<typeof findPooling>,
  cpu: Compute,
): Embed {
  return async (fbank, masks, options) => {
    const [batch, count] = masks.shape;
    const channels = head.inputs / 2;
    const expected = { [name]: [batch, channels, null] };
    const { [name]: features } = await trunk.run({ [NAMES.trunk]: fbank }, expected, options);
    const pooled = await poolStatistics(options.compute, features.data, {
      items: batch,
      channels,
      frames: features.shape[2],
      masks: masks.data,
      masksPerItem: count,
    });
    return await affineLayer(pooled, head, { compute: cpu });
  };
}

/** Numbers as unlike each other as those of speech, the same every time; three masks of which one is not 0 or 1. */
function trialInput(melBins: number): { fbank: ArrayOf<"f4">; masks: ArrayOf<"f4"> } {
  const fbank = Float32Array.from(
    { length: TRIAL_FRAMES * melBins },
    (_, i) => 3 * Math.sin(0.37 * i + 1e-3 * i * (i % 17)) + Math.cos(i / (5 * melBins)),
  );
  const frames = TRIAL_MASK_FRAMES;
  const masks = Float32Array.from({ length: 3 * frames }, (_, i) => {
    const [mask, frame] = [Math.floor(i / frames), i % frames];
    return mask === 0 ? 1 : mask === 1 ? Number(frame > 40 && frame % 7 < 4) : (frame % 5) / 4;
  });
  return {
    fbank: ndArray("f4", [1, TRIAL_FRAMES, melBins], fbank),
    masks: ndArray("f4", [1, 3, frames], masks),
  };
}

function compareTrial(ours: Float32Array, truth: Float32Array, path: string): void {
  const scale = truth.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = truth.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i])), 0) / scale;
  if (ours.length === truth.length && error <= TRIAL_TOLERANCE) return;
  throw new ModelFileError(
    `its pooling is not pyannote's: cut and whole network differ by ${
      error.toExponential(1)
    } of the largest number on a ` +
      `trial input (${TRIAL_TOLERANCE} allowed). With pooling "network" it is run as it is`,
    path,
  );
}
