import { ModelFileError } from "./model_file_error.ts";
import { producers } from "./graph_values.ts";
import type { OnnxModel, OnnxNode } from "./onnx_model.ts";
import { tensorValues } from "./tensor_values.ts";

/** y = matrix . x + bias, the composition of a network's last linear layers. */
export interface AffineMap {
  /** Row-major (outputs, inputs). */
  readonly matrix: Float64Array<ArrayBuffer>;
  /** (outputs,) */
  readonly bias: Float64Array<ArrayBuffer>;
  readonly inputs: number;
  readonly outputs: number;
}

/** A matrix from the file. */
interface Matrix {
  readonly values: Float64Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Operations that give every row's numbers as they are; Concat of one value does. */
const KEEPS_VALUES = ["Concat", "Identity", "Flatten", "Squeeze", "Unsqueeze", "Reshape", "Dropout"];

/**
 * The affine map between a network's output and the concatenation that it is computed from: Gemm, MatMul and Add, and batch norms, in
 * any number, read from the file's weights and folded into one.
 *
 * @param output The name of the network's output, one row of numbers per item.
 * @returns The map, and the Concat node whose output it starts from.
 * @throws {ModelFileError} An operation on the way is none of these.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { affineTail } from "#lib/networks/onnx/affine_tail.ts";
 * const node = (opType: string, inputs: string[], output: string) =>
 *   ({ opType, inputs, outputs: [output], attributes: new Map(), raw: new Uint8Array() });
 * const nodes = [node("Concat", ["mean", "std"], "pooled"), node("Identity", ["pooled"], "embedding")];
 * const graph = { nodes, initializers: new Map(), inputs: [], outputs: [], fields: [] };
 * assert.throws(() => affineTail({ path: "m.onnx", graph, otherFields: [] }, "embedding"), /no linear layer/);
 * ```
 */
export function affineTail(model: OnnxModel, output: string): { map: AffineMap; concat: OnnxNode } {
  const makers = producers(model.graph);
  const stored = (name: string | undefined) => storedMatrix(model, makers, name ?? "");
  let map: AffineMap | undefined;
  for (let name = output;;) {
    const node = makers.get(name);
    if (node === undefined) throw unsupported(model, name, "an input of the graph");
    if (node.opType === "Concat" && node.inputs.length > 1) {
      if (map === undefined) throw unsupported(model, name, "Concat with no linear layer after it");
      return { map, concat: node };
    }
    const [first, second] = node.inputs;
    const constants = [stored(first), stored(second)];
    const constant = constants[0] ?? constants[1];
    if (node.opType === "Gemm" && constants[1]) {
      map = composed(model, map, gemm(node, constants[1], stored(node.inputs[2])));
    } else if (node.opType === "MatMul" && constants[1]) {
      map = composed(model, map, linear(constants[1], false));
    } else if (node.opType === "Add" && constant) map = shifted(model, map, constant, node);
    else if (node.opType === "BatchNormalization") {
      map = composed(model, map, batchNorm(model, node, node.inputs.slice(1).map(stored)));
    } else if (!KEEPS_VALUES.includes(node.opType)) throw unsupported(model, name, node.opType);
    name = constants[0] === undefined ? first : second;
  }
}

function unsupported(model: OnnxModel, name: string, found: string): ModelFileError {
  return new ModelFileError(
    `after its pooling only linear layers and batch norms can be taken out of the network, found ${found} at ${name}`,
    model.path,
  );
}

/** A weight, also one that is transposed or passed on before it is used. */
function storedMatrix(model: OnnxModel, makers: Map<string, OnnxNode>, name: string): Matrix | undefined {
  const tensor = model.graph.initializers.get(name);
  if (tensor) return { values: tensorValues(tensor, model.path), shape: tensor.shape };
  const maker = makers.get(name);
  if (maker?.opType === "Constant") {
    const value = maker.attributes.get("value")?.tensor;
    return value && { values: tensorValues(value, model.path), shape: value.shape };
  }
  if (maker?.opType !== "Identity" && maker?.opType !== "Transpose") return undefined;
  const matrix = storedMatrix(model, makers, maker.inputs[0]);
  if (maker.opType === "Identity" || matrix === undefined || matrix.shape.length !== 2) return matrix;
  return transposed(matrix);
}

function transposed({ values, shape: [rows, columns] }: Matrix): Matrix {
  const turned = new Float64Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c];
  }
  return { values: turned, shape: [columns, rows] };
}

/** x . W, or x . W^T where the rows of W are the outputs already. */
function linear(weight: Matrix, rowsAreOutputs: boolean): AffineMap {
  const { values, shape: [outputs, inputs] } = rowsAreOutputs ? weight : transposed(weight);
  return { matrix: values, bias: new Float64Array(outputs), inputs, outputs };
}

function gemm({ attributes }: OnnxNode, weight: Matrix, bias: Matrix | undefined): AffineMap {
  const map = linear(weight, attributes.get("transB")?.integer === 1);
  const alpha = attributes.get("alpha")?.float ?? 1;
  const beta = attributes.get("beta")?.float ?? 1;
  return {
    ...map,
    matrix: map.matrix.map((value) => alpha * value),
    bias: map.bias.map((_, i) =>
      bias === undefined ? 0 : beta * bias.values[bias.values.length === 1 ? 0 : i]
    ),
  };
}

function batchNorm(model: OnnxModel, node: OnnxNode, weights: (Matrix | undefined)[]): AffineMap {
  const [scale, shift, mean, variance] = weights.map((weight) => weight?.values);
  if (!scale || !shift || !mean || !variance) {
    throw unsupported(model, node.outputs[0], "a batch norm without weights");
  }
  const size = scale.length;
  const epsilon = node.attributes.get("epsilon")?.float ?? 1e-5;
  const matrix = new Float64Array(size * size);
  const bias = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const gain = scale[i] / Math.sqrt(variance[i] + epsilon);
    matrix[i * size + i] = gain;
    bias[i] = shift[i] - gain * mean[i];
  }
  return { matrix, bias, inputs: size, outputs: size };
}

/** A bias added behind a layer: of the map that is met next, walking back, so it is kept as an identity with a bias. */
function shifted(
  model: OnnxModel,
  later: AffineMap | undefined,
  { values }: Matrix,
  node: OnnxNode,
): AffineMap {
  const size = later?.inputs ?? values.length;
  if (values.length !== size) {
    throw unsupported(model, node.outputs[0], `a bias of ${values.length} for ${size} numbers`);
  }
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return composed(model, later, { matrix, bias: values, inputs: size, outputs: size });
}

/** `later` after `earlier`. */
function composed(model: OnnxModel, later: AffineMap | undefined, earlier: AffineMap): AffineMap {
  if (later === undefined) return earlier;
  if (later.inputs !== earlier.outputs) {
    throw new ModelFileError(
      `its last layers do not fit: ${earlier.outputs} numbers for ${later.inputs}`,
      model.path,
    );
  }
  const { inputs } = earlier;
  const { outputs, inputs: inner } = later;
  const matrix = new Float64Array(outputs * inputs);
  const bias = later.bias.slice();
  for (let row = 0; row < outputs; row++) {
    for (let k = 0; k < inner; k++) {
      const weight = later.matrix[row * inner + k];
      if (weight === 0) continue;
      bias[row] += weight * earlier.bias[k];
      for (let column = 0; column < inputs; column++) {
        matrix[row * inputs + column] += weight * earlier.matrix[k * inputs + column];
      }
    }
  }
  return { matrix, bias, inputs, outputs };
}
