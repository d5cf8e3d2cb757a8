import { sizeOf } from "#lib/arrays/nd_array.ts";
import { ModelFileError } from "./model_file_error.ts";
import { ELEMENT, type OnnxTensor } from "./onnx_model.ts";

const RAW = 9;
const TYPED: Readonly<Record<number, number>> = { [ELEMENT.float32]: 4, [ELEMENT.float64]: 10 };

/** The value of a half-precision number. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/**
 * The numbers of a stored tensor of float16, float32, float64 or int64, in C order.
 *
 * @param place Names the file in errors.
 * @throws {ModelFileError} on other element types, numbers kept in another file, and more or fewer of them than the shape has.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { delimitedField, fields } from "#lib/networks/onnx/protobuf.ts";
 * import { tensorValues } from "#lib/networks/onnx/tensor_values.ts";
 * const raw = new Uint8Array(new Float32Array([1.5, -2]).buffer);
 * const field = delimitedField(9, raw);
 * const tensor = { name: "w", elementType: 1, shape: [2], external: false, fields: [...fields(field, "m")], raw: field };
 * assert.deepEqual([...tensorValues(tensor, "m")], [1.5, -2]);
 * assert.throws(() => tensorValues({ ...tensor, shape: [3] }, "m"), /3 numbers/);
 * ```
 */
export function tensorValues(tensor: OnnxTensor, place: string): Float64Array<ArrayBuffer> {
  const { name, elementType, shape, external } = tensor;
  if (external) {
    throw new ModelFileError(`weight ${name} lies in another file; a model in one file is needed`, place);
  }
  const values = new Float64Array(sizeOf(shape));
  const raw = tensor.fields.find(({ number }) => number === RAW)?.bytes;
  const typed = tensor.fields.filter(({ number }) => number === TYPED[elementType]);
  const bytes = raw ?? (typed.length === 1 ? typed[0].bytes : undefined);
  const width =
    { [ELEMENT.float32]: 4, [ELEMENT.float64]: 8, [ELEMENT.float16]: 2, [ELEMENT.int64]: 8 }[elementType];
  if (width === undefined || bytes === undefined) {
    throw new ModelFileError(`weight ${name} of element type ${elementType} cannot be read`, place);
  }
  if (bytes.length !== values.length * width) {
    throw new ModelFileError(
      `weight ${name} of shape [${
        shape.join(", ")
      }] needs ${values.length} numbers of ${width} bytes; ${bytes.length} bytes are there`,
      place,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i++) {
    if (elementType === ELEMENT.float32) values[i] = view.getFloat32(4 * i, true);
    else if (elementType === ELEMENT.float64) values[i] = view.getFloat64(8 * i, true);
    else if (elementType === ELEMENT.int64) values[i] = Number(view.getBigInt64(8 * i, true));
    else values[i] = fromHalf(view.getUint16(2 * i, true));
  }
  return values;
}
