/** What a step of `bench gpu` is, and what it and the process around it say to each other. */
import { z } from "zod";
import type { Compute } from "#lib/compute/compute.ts";
import type { GpuRow, GpuSizes, RowOf } from "./results.ts";

/** What a step is asked for; travels to its process as JSON. */
export interface StepRequest {
  readonly step: string;
  readonly sizes: GpuSizes;
  readonly runs: number;
  /** Part of the adapter's name. */
  readonly adapter?: string;
  /** What the device can do at most, where that was measured. */
  readonly ceilings?: Omit<RowOf<"ceilings">, "kind">;
}

/** What a step works with. */
export interface StepContext extends StepRequest {
  /** Opens the GPU that was asked for. @throws {NoAdapterError} */
  openGpu(precision: "df64" | "f32", options?: { readonly profile?: boolean }): Promise<Compute>;
  /** Gives a result: what was given stays, whatever comes after. */
  give(row: GpuRow): void;
  /** Says what is left out, and why. */
  note(text: string): void;
  /** Says what is going on. */
  progress(text: string): void;
}

/** A step's work. What it throws is why it failed. */
export type StepWork = (context: StepContext) => Promise<void>;

/** There is nothing for a step to do on this machine: it is skipped for this reason. */
export class NothingToDoError extends Error {
  override readonly name = "NothingToDoError";
}

/** What a step's process says, line by line. */
export const stepEventSchema = z.union([
  z.strictObject({ row: z.unknown() }),
  z.strictObject({ note: z.string() }),
  z.strictObject({ progress: z.string() }),
  z.strictObject({ skipped: z.string() }),
  z.strictObject({ failed: z.string() }),
  z.strictObject({ done: z.literal(true) }),
]);

/** One of them. */
export type StepEvent = z.infer<typeof stepEventSchema>;

/** Begins a line that is an event: a native library may write on standard output, too. */
export const EVENT_MARK = "\x1e";
