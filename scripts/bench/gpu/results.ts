/** The file that `bench gpu` writes: its schema, from which docs/gpu.schema.json is made, and its types. */
import { z } from "zod";

const text = z.string().min(1);
const seconds = z.number().min(0);
const samples = z.array(seconds).min(1).describe("Seconds of every run; their median stands beside them.");
const check = z.strictObject({
  against: text.describe("What the result was compared with before anything was timed."),
  difference: z.number().min(0),
  bound: z.number().min(0),
});

const adapterRow = z.strictObject({
  kind: z.literal("adapter"),
  name: text.describe("Of the adapter, its driver and who found it."),
  software: z.boolean(),
  ...{ vendor: z.string(), architecture: z.string(), device: z.string(), description: z.string() },
  driver: z.string().nullable().describe("What nvidia-smi says, where there is one."),
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  df64: z.strictObject({ sums: z.int(), products: z.int(), pairs: z.int() })
    .describe("Sums and products that were not exact, of so many pairs; 0 of each is needed for df64."),
  clock: z.enum(["device", "wall"]).describe("Whose clock times kernels."),
});

const parityRow = z.strictObject({
  kind: z.literal("parity"),
  ...{ capture: text, ok: z.boolean(), rttmIdentical: z.boolean(), der: z.number(), seconds },
  quantities: z.int(),
  beyond: z.array(z.string()).describe("Quantities beyond their tolerance."),
  hints: z.strictObject({ ok: z.int(), all: z.int() }).nullable(),
  fault: z.string().nullable().describe("Why the capture could not be replayed."),
});

const ceilingsRow = z.strictObject({
  kind: z.literal("ceilings"),
  bytesPerSecond: z.number().positive().describe("Read and written by a copy between buffers."),
  operationsPerSecond: z.number().positive().describe("Of float32; a multiply-add counts as two."),
});

const transferRow = z.strictObject({
  kind: z.literal("transfer"),
  what: text,
  bytes: z.int().min(0),
  ...{ seconds, samples },
  perSecond: z.number().positive().describe("Bytes a second, or dispatches where no bytes are moved."),
});

const cuda = z.strictObject({ name: text, seconds, samples }).nullable();
const kernelRow = z.strictObject({
  kind: z.literal("kernel"),
  ...{ kernel: text, case: text, backend: text, precision: text, adapter: text.optional() },
  shape: z.record(z.string(), z.union([z.number(), z.string()])),
  check,
  seconds: seconds.describe("Median of the whole call, transfers included."),
  samples,
  device: z.strictObject({
    seconds: seconds.describe("With the data on the device already."),
    clock: z.enum(["device", "wall"]),
    wallSeconds: seconds,
    wallSamples: samples,
    difference: z.number().min(0),
    roofline: z.strictObject({
      ...{ bytes: z.number(), operations: z.number(), bytesPerSecond: z.number() },
      operationsPerSecond: z.number(),
      share: z.number().describe("Of the nearer ceiling."),
      nearer: z.enum(["bytes", "operations"]),
    }).optional(),
  }).optional(),
  peer: z.strictObject({
    ...{ name: text, seconds, samples, difference: z.number(), cuda },
    peakBytes: z.number().optional(),
  }).optional(),
  speedup: z.number().optional().describe("The peer's seconds over ours, whole calls both."),
  deviceSpeedup: z.number().optional().describe("The peer on CUDA over ours on the device."),
  peakBytes: z.number().optional(),
});

const networkRow = z.strictObject({
  kind: z.literal("network"),
  ...{ network: text, provider: z.enum(["cpu", "webgpu", "cuda"]), workers: z.int(), batch: z.int() },
  threads: z.int().nullable(),
  secondsPerChunk: seconds,
  samples: samples.describe("Seconds of a chunk of 10 s, run by run."),
  aloneSecondsPerChunk: seconds.describe("Of onnxruntime by itself."),
  aloneSamples: samples,
  ratio: z.number().describe("Ours over onnxruntime's alone."),
  timesRealTime: z.number(),
  chosen: z.boolean(),
  check,
});

const pipelineRow = z.strictObject({
  kind: z.literal("pipeline"),
  ...{ preset: text, provider: z.enum(["cpu", "webgpu", "cuda"]), backend: text },
  audioSec: seconds,
  ...{ seconds, samples, timesRealTime: z.number() },
  stages: z.record(z.string(), seconds),
  ...{ speakers: z.int(), turns: z.int(), peakBytes: z.number() },
  check: z.strictObject({
    against: text,
    audioSec: seconds.describe("Length of the piece that was diarized both ways first."),
    der: z.number().min(0).describe("Between both results."),
    bound: z.number(),
  }),
});

/** One thing that was measured. */
export const gpuRowSchema = z.discriminatedUnion("kind", [
  ...[adapterRow, parityRow, ceilingsRow, transferRow, kernelRow, networkRow, pipelineRow] as const,
]);

const step = z.strictObject({
  ...{ name: text, title: text },
  status: z.enum(["ok", "failed", "timed out", "skipped", "interrupted", "running"])
    .describe("running: the whole command ended without a word while this step ran."),
  reason: z.string().nullable().describe("Why it is not ok, in one line."),
  limitSec: z.number().nullable(),
  seconds,
  notes: z.array(z.string()).describe("What was left out, and why."),
  output: z.string().nullable().describe("The end of what the process of a failed step wrote."),
  rows: z.array(gpuRowSchema).describe("What was measured, also of a step that failed later."),
});

const target = z.strictObject({
  ...{ name: text, goal: z.number(), unit: z.enum(["s", "x"]) },
  measured: z.number().nullable(),
  reached: z.boolean().nullable().describe("null where nothing was measured."),
  detail: text.describe("What was measured, or why nothing was."),
});

/** The whole file. */
export const gpuResultsSchema = z.strictObject({
  format: z.literal("dialab bench gpu"),
  formatVersion: z.literal(1),
  command: text,
  ...{ startedAt: z.iso.datetime(), changedAt: z.iso.datetime() },
  /** All steps are done, or passed over for a reason. */
  complete: z.boolean(),
  settings: z.strictObject({
    sizes: z.enum(["tiny", "small", "large"]).nullable().describe("null until the adapter is known."),
    runs: z.int().min(1).nullable(),
    limitSec: z.number().positive(),
    adapterAsked: z.string().nullable(),
    precisions: z.array(text),
  }),
  environment: z.strictObject({
    ...{ dialab: text, runtime: text, platform: text, release: z.string(), cpu: z.string(), cores: z.int() },
    commit: z.string().nullable(),
    sources: text.describe("SHA-256 over the source files, which tells versions apart without a commit."),
    versions: z.record(z.string(), z.string()),
  }),
  targets: z.array(target),
  targetsOf: text,
  steps: z.array(step),
}).meta({
  title: "Figures of a GPU, written by dialab bench gpu",
  description: "Times are seconds; every result was checked before it was timed.",
});

/** The whole file. */
export type GpuResults = z.infer<typeof gpuResultsSchema>;
/** A step and what came of it. */
export type StepResult = z.infer<typeof step>;
/** One thing that was measured. */
export type GpuRow = z.infer<typeof gpuRowSchema>;
/** Rows of one kind. */
export type RowOf<Kind extends GpuRow["kind"]> = Extract<GpuRow, { kind: Kind }>;
/** What the project wants to reach. */
export type TargetResult = z.infer<typeof target>;
/** How large the problems are. */
export type GpuSizes = NonNullable<GpuResults["settings"]["sizes"]>;

/** All rows of a kind, of every step. */
export function rowsOf<Kind extends GpuRow["kind"]>(
  { steps }: Pick<GpuResults, "steps">,
  kind: Kind,
): RowOf<Kind>[] {
  return steps.flatMap(({ rows }) => rows.filter((row): row is RowOf<Kind> => row.kind === kind));
}
