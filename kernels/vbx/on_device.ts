import df64 from "#kernels/df64.wgsl" with { type: "text" };
import block from "#kernels/distances/block_df64.wgsl" with { type: "text" };
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import type { BindingKind, GpuKernel } from "#lib/compute/gpu_kernel.ts";
import { joinDf64 } from "#lib/compute/join_df64.ts";
import { splitDf64 } from "#lib/compute/split_df64.ts";
import evidence from "./evidence.wgsl" with { type: "text" };
import massesCode from "./masses.wgsl" with { type: "text" };
import moments from "./moments.wgsl" with { type: "text" };
import posteriors from "./posteriors.wgsl" with { type: "text" };
import problem from "./problem.wgsl" with { type: "text" };
import projections from "./projections.wgsl" with { type: "text" };
import responsibilities from "./responsibilities.wgsl" with { type: "text" };
import { type SlabPlan, slabPlan } from "./slab_plan.ts";

/** The shaders, by name; a test puts damaged ones in their place. */
export const SHADERS = {
  df64,
  block,
  flatGroup,
  problem,
  moments,
  posteriors,
  projections,
  responsibilities,
  masses: massesCode,
  evidence,
};

const KERNELS = {
  moments: ["uniform", "read", "read", "read_write"],
  posteriors: ["uniform", "read", "read", "read", "read_write", "read_write", "read_write"],
  projections: ["uniform", "read", "read", "read", "read_write"],
  responsibilities: ["uniform", "read", "read_write", "read_write"],
  masses: ["uniform", "read", "read", "read_write"],
  evidence: ["uniform", "read", "read", "read_write", "read_write", "read_write"],
} as const satisfies Record<string, readonly BindingKind[]>;
type Kernels = Record<keyof typeof KERNELS, GpuKernel>;

/** A problem's sizes and factors, named as in the paper. */
export interface DeviceVbxOptions {
  readonly N: number;
  readonly K: number;
  readonly D: number;
  readonly Fa: number;
  readonly Fb: number;
  /** Vectors in one set of buffers at most. @default as many as a binding holds */
  readonly slabRows?: number | undefined;
  /** @default the shaders as they are */
  readonly shaders?: typeof SHADERS | undefined;
}

/** Some consecutive vectors. All numbers are pairs of float32. */
export interface Slab {
  /** The number of the first vector, and how many there are. */
  readonly first: number;
  readonly rows: number;
  /** x sqrt(phi), (rows, D); to be filled in. */
  readonly rho: GpuBuffer;
  /** Fa G, (rows,); to be filled in. */
  readonly faG: GpuBuffer;
  /** Responsibilities, (rows, K); to be filled in, and replaced by every iteration. */
  readonly q: GpuBuffer;
  /** ln p(x), (rows,). */
  readonly logPx: GpuBuffer;
  /** Its sizes, for the shaders. */
  readonly problem: GpuBuffer;
}

/**
 * VBx with everything on the device. Fill in every slab's `rho`, `faG` and `q`, and `phi` and `masses`, by `GpuContext.write` or by
 * kernels of your own; each `iterate` then replaces q, pi, alpha and invL, and brings only the ELBO back.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { splitDf64 } from "#lib/compute/split_df64.ts";
 * import { VbxOnDevice } from "#kernels/vbx/on_device.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const { gpu } = compute;
 *   using device = await VbxOnDevice.create(gpu, { N: 2, K: 1, D: 1, Fa: 1, Fb: 1 });
 *   const put = (buffer: typeof device.phi, ...values: number[]) =>
 *     gpu.write(buffer, splitDf64(Float64Array.from(values)));
 *   const [slab] = device.slabs;
 *   put(slab.rho, 2, 4); // x = 1, 2 and phi = 4
 *   put(slab.faG, -0.5 * (1 + Math.log(2 * Math.PI)), -0.5 * (4 + Math.log(2 * Math.PI)));
 *   put(slab.q, 1, 1);
 *   put(device.phi, 4);
 *   put(device.masses, 2, 0);
 *   assert(Number.isFinite(await device.iterate()));
 *   const [alpha] = await device.read(device.alpha);
 *   assert(Math.abs(alpha - 6 / 9) < 1e-12); // sum of rho / (1 + N phi)
 * }
 * ```
 */
export class VbxOnDevice implements Disposable {
  readonly #gpu: GpuContext;
  readonly #options: DeviceVbxOptions;
  readonly #kernels: Kernels;
  readonly #plan: SlabPlan;
  readonly #buffers = new DisposableStack();
  readonly slabs: readonly Slab[];
  /** (D,). */
  readonly phi: GpuBuffer;
  /** (K, 2): the sum of a speaker's responsibilities, and ln(pi + 1e-8). */
  readonly masses: GpuBuffer;
  /** (K,). */
  readonly pi: GpuBuffer;
  /** (K, D). */
  readonly alpha: GpuBuffer;
  /** (K, D). */
  readonly invL: GpuBuffer;
  readonly #speakers: GpuBuffer;
  readonly #partialMoments: GpuBuffer;
  readonly #partialMasses: GpuBuffer;
  readonly #elbo: GpuBuffer;

  private constructor(gpu: GpuContext, options: DeviceVbxOptions, kernels: Kernels) {
    const { N, K, D, slabRows } = options;
    this.#gpu = gpu;
    this.#options = options;
    this.#kernels = kernels;
    this.#plan = slabPlan({ N, K, D, slabRows, bindingBytes: gpu.limits.maxStorageBufferBindingSize });
    const { chunks } = this.#plan;
    this.phi = this.#numbers("phi", D);
    this.masses = this.#numbers("masses of speakers", 2 * K);
    this.pi = this.#numbers("pi", K);
    this.alpha = this.#numbers("alpha", K * D);
    this.invL = this.#numbers("invL", K * D);
    this.#speakers = this.#numbers("speakers", 2 * K);
    this.#partialMoments = this.#numbers("moments of chunks", chunks * K * D);
    this.#partialMasses = this.#numbers("masses of chunks", chunks * (K + 1));
    this.#elbo = this.#numbers("ELBO", 1);
    this.slabs = this.#plan.slabs.map(({ first, rows, firstChunk }) => ({
      first,
      rows,
      rho: this.#numbers("rho", rows * D),
      faG: this.#numbers("Fa G", rows),
      q: this.#numbers("q", rows * K),
      logPx: this.#numbers("ln p(x)", rows),
      problem: this.#buffers.use(gpu.upload(this.#problemOf(rows, firstChunk), { label: "VBx problem" })),
    }));
  }

  /**
   * Compiles the kernels and takes the buffers.
   *
   * @throws {RangeError} where a buffer is beyond the device's limits.
   */
  static async create(gpu: GpuContext, options: DeviceVbxOptions): Promise<VbxOnDevice> {
    const { shaders = SHADERS } = options;
    const compile = (name: keyof typeof KERNELS) => {
      const products = name === "moments" || name === "projections";
      const code = [
        shaders.df64,
        products ? shaders.block : "",
        shaders.problem,
        name === "responsibilities" ? shaders.flatGroup : "",
        shaders[name],
      ].join("\n");
      return gpu.kernel({ label: `vbx ${name}`, code, bindings: KERNELS[name] });
    };
    const names = Object.keys(KERNELS) as (keyof typeof KERNELS)[];
    const compiled = await Promise.all(names.map(async (name) => [name, await compile(name)] as const));
    return new VbxOnDevice(gpu, options, Object.fromEntries(compiled) as Kernels);
  }

  /** One iteration. @returns The ELBO after it. */
  async iterate(): Promise<number> {
    const { K, D } = this.#options;
    const kernels = this.#kernels;
    const batch = this.#gpu.batch("VBx iteration");
    const tiles = (size: number) => Math.ceil(size / 64);
    const chunksOf = (rows: number) => Math.ceil(rows / this.#plan.chunkRows);
    for (const { problem, q, rho, rows } of this.slabs) {
      batch.dispatch(kernels.moments, {
        bindings: [problem, q, rho, this.#partialMoments],
        workgroups: [tiles(D), tiles(K), chunksOf(rows)],
      });
    }
    const whole = this.slabs[0].problem;
    batch.dispatch(kernels.posteriors, {
      bindings: [
        whole,
        this.#partialMoments,
        this.phi,
        this.masses,
        this.alpha,
        this.invL,
        this.#speakers,
      ],
      workgroups: [K, 1],
    });
    for (const { problem, rho, faG, q, logPx, rows } of this.slabs) {
      batch.dispatch(kernels.projections, {
        bindings: [problem, rho, this.alpha, this.#speakers, q],
        workgroups: [tiles(rows), tiles(K)],
      });
      batch.dispatch(kernels.responsibilities, {
        bindings: [problem, faG, q, logPx],
        workgroups: Math.ceil(rows / 4),
      });
      batch.dispatch(kernels.masses, {
        bindings: [problem, q, logPx, this.#partialMasses],
        workgroups: [tiles(K + 1), chunksOf(rows)],
      });
    }
    batch.dispatch(kernels.evidence, {
      bindings: [whole, this.#partialMasses, this.#speakers, this.masses, this.pi, this.#elbo],
      workgroups: 1,
    });
    await batch.submit();
    return (await this.read(this.#elbo))[0];
  }

  /** A buffer of this problem in float64. */
  async read(buffer: GpuBuffer): Promise<Float64Array<ArrayBuffer>> {
    return joinDf64(new Float32Array(await this.#gpu.download(buffer)));
  }

  [Symbol.dispose](): void {
    this.#buffers.dispose();
  }

  #numbers(label: string, length: number): GpuBuffer {
    return this.#buffers.use(this.#gpu.buffer(8 * length, { label }));
  }

  /** The struct of problem.wgsl. */
  #problemOf(rows: number, firstChunk: number): Uint8Array {
    const { K, D, Fa, Fb } = this.#options;
    const { chunkRows, chunks } = this.#plan;
    const sizes = Uint32Array.of(rows, K, D, chunkRows, firstChunk, chunks);
    const factors = splitDf64(Float64Array.of(Fa, Fa / Fb, 0.5 * Fb));
    const bytes = new Uint8Array(sizes.byteLength + factors.byteLength);
    bytes.set(new Uint8Array(sizes.buffer));
    bytes.set(new Uint8Array(factors.buffer), sizes.byteLength);
    return bytes;
  }
}
