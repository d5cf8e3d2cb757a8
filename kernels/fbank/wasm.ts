import type { WasmCode } from "#lib/compute/wasm_code.ts";
import { type WasmInstance, withWasm } from "#lib/compute/wasm_module.ts";
import type { FbankOptions, FbankResult } from "./contract.ts";
import { type FbankPlan, fbankPlan } from "./fbank_plan.ts";
import { removeFrameMean } from "./remove_frame_mean.ts";
import { code as builtCode } from "./simd.wasm.ts";
import { wasmTables } from "./wasm_tables.ts";

/** The function of simd.as.ts. */
interface Exports {
  fbank(
    samples: number,
    frames: number,
    shift: number,
    length: number,
    preemphasis: number,
    window: number,
    twiddles: number,
    places: number,
    filters: number,
    melBins: number,
    work: number,
    out: number,
  ): void;
}

/** Frames are done so many at a time, which keeps the module's memory small however long the clips are. Even: frames go in pairs. */
const PIECE = 256;

type Float32Result = FbankResult & { readonly features: Float32Array<ArrayBuffer> };

/**
 * `fbank` of mod.ts in WASM SIMD: float64 inside, float32 out, within 1e-5 of scalar.ts for samples that float32 holds.
 *
 * @param waveforms (batch, samples) in [-1, 1]; float64 samples are rounded to float32.
 * @param code For tests.
 * @returns (batch, frames, melBins) float32 features.
 * @throws {RangeError} as `fbankPlan`.
 * @throws {Error} where WebAssembly has no SIMD.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fbank as scalarFbank } from "#kernels/fbank/scalar.ts";
 * import { fbank } from "#kernels/fbank/wasm.ts";
 * const tone = Float32Array.from({ length: 1600 }, (_, n) => 0.1 * Math.sin((2 * Math.PI * 440 * n) / 16000));
 * const [{ features, frames }, exact] = [await fbank(tone), scalarFbank(tone)];
 * assert.equal(frames, 8);
 * assert(features.every((value, i) => Math.abs(value - exact.features[i]) < 1e-5));
 * ```
 */
export async function fbank(
  waveforms: Float32Array | Float64Array,
  options: FbankOptions = {},
  code: WasmCode = builtCode,
): Promise<Float32Result> {
  const plan = fbankPlan(waveforms.length, options);
  const { batch, frames, melBins } = plan;
  const features = new Float32Array(batch * frames * melBins);
  await withWasm(code, (instance: WasmInstance<Exports>) => run(instance, waveforms, plan, features));
  if (plan.removeMean) removeFrameMean(features, plan);
  return { features, batch, frames, melBins };
}

function run(
  { exports, memory }: WasmInstance<Exports>,
  waveforms: Float32Array | Float64Array,
  plan: FbankPlan,
  features: Float32Array,
): void {
  const { batch, samples, frames, frameLength, frameShift, melBins, preemphasis } = plan;
  const tables = wasmTables(plan);
  const window = memory.float64(tables.window);
  const twiddles = memory.float64(tables.twiddles);
  const places = memory.int32(tables.places);
  const filters = memory.uint8(tables.filterRanges.byteLength + tables.filterWeights.byteLength);
  filters.view.set(new Uint8Array(tables.filterRanges.buffer));
  filters.view.set(new Uint8Array(tables.filterWeights.buffer), tables.filterRanges.byteLength);
  const work = memory.float64(2 * 2 * 513);
  const most = Math.min(PIECE, frames);
  const input = memory.float32((most - 1) * frameShift + frameLength);
  const out = memory.float32(most * melBins);
  const [inputView, outView] = [input.view, out.view];
  for (let clip = 0; clip < batch; clip++) {
    for (let first = 0; first < frames; first += most) {
      const count = Math.min(most, frames - first);
      const start = clip * samples + first * frameShift;
      inputView.set(waveforms.subarray(start, start + (count - 1) * frameShift + frameLength));
      exports.fbank(
        input.pointer,
        count,
        frameShift,
        frameLength,
        preemphasis,
        window.pointer,
        twiddles.pointer,
        places.pointer,
        filters.pointer,
        melBins,
        work.pointer,
        out.pointer,
      );
      features.set(outView.subarray(0, count * melBins), (clip * frames + first) * melBins);
    }
  }
}
