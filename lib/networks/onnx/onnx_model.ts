/** ONNX models, taken apart: what dialab has to know of one before onnxruntime sees it. */
import type { Field } from "./protobuf.ts";

/** ONNX's numbers for the types of tensors that matter here (onnx.proto, TensorProto.DataType). */
export const ELEMENT = { float32: 1, int64: 7, float16: 10, float64: 11, bfloat16: 16 } as const;

/** A tensor stored in the file: a weight or a constant. */
export interface OnnxTensor {
  readonly name: string;
  /** One of ONNX's element types. */
  readonly elementType: number;
  readonly shape: readonly number[];
  /** The message's fields; `tensorValues` reads the numbers. */
  readonly fields: readonly Field[];
  /** Whether the numbers lie in another file. */
  readonly external: boolean;
  readonly raw: Uint8Array<ArrayBuffer>;
}

/** An attribute of a node. */
export interface OnnxAttribute {
  readonly name: string;
  /** Its integer, or 0. */
  readonly integer: number;
  /** Its float, or 0. */
  readonly float: number;
  readonly integers: readonly number[];
  readonly tensor: OnnxTensor | undefined;
  /** The bodies of If, Loop and Scan. */
  readonly graphs: readonly OnnxGraph[];
}

/** One operation. */
export interface OnnxNode {
  readonly opType: string;
  /** Names of values; "" for an optional one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly raw: Uint8Array<ArrayBuffer>;
}

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string;
  /** One of ONNX's element types; 0 where it is no tensor. */
  readonly elementType: number;
  /** Sizes, the name of a size that is free, or null for one without a name; undefined where the rank is open. */
  readonly shape: readonly (number | string | null)[] | undefined;
  readonly raw: Uint8Array<ArrayBuffer>;
}

/** The operations of a model, or of a branch of one. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Everything listed as an input: what the graph is fed, and in old files its initializers too. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly fields: readonly Field[];
}

/** A whole file. */
export interface OnnxModel {
  /** Where it came from, for messages. */
  readonly path: string;
  readonly graph: OnnxGraph;
  /** The fields of the file but for the graph. */
  readonly otherFields: readonly Field[];
}
