/** How far dialab's own networks are from models/own/reference.npz. Run by itself it prints that for a provider. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
import { openSession } from "#lib/networks/open_session.ts";
import type { Provider } from "#lib/networks/provider.ts";
import { openSegmentation } from "#lib/networks/segmentation.ts";
import { projectRoot } from "#lib/places/places.ts";
import { floats, largestDifference } from "./float_arrays.ts";

/** Largest absolute differences from torch's float64, and how many frames have another class. */
export interface OwnWeightsErrors {
  readonly logits: number;
  readonly shortLogits: number;
  readonly classes: number;
  readonly embedding: number;
  readonly features: number;
}

const folder = join(projectRoot(), "models", "own");

function classesOf(logits: ArrayLike<number>): number[] {
  return Array.from({ length: logits.length / 7 }, (_, frame) => {
    let best = 0;
    for (let k = 1; k < 7; k++) if (logits[frame * 7 + k] > logits[frame * 7 + best]) best = k;
    return best;
  });
}

export async function ownWeightsErrors(provider: Provider): Promise<OwnWeightsErrors> {
  const data = await readNpz(join(folder, "reference.npz"));
  const path = join(folder, "segmentation-own.onnx");
  await using segmentation = await openSegmentation(path, { provider });
  const { scores } = await segmentation.run(floats(data.input_values).data);
  await using bare = await openSession(new Uint8Array(await readFile(path)), { path, provider });
  const short = await bare.run({ input_values: floats(data.input_short) }, { logits: [1, 191, 7] });
  const truth = asFloat64(data.logits_f64);
  const ours = classesOf(scores.data);

  const embeddingPath = join(folder, "embedding-own.onnx");
  await using embedding = await openMaskedEmbedding(embeddingPath, { provider });
  const masks = ndArray("f4", [1, 6, 589], floats(data.weights).data);
  const embeddings = await embedding.run(floats(data.fbank), masks);
  await using whole = await openSession(new Uint8Array(await readFile(embeddingPath)), {
    path: embeddingPath,
    provider,
  });
  const { features } = await whole.run(
    { fbank: floats(data.fbank), weights: floats(data.weights) },
    { embedding: [6, 128], features: [1, 288, 499] },
  );
  const frames = asFloat64(data.feature_frames);
  const some = Float32Array.from(
    { length: 288 * frames.length },
    (_, i) => features.data[Math.floor(i / frames.length) * 499 + frames[i % frames.length]],
  );
  return {
    logits: largestDifference(scores.data, truth),
    shortLogits: largestDifference(short.logits.data, asFloat64(data.logits_short_f64)),
    classes: classesOf(truth).filter((k, frame) => k !== ours[frame]).length,
    embedding: largestDifference(embeddings.data, asFloat64(data.embedding_f64)),
    features: largestDifference(some, asFloat64(data.features_f64)),
  };
}

if (process.argv[1]?.endsWith("own_weights_errors.ts")) {
  const errors = await ownWeightsErrors(process.argv[2] === "webgpu" ? "webgpu" : "cpu");
  process.stdout.write(`${JSON.stringify(errors)}\n`);
}
