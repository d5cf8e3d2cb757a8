import { ELEMENT, type OnnxGraph, type OnnxModel, type OnnxTensor } from "./onnx_model.ts";

/**
 * Whether a model computes in float16 or bfloat16 anywhere: a weight or constant of that type, or a cast to it.
 *
 * onnxruntime 1.30 ends the process (no exception) on such files at its default optimisation level; they are loaded at "extended".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseOnnx } from "#lib/networks/onnx/parse_onnx.ts";
 * import { delimitedField, joinBytes, varintField } from "#lib/networks/onnx/protobuf.ts";
 * import { usesHalfPrecision } from "#lib/networks/onnx/uses_half_precision.ts";
 * const castTo = (type: number) => {
 *   const attribute = joinBytes([delimitedField(1, "to"), varintField(3, type)]);
 *   const node = joinBytes([delimitedField(4, "Cast"), delimitedField(5, attribute)]);
 *   return parseOnnx(joinBytes([delimitedField(7, delimitedField(1, node)), delimitedField(8, varintField(2, 17))]), "cast");
 * };
 * assert.equal(usesHalfPrecision(castTo(10)), true);
 * assert.equal(usesHalfPrecision(castTo(1)), false);
 * ```
 */
export function usesHalfPrecision({ graph }: OnnxModel): boolean {
  return usesHalf(graph);
}

function isHalf(elementType: number): boolean {
  return elementType === ELEMENT.float16 || elementType === ELEMENT.bfloat16;
}

function usesHalf({ nodes, initializers, inputs, outputs }: OnnxGraph): boolean {
  const tensors: (OnnxTensor | { elementType: number })[] = [...initializers.values(), ...inputs, ...outputs];
  if (tensors.some(({ elementType }) => isHalf(elementType))) return true;
  return nodes.some(({ opType, attributes }) =>
    [...attributes.values()].some(({ name, integer, tensor, graphs }) =>
      (opType === "Cast" && name === "to" && isHalf(integer)) ||
      (tensor !== undefined && isHalf(tensor.elementType)) || graphs.some(usesHalf)
    )
  );
}
