/** How near decisions came to falling the other way. Everything is plain data that JSON takes. */
import type { DriftSpot } from "./run_difference.ts";

/** A kind of decision. */
export type MarginKind =
  | ("powerset argmax" | "activity filter" | "AHC cut" | "VBx stop" | "living speaker")
  | ("assignment" | "speaker count" | "frame ranking");

/** One decision: what was compared with what. */
export interface Margin extends DriftSpot {
  readonly kind: MarginKind;
  /** What decided, and what it was held against, in the kind's unit. */
  readonly value: number;
  readonly threshold: number;
  /** |value - threshold|: how far the value is from deciding otherwise. */
  readonly distance: number;
  /** The same over the larger magnitude of both, 0 to 1 where they have one sign: what lets kinds be compared. */
  readonly relative: number;
}

/** All decisions of one kind. */
export interface MarginList {
  readonly kind: MarginKind;
  /** What values are counted or measured in: "frames", "distance", "nats". */
  readonly unit: string;
  /** In words, what was decided. */
  readonly question: string;
  /**
   * Whether the values are whole numbers of earlier decisions. Such a margin moves by steps, when a decision before it falls
   * otherwise; rounding cannot touch it, and an exact tie is nothing rare.
   */
  readonly counted: boolean;
  /** Decisions in all, and how many were exact ties. */
  readonly total: number;
  readonly ties: number;
  /** The nearest to their threshold, nearest first. */
  readonly nearest: readonly Margin[];
}

/** Every kind of decision of a run. */
export interface Margins {
  readonly run: string;
  readonly lists: readonly MarginList[];
  /** The nearest of all kinds that measure, and of those that count; by `relative`. */
  readonly nearestMeasured: readonly Margin[];
  readonly nearestCounted: readonly Margin[];
  /** Kinds that the run has no numbers for, and why. */
  readonly missing: readonly { readonly kind: MarginKind; readonly why: string }[];
}
