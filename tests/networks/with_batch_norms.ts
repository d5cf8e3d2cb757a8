import { parseOnnx } from "#lib/networks/onnx/parse_onnx.ts";
import { delimitedField, fields, joinBytes, varintField } from "#lib/networks/onnx/protobuf.ts";
import { tensorValues } from "#lib/networks/onnx/tensor_values.ts";

/**
 * A model whose every convolution is followed by (x - mean) * gain, folded into its weights.
 *
 * @param statistics Means and gains of all channels of all convolutions, in the order of the graph.
 */
export function withBatchNorms(
  bytes: Uint8Array<ArrayBuffer>,
  statistics: { readonly means: Float64Array; readonly gains: Float64Array },
): Uint8Array<ArrayBuffer> {
  const { graph, otherFields } = parseOnnx(bytes, "model");
  const changed = new Map<string, Float32Array>();
  let at = 0;
  for (const { opType, inputs: [, weightName, biasName] } of graph.nodes) {
    if (opType !== "Conv") continue;
    const [weight, bias] = [graph.initializers.get(weightName), graph.initializers.get(biasName)];
    if (!weight || !bias) throw new Error(`${weightName} or ${biasName} is no weight`);
    const channels = weight.shape[0];
    const values = tensorValues(weight, "model");
    const each = values.length / channels;
    const [means, gains] = [statistics.means, statistics.gains].map((all) => all.subarray(at, at + channels));
    changed.set(weightName, Float32Array.from(values, (value, i) => value * gains[Math.floor(i / each)]));
    changed.set(
      biasName,
      Float32Array.from(tensorValues(bias, "model"), (value, i) => (value - means[i]) * gains[i]),
    );
    at += channels;
  }
  if (at !== statistics.means.length) {
    throw new Error(`${at} channels, ${statistics.means.length} statistics`);
  }
  const parts = graph.fields.map(({ number, bytes, raw }) => {
    const name = number === 5 ? [...fields(bytes, "model")].find((field) => field.number === 8) : undefined;
    const key = name ? new TextDecoder().decode(name.bytes) : "";
    const values = changed.get(key);
    const shape = graph.initializers.get(key)?.shape;
    if (values === undefined || shape === undefined) return raw;
    const sizes = shape.map((size) => varintField(1, size));
    const tensor = [
      ...sizes,
      varintField(2, 1),
      delimitedField(8, key),
      delimitedField(9, new Uint8Array(values.buffer)),
    ];
    return delimitedField(5, joinBytes(tensor));
  });
  return joinBytes([...otherFields.map(({ raw }) => raw), delimitedField(7, joinBytes(parts))]);
}
