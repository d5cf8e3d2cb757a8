import { withWasm } from "#lib/compute/wasm_module.ts";
import type { PowersetOptions } from "./contract.ts";
import { countFrames, powersetClasses } from "./powerset_classes.ts";
import { code } from "./simd.wasm.ts";

/** The function of simd.as.ts. */
interface Exports {
  multilabel(
    scores: number,
    frames: number,
    classes: number,
    members: number,
    speakers: number,
    out: number,
  ): void;
}

/** Frames done in one go, so that the module's memory stays small. A multiple of 4. */
const PIECE = 65_536;

/**
 * `powersetToMultilabel` in WebAssembly SIMD: the same result.
 *
 * @param wasm The module. @default the committed one
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wasmPowerset } from "#kernels/powerset/wasm.ts";
 * assert.deepEqual([...await wasmPowerset(Float32Array.of(0, 0, 0, 1, 0, 0, 1))], [0, 0, 1]);
 * ```
 */
export async function wasmPowerset(
  scores: Float32Array,
  options: PowersetOptions = {},
  wasm = code,
): Promise<Float32Array<ArrayBuffer>> {
  const sets = powersetClasses(options);
  const frames = countFrames(scores, sets);
  const { speakers, classes } = sets;
  const result = new Float32Array(frames * speakers);
  await withWasm<Exports, void>(wasm, ({ exports, memory }) => {
    const room = Math.min(PIECE, Math.ceil(frames / 4) * 4);
    const members = memory.int32(new Int32Array(sets.members.buffer));
    const input = memory.float32(room * classes);
    const output = memory.float32(room * speakers);
    for (let from = 0; from < frames; from += room) {
      const many = Math.min(room, frames - from);
      input.view.set(scores.subarray(from * classes, (from + many) * classes));
      const padded = Math.ceil(many / 4) * 4;
      exports.multilabel(input.pointer, padded, classes, members.pointer, speakers, output.pointer);
      result.set(output.view.subarray(0, many * speakers), from * speakers);
    }
  });
  return result;
}
