import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { readFile } from "node:fs/promises";
import type { Compute } from "#lib/compute/compute.ts";
import { powerset, powersetClasses, type PowersetOptions } from "#kernels/powerset/mod.ts";
import { cpuCompute } from "./cpu_compute.ts";
import { checkContract, type NetworkContract } from "./contract.ts";
import type { InferenceOptions, NetworkSession } from "./network_session.ts";
import { ModelFileError } from "./onnx/model_file_error.ts";
import { parseOnnx } from "./onnx/parse_onnx.ts";
import { openSession } from "./open_session.ts";
import type { SessionOptions } from "./provider.ts";
import { type Share, shareNetwork } from "./shared_networks.ts";
import { thresholdSpeech } from "./speech_threshold.ts";

/** How a segmentation network is opened. */
export interface SegmentationOptions extends SessionOptions {
  /** Samples of a chunk at 16 kHz. @default {160000} */
  readonly chunkSamples?: number;
  /** Frames that a chunk must give. @default {589} */
  readonly frames?: number;
  /** Which sets of speakers the classes stand for. @default { speakers: 3, maxSetSize: 2 } */
  readonly powerset?: PowersetOptions;
  /**
   * Probability from which on a frame is speech, over 0 and under 1; who speaks is then the likeliest set of speakers.
   *
   * @default undefined: a frame is speech where one set of speakers is likelier than silence, as pyannote has it
   */
  readonly speechThreshold?: number;
  /** Where the hard decisions are made. @default WebAssembly, or plain TypeScript where there is no SIMD */
  readonly compute?: Compute;
}

/** A chunk's scores and decisions. */
export interface Segmentation {
  /** (batch, frames, classes) log-probabilities of the powerset classes. */
  readonly scores: ArrayOf<"f4">;
  /** (batch, frames, slots) 0 or 1. */
  readonly segmentations: ArrayOf<"f4">;
}

const CONTRACT: NetworkContract = {
  kind: "segmentation",
  inputs: [{ name: "input_values", anyName: true, shape: [null, "any", null] }],
  outputs: [{ name: "logits", anyName: true, shape: [null, "any", "any"] }],
};

interface Loaded extends AsyncDisposable {
  readonly session: NetworkSession;
  readonly input: string;
  readonly output: string;
}

type Settings = Required<Pick<SegmentationOptions, "chunkSamples" | "frames" | "powerset">>;

/** How scores become decisions; two that hold the same network may decide otherwise. */
interface Decision {
  readonly compute: Compute;
  readonly speechThreshold: number | undefined;
}

/** A pyannote segmentation network: who speaks in each frame of a chunk. */
export class SegmentationNetwork implements AsyncDisposable {
  /** Samples of a chunk at 16 kHz. */
  readonly chunkSamples: number;
  readonly frames: number;
  readonly slots: number;
  /** Powerset classes. */
  readonly classes: number;
  readonly #share: Share<Loaded>;
  readonly #powerset: PowersetOptions;
  readonly #decision: Decision;

  constructor(share: Share<Loaded>, settings: Settings & Decision) {
    this.#share = share;
    this.#powerset = settings.powerset;
    this.#decision = settings;
    this.chunkSamples = settings.chunkSamples;
    this.frames = settings.frames;
    ({ speakers: this.slots, classes: this.classes } = powersetClasses(settings.powerset));
  }

  /**
   * Runs the network on one batch of chunks.
   *
   * @param waveforms (batch, chunkSamples) at 16 kHz in [-1, 1], one chunk after the other.
   * @throws {RangeError} The length is not a multiple of a chunk's, or 0.
   * @throws {NetworkOutputError} The network gave something else than it promises.
   */
  async run(waveforms: Float32Array<ArrayBuffer>, options: InferenceOptions = {}): Promise<Segmentation> {
    const { chunkSamples, frames, classes } = this;
    const batch = waveforms.length / chunkSamples;
    if (!Number.isInteger(batch) || batch === 0) {
      throw new RangeError(`A batch of ${waveforms.length} samples is given; chunks have ${chunkSamples}.`);
    }
    const { session, input, output } = this.#share.network;
    const feeds = { [input]: ndArray("f4", [batch, 1, chunkSamples], waveforms) };
    const { [output]: scores } = await session.run(feeds, { [output]: [batch, frames, classes] }, options);
    const { compute, speechThreshold: threshold } = this.#decision;
    const decided = threshold === undefined
      ? scores.data
      : thresholdSpeech(scores.data, { classes, threshold });
    const active = await powerset(compute, decided, this.#powerset);
    return { scores, segmentations: ndArray("f4", [batch, frames, this.slots], active) };
  }

  /** Lets go of the network. It is unloaded when nobody else holds it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#share[Symbol.asyncDispose]();
  }
}

/**
 * Opens a segmentation network, or takes a further hold of it where it is open already with the same options.
 *
 * The file's inputs and outputs are checked, and a silent chunk is run, which warms the network up and shows that it gives as many frames
 * and classes as are needed.
 *
 * @param path An ONNX file: one input (batch, 1, samples), one output (batch, frames, classes).
 * @throws {ModelFileError} The file is no such network.
 * @throws {ProviderError} The provider cannot be used here.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openSegmentation } from "#lib/networks/segmentation.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * await assert.rejects(openSegmentation(`${projectRoot()}/README.md`), /README\.md: not an ONNX model/);
 * ```
 */
export async function openSegmentation(
  path: string,
  options: SegmentationOptions = {},
): Promise<SegmentationNetwork> {
  const { chunkSamples = 160000, frames = 589, powerset = {}, speechThreshold, provider, threads, workers } =
    options;
  const settings = { chunkSamples, frames, powerset };
  const { classes } = powersetClasses(powerset);
  const load = async (): Promise<Loaded> => {
    const bytes = new Uint8Array(await readFile(path));
    const names = checkContract(parseOnnx(bytes, path), CONTRACT);
    const session = await openSession(bytes, { path, provider, threads, workers });
    const [[input], [output]] = [names.inputs, names.outputs];
    try {
      const silence = ndArray("f4", [1, 1, chunkSamples], new Float32Array(chunkSamples));
      const { [output]: probe } = await session.run({ [input]: silence }, { [output]: [null, null, null] });
      if (probe.shape.join() !== [1, frames, classes].join()) {
        throw new ModelFileError(
          `not the segmentation network that is needed: ${chunkSamples} samples give (${
            probe.shape.join(", ")
          }); ` +
            `(1, ${frames}, ${classes}) is needed`,
          path,
        );
      }
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
    return { session, input, output, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
  };
  const variant = JSON.stringify(["segmentation", settings, provider ?? "cpu", threads ?? 0, workers ?? 0]);
  const compute = options.compute ?? await cpuCompute();
  return new SegmentationNetwork(await shareNetwork(path, { variant, load }), {
    ...settings,
    compute,
    speechThreshold,
  });
}
