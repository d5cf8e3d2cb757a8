import type { Compute, Precision } from "#lib/compute/compute.ts";
import type { NdArray } from "#lib/arrays/nd_array.ts";

/** A kernel's result as numbers, whatever array holds them. */
export type Values = ArrayLike<number>;

/** What `--sizes` chooses between. */
export const SIZES = ["tiny", "small", "default", "large"] as const;
export type Sizes = typeof SIZES[number];

/** The least that a kernel has to do, from which its distance to a device's ceilings follows. */
export interface Work {
  /** Bytes read and written if everything came and went once, temporary matrices included. */
  readonly bytes: number;
  /** Additions and multiplications of float32 that its shader makes, as counted in its source. */
  readonly operations: number;
}

/** A kernel whose data is on the device already. */
export interface DeviceRun extends Disposable {
  /** Runs so often, and waits for the end. */
  run(repeats: number): Promise<void>;
  /** What the last run left, read back. */
  result(): Promise<Values>;
}

/** What the peer is given: `kernel_peers.py` knows the kernel, and reads the arrays. */
export interface PeerJob {
  readonly modules: readonly string[];
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly arrays: () => Readonly<Record<string, NdArray>>;
  /** How far the peer may be from the scalar result, to count as computing the same. */
  readonly bound: number;
}

/** One problem of one kernel: made-up data and everything that can be done with it. */
export interface KernelCase {
  readonly kernel: string;
  /** At most 16 characters. */
  readonly title: string;
  readonly shape: Readonly<Record<string, number | string>>;
  /** Whether float32 and double-single are two things on the GPU, or the kernel is the same under both. */
  readonly hasPrecisions: boolean;
  /** The whole call, from arrays to arrays. */
  readonly run: (compute: Compute) => Promise<Values>;
  readonly onDevice: (compute: Compute) => Promise<DeviceRun>;
  /** Largest difference from the scalar result that is no fault. */
  readonly bound: (precision: Precision) => number;
  readonly work: (precision: Precision) => Work;
  readonly peer: PeerJob;
}

/** A kernel and its problems, the smallest first. They are made when they are asked for. */
export interface KernelBench {
  readonly name: string;
  readonly cases: Readonly<Record<Sizes, readonly (() => KernelCase)[]>>;
}
