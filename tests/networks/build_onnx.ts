/** Small ONNX models, written from a list of nodes, for tests. */
import { delimitedField, joinBytes, varintField } from "#lib/networks/onnx/protobuf.ts";

/** A node; all but its names become attributes. */
export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly integers?: Readonly<Record<string, number>>;
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** A float32 value of a graph's border. */
export interface ValueSpec {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  /** @default {1}, float32 */
  readonly type?: number;
}

/** A stored tensor: float32 from numbers, or int64 from bigints. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[] | readonly bigint[];
}

/** What a model is made of. */
export interface ModelSpec {
  readonly nodes: readonly NodeSpec[];
  readonly weights?: readonly WeightSpec[];
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
}

function attribute(name: string, type: number, value: Uint8Array): Uint8Array {
  return delimitedField(5, joinBytes([delimitedField(1, name), value, varintField(20, type)]));
}

function floatField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = number * 8 + 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function node(
  { op, inputs, output, integers = {}, lists = {}, floats = {}, texts = {} }: NodeSpec,
): Uint8Array {
  return delimitedField(
    1,
    joinBytes([
      ...inputs.map((name) => delimitedField(1, name)),
      delimitedField(2, output),
      delimitedField(4, op),
      ...Object.entries(integers).map(([name, value]) => attribute(name, 2, varintField(3, value))),
      ...Object.entries(floats).map(([name, value]) => attribute(name, 1, floatField(2, value))),
      ...Object.entries(texts).map(([name, value]) => attribute(name, 3, delimitedField(4, value))),
      ...Object.entries(lists).map(([name, values]) =>
        attribute(name, 7, joinBytes(values.map((value) => varintField(8, value))))
      ),
    ]),
  );
}

function value(field: number, { name, shape, type = 1 }: ValueSpec): Uint8Array {
  const sizes = shape.map((size) =>
    delimitedField(1, typeof size === "number" ? varintField(1, size) : delimitedField(2, size))
  );
  const tensor = joinBytes([varintField(1, type), delimitedField(2, joinBytes(sizes))]);
  return delimitedField(
    field,
    joinBytes([delimitedField(1, name), delimitedField(2, delimitedField(1, tensor))]),
  );
}

function weight({ name, shape, values }: WeightSpec): Uint8Array {
  const whole = typeof values[0] === "bigint";
  const data = whole
    ? BigInt64Array.from(values as readonly bigint[])
    : Float32Array.from(values as readonly number[]);
  return delimitedField(
    5,
    joinBytes([
      ...shape.map((size) => varintField(1, size)),
      varintField(2, whole ? 7 : 1),
      delimitedField(8, name),
      delimitedField(9, new Uint8Array(data.buffer)),
    ]),
  );
}

/** The bytes of a model. */
export function buildOnnx({ nodes, weights = [], inputs, outputs }: ModelSpec): Uint8Array<ArrayBuffer> {
  const graph = [
    ...nodes.map(node),
    delimitedField(2, "test"),
    ...weights.map(weight),
    ...inputs.map((one) => value(11, one)),
    ...outputs.map((one) => value(12, one)),
  ];
  return joinBytes([
    varintField(1, 8),
    delimitedField(7, joinBytes(graph)),
    delimitedField(8, joinBytes([delimitedField(1, ""), varintField(2, 17)])),
  ]);
}
