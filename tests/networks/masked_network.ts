/** A masked embedding network of a few numbers: WeSpeaker's contract and pooling, a trunk of one Relu. */
import { buildOnnx, type ModelSpec, type NodeSpec, type WeightSpec } from "./build_onnx.ts";

/** Which tail the network has, and what is wrong with it. */
export interface MaskedNetworkOptions {
  /** Nodes from `pooled` (rows, 8) to `embedding`. @default one Gemm to 3 numbers */
  readonly tail?: { readonly nodes: readonly NodeSpec[]; readonly weights: readonly WeightSpec[] };
  /** The deviations come before the means. */
  readonly swapped?: boolean;
  /** The deviation is that of a population: divided by the sum of the weights. */
  readonly population?: boolean;
}

const MEL_BINS = 4;

/** Numbers between -1 and 1, the same every time. */
export function someNumbers(count: number, seed = 1): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(seed * 12.9 + i * 78.233 + i * i * 0.11));
}

/** One layer from eight pooled numbers to three. */
export const GEMM_TAIL = {
  nodes: [{ op: "Gemm", inputs: ["pooled", "w", "b"], output: "embedding", integers: { transB: 1 } }],
  weights: [{ name: "w", shape: [3, 8], values: someNumbers(24) }, {
    name: "b",
    shape: [3],
    values: someNumbers(3, 2),
  }],
};

/** The bytes of the model. */
export function maskedNetwork(options: MaskedNetworkOptions = {}): Uint8Array<ArrayBuffer> {
  const { tail = GEMM_TAIL, swapped = false, population = false } = options;
  const sum = (input: string, output: string): NodeSpec => ({
    op: "ReduceSum",
    inputs: [input, "axis2"],
    output,
    integers: { keepdims: 1 },
  });
  const binary = (op: string, a: string, b: string, output: string): NodeSpec => ({
    op,
    inputs: [a, b],
    output,
  });
  const spec: ModelSpec = {
    inputs: [{ name: "fbank", shape: ["batch", "frames", MEL_BINS] }, {
      name: "weights",
      shape: ["batch", "mask_frames"],
    }],
    outputs: [{ name: "embedding", shape: ["batch", "size"] }],
    nodes: [
      { op: "Transpose", inputs: ["fbank"], output: "turned", lists: { perm: [0, 2, 1] } },
      { op: "Relu", inputs: ["turned"], output: "frames_before_pooling" },
      ...resizedMask(),
      sum("w3", "v0"),
      binary("Add", "v0", "epsilon", "v1"),
      binary("Mul", "frames_before_pooling", "w3", "wx"),
      sum("wx", "swx"),
      binary("Div", "swx", "v1", "mean3"),
      binary("Sub", "frames_before_pooling", "mean3", "dx"),
      binary("Mul", "dx", "dx", "dx2"),
      binary("Mul", "dx2", "w3", "wdx2"),
      sum("wdx2", "swdx2"),
      binary("Mul", "w3", "w3", "w2"),
      sum("w2", "v2"),
      binary("Div", "v2", "v1", "v2v1"),
      binary("Sub", "v1", "v2v1", "unbiased0"),
      binary("Add", "unbiased0", "epsilon", "unbiased"),
      binary("Div", "swdx2", population ? "v1" : "unbiased", "variance"),
      { op: "Sqrt", inputs: ["variance"], output: "std3" },
      {
        op: "Concat",
        inputs: swapped ? ["std3", "mean3"] : ["mean3", "std3"],
        output: "pooled3",
        integers: { axis: 1 },
      },
      { op: "Squeeze", inputs: ["pooled3", "axis2"], output: "pooled" },
      ...tail.nodes,
    ],
    weights: [
      { name: "axis1", shape: [1], values: [1n] },
      { name: "axis2", shape: [1], values: [2n] },
      { name: "one", shape: [1], values: [1n] },
      { name: "epsilon", shape: [1], values: [1e-8] },
      ...tail.weights,
    ],
  };
  return buildOnnx(spec);
}

/** The mask at the frames of the features, by nearest neighbour, with an axis for the channels. */
function resizedMask(): NodeSpec[] {
  return [
    { op: "Unsqueeze", inputs: ["weights", "axis1"], output: "w1" },
    { op: "Shape", inputs: ["w1"], output: "mask_shape", integers: { start: 0, end: 2 } },
    { op: "Shape", inputs: ["frames_before_pooling"], output: "frame_count", integers: { start: 2, end: 3 } },
    { op: "Concat", inputs: ["mask_shape", "frame_count"], output: "sizes", integers: { axis: 0 } },
    {
      op: "Resize",
      inputs: ["w1", "", "", "sizes"],
      output: "w3",
      texts: { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" },
    },
  ];
}
