/** What one part of a kernel takes in one run of the whole. */
export interface PartFigures {
  readonly label: string;
  readonly dispatches: number;
  readonly seconds: number;
}

/** A peer beside one measurement. */
export interface PeerFigures {
  readonly name: string;
  /** Median of `samples`. */
  readonly seconds: number;
  readonly samples: readonly number[];
  /** Its largest difference from the scalar result. */
  readonly difference: number;
  readonly peakBytes?: number;
  readonly cuda:
    | { readonly name: string; readonly seconds: number; readonly samples: readonly number[] }
    | null;
}

/** How far a kernel is from what the device can do. */
export interface RooflineFigures {
  /** The least that it must do. */
  readonly bytes: number;
  readonly operations: number;
  readonly bytesPerSecond: number;
  readonly operationsPerSecond: number;
  /** Of the nearer ceiling, 0 to 1. */
  readonly share: number;
  readonly nearer: "bytes" | "operations";
}

/** A kernel whose data is on the device already. */
export interface DeviceFigures {
  readonly seconds: number;
  /** Whose clock: the device's around each dispatch, or the wall's over many runs in one submission. */
  readonly clock: "device" | "wall";
  /** By the wall's clock in any case. */
  readonly wallSeconds: number;
  /** Every run by the wall's clock. */
  readonly wallSamples: readonly number[];
  /** Of the check of the device's own result. */
  readonly difference: number;
  readonly roofline?: RooflineFigures;
  /** One run, dispatch by dispatch; under `--profile`. */
  readonly parts?: readonly PartFigures[];
}

/** One problem on one backend: one entry of `results` in `--json`. */
export interface Measurement {
  readonly kernel: string;
  readonly case: string;
  readonly shape: Readonly<Record<string, number | string>>;
  readonly backend: string;
  readonly precision: string;
  readonly adapter?: string;
  /** What the result was compared with before anything was timed. */
  readonly check: { readonly against: string; readonly difference: number; readonly bound: number };
  /** Median of the whole call, transfers included. */
  readonly seconds: number;
  /** Every run of it. */
  readonly samples: readonly number[];
  readonly device?: DeviceFigures;
  readonly peer?: PeerFigures;
  /** How many times as fast as the peer: its seconds over ours, on the CPU for both or as whole calls. */
  readonly speedup?: number;
  /** The peer on CUDA over ours on the device. */
  readonly deviceSpeedup?: number;
  /** Peak resident memory of a process that does nothing else. */
  readonly peakBytes?: number;
}
