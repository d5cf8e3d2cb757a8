import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { fields } from "#lib/networks/onnx/protobuf.ts";
import { extractSubgraph } from "#lib/networks/onnx/extract_subgraph.ts";
import { parseOnnx } from "#lib/networks/onnx/parse_onnx.ts";
import { tensorValues } from "#lib/networks/onnx/tensor_values.ts";
import { usesHalfPrecision } from "#lib/networks/onnx/uses_half_precision.ts";
import { describeWith, model } from "../harness/shared_data.ts";
import { buildOnnx } from "./build_onnx.ts";
import { maskedNetwork } from "./masked_network.ts";

/** What a damaged file may lead to: a clear refusal, never another error. */
function refusalOf(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    parseOnnx(bytes, "m.onnx");
    return "";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

describe("the protobuf reader", () => {
  test("reads negative and large varints", () => {
    const minusOne = Uint8Array.of(8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    expect([...fields(minusOne, "m")][0].integer).toBe(-1);
    const twoTo40 = Uint8Array.of(8, 128, 128, 128, 128, 128, 32);
    expect([...fields(twoTo40, "m")][0].integer).toBe(2 ** 40);
  });

  test("refuses varints of more than ten bytes, groups, and field 0", () => {
    for (const bytes of [new Uint8Array(12).fill(255), Uint8Array.of(11, 12), Uint8Array.of(2, 0)]) {
      expect(() => [...fields(bytes, "m.onnx")]).toThrow(/m\.onnx: not an ONNX model/);
    }
  });
});

describe("an ONNX file", () => {
  const whole = maskedNetwork();

  test("is refused wherever it is cut off", () => {
    for (let length = 0; length < whole.length; length += 7) {
      expect(refusalOf(whole.slice(0, length))).toMatch(
        /^ModelFileError: m\.onnx: .*(not an ONNX model|truncated|empty)/,
      );
    }
  });

  test("with flipped bytes is read or refused, and nothing else", () => {
    for (let at = 0; at < whole.length; at += 3) {
      const damaged = whole.slice();
      damaged[at] ^= 0xff;
      expect(refusalOf(damaged)).toMatch(/^(ModelFileError: m\.onnx: .*)?$/);
    }
  });

  test("that is text, or an npz, is refused", () => {
    expect(refusalOf(new TextEncoder().encode("RIFF this is not a model"))).toMatch(/not an ONNX model/);
    expect(refusalOf(Uint8Array.of(80, 75, 3, 4, 20, 0, 0, 0, 8, 0))).toMatch(/not an ONNX model/);
  });

  test("is cut without what the value does not need", () => {
    const cut = parseOnnx(extractSubgraph(parseOnnx(whole, "m"), "frames_before_pooling"), "cut");
    expect(cut.graph.nodes.map(({ opType }) => opType)).toEqual(["Transpose", "Relu"]);
    expect(cut.graph.initializers.size).toBe(0);
    expect(cut.graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([["fbank", [
      "batch",
      "frames",
      4,
    ]]]);
    expect(() => extractSubgraph(parseOnnx(whole, "m"), "nothing")).toThrow(/no value named nothing/);
  });

  test("gives its weights", () => {
    const { graph } = parseOnnx(whole, "m");
    const bias = graph.initializers.get("b");
    if (bias === undefined) throw new Error("no bias");
    expect(bias.shape).toEqual([3]);
    expect([...tensorValues(bias, "m")].map(Math.fround)).toEqual([...tensorValues(bias, "m")]);
    expect(() => tensorValues({ ...bias, external: true }, "m")).toThrow(/another file/);
  });

  test("shows half precision in weights, casts and inputs, and only there", () => {
    const io = { inputs: [{ name: "x", shape: [2] }], outputs: [{ name: "y", shape: [2] }] };
    const cast = (to: number) =>
      parseOnnx(
        buildOnnx({ ...io, nodes: [{ op: "Cast", inputs: ["x"], output: "y", integers: { to } }] }),
        "m",
      );
    expect([1, 10, 16].map((to) => usesHalfPrecision(cast(to)))).toEqual([false, true, true]);
    const half = { ...io, inputs: [{ name: "x", shape: [2], type: 10 }] };
    const input = parseOnnx(buildOnnx({ ...half, nodes: [{ op: "Relu", inputs: ["x"], output: "y" }] }), "m");
    expect(usesHalfPrecision(input)).toBe(true);
  });
});

describeWith("the published half-precision file", model("segmentation-3.0.fp16.onnx"), (path) => {
  test("shows that it is one, and half of it is refused", async () => {
    const bytes = new Uint8Array(await readFile(path));
    expect(usesHalfPrecision(parseOnnx(bytes, path))).toBe(true);
    expect(refusalOf(bytes.slice(0, bytes.length / 2))).toMatch(/truncated/);
  });
});
