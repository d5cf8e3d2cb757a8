import { ModelFileError } from "./model_file_error.ts";
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "./onnx_model.ts";
import { type Field, fields } from "./protobuf.ts";

/** The numbers of the fields, as onnx.proto gives them. */
export const FIELD = {
  model: { graph: 7, opset: 8 },
  graph: { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 },
  value: { name: 1, type: 2 },
  tensorType: { elementType: 1 },
} as const;

const decoder = new TextDecoder();

function textOf({ bytes }: Field): string {
  return decoder.decode(bytes);
}

/** A repeated integer: packed into one field, or each in its own. */
function integersOf(field: Field, place: string): number[] {
  if (field.bytes.length === 0) return [field.integer];
  const found: number[] = [];
  // A packed list is varints without tags; with a tag before each it reads as a message does.
  for (let at = 0; at < field.bytes.length;) {
    let end = at;
    while (end < field.bytes.length && field.bytes[end] >= 128) end++;
    const one = new Uint8Array(end + 2 - at);
    one[0] = 8;
    one.set(field.bytes.subarray(at, end + 1), 1);
    for (const { integer } of fields(one, place)) found.push(integer);
    at = end + 1;
  }
  return found;
}

function parseTensor({ bytes, raw }: Field, place: string): OnnxTensor {
  const all = [...fields(bytes, place)];
  const name = all.find(({ number }) => number === 8);
  return {
    name: name ? textOf(name) : "",
    elementType: all.find(({ number }) => number === 2)?.integer ?? 0,
    shape: all.filter(({ number }) => number === 1).flatMap((field) => integersOf(field, place)),
    external: all.some(({ number, integer }) => number === 14 && integer === 1),
    fields: all,
    raw,
  };
}

function parseAttribute(bytes: Uint8Array<ArrayBuffer>, place: string): OnnxAttribute {
  let [name, integer, float] = ["", 0, 0];
  let tensor: OnnxTensor | undefined;
  const integers: number[] = [];
  const graphs: OnnxGraph[] = [];
  for (const field of fields(bytes, place)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2 && field.bytes.length === 4) {
      float = new DataView(field.bytes.buffer, field.bytes.byteOffset).getFloat32(0, true);
    } else if (field.number === 3) integer = field.integer;
    else if (field.number === 5) tensor = parseTensor(field, place);
    else if (field.number === 6 || field.number === 11) graphs.push(parseGraph(field.bytes, place));
    else if (field.number === 8) integers.push(...integersOf(field, place));
  }
  return { name, integer, float, integers, tensor, graphs };
}

function parseNode(field: Field, place: string): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let opType = "";
  for (const part of fields(field.bytes, place)) {
    if (part.number === 1) inputs.push(textOf(part));
    else if (part.number === 2) outputs.push(textOf(part));
    else if (part.number === 4) opType = textOf(part);
    else if (part.number === 5) {
      const attribute = parseAttribute(part.bytes, place);
      attributes.set(attribute.name, attribute);
    }
  }
  return { opType, inputs, outputs, attributes, raw: field.raw };
}

function parseShape(bytes: Uint8Array<ArrayBuffer>, place: string): (number | string | null)[] {
  return [...fields(bytes, place)].filter(({ number }) => number === 1).map(({ bytes }) => {
    const [size] = fields(bytes, place);
    if (size === undefined) return null;
    return size.number === 1 ? size.integer : size.number === 2 ? textOf(size) : null;
  });
}

function parseValue(field: Field, place: string): OnnxValue {
  let [name, elementType] = ["", 0];
  let shape: OnnxValue["shape"];
  for (const part of fields(field.bytes, place)) {
    if (part.number === FIELD.value.name) name = textOf(part);
    if (part.number !== FIELD.value.type) continue;
    for (const type of fields(part.bytes, place)) {
      if (type.number !== 1) continue; // a tensor; sequences and maps are other fields
      for (const detail of fields(type.bytes, place)) {
        if (detail.number === FIELD.tensorType.elementType) elementType = detail.integer;
        if (detail.number === 2) shape = parseShape(detail.bytes, place);
      }
    }
  }
  return { name, elementType, shape, raw: field.raw };
}

function parseGraph(bytes: Uint8Array<ArrayBuffer>, place: string): OnnxGraph {
  const all = [...fields(bytes, place)];
  const of = (wanted: number) => all.filter(({ number }) => number === wanted);
  const initializers = of(FIELD.graph.initializer).map((field) => parseTensor(field, place));
  return {
    nodes: of(FIELD.graph.node).map((field) => parseNode(field, place)),
    initializers: new Map(initializers.map((tensor) => [tensor.name, tensor])),
    inputs: of(FIELD.graph.input).map((field) => parseValue(field, place)),
    outputs: of(FIELD.graph.output).map((field) => parseValue(field, place)),
    fields: all,
  };
}

/**
 * Takes an ONNX file apart. The weights are not copied: the model keeps views into `bytes`.
 *
 * @param path Names the file in errors.
 * @throws {ModelFileError} The bytes are no ONNX model, or end early.
 * Source: onnx.proto of the ONNX project.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseOnnx } from "#lib/networks/onnx/parse_onnx.ts";
 * assert.throws(() => parseOnnx(new TextEncoder().encode("no model"), "a.onnx"), /a\.onnx: not an ONNX model/);
 * ```
 */
export function parseOnnx(bytes: Uint8Array<ArrayBuffer>, path: string): OnnxModel {
  if (bytes.length === 0) throw new ModelFileError("not an ONNX model: the file is empty", path);
  const all = [...fields(bytes, path)];
  const graph = all.find(({ number }) => number === FIELD.model.graph);
  const opsets = all.filter(({ number }) => number === FIELD.model.opset);
  if (graph === undefined || opsets.length === 0) {
    throw new ModelFileError(
      `not an ONNX model, or truncated: it has no ${graph === undefined ? "graph" : "operator set"}`,
      path,
    );
  }
  const model = {
    path,
    graph: parseGraph(graph.bytes, path),
    otherFields: all.filter((field) => field !== graph),
  };
  if (model.graph.nodes.length === 0) {
    throw new ModelFileError("not a usable ONNX model: its graph is empty", path);
  }
  return model;
}
