/** Something about a request that did not stop it. */
export interface ChoppedWarning {
  readonly type: "chopped";
  /** Which part was longer than the network takes, from 0. */
  readonly index: number;
  readonly length: number;
  readonly maxLength: number;
  /** Into how many pieces it was cut. */
  readonly pieces: number;
}

/** All warnings; told apart by `type`. */
export type RequestWarning = ChoppedWarning;

/**
 * What happens to a request, told apart by `type`. `atMs` is the flow's clock. The last event of every request
 * is "done", "failed" or "cancelled".
 */
export type RequestEvent =
  /** Its first batch is about to run. */
  | { readonly type: "started"; readonly atMs: number }
  /** Parts came back; `total` as soon as it is known. Of several that were not read yet, the last remains. */
  | {
    readonly type: "progress";
    readonly atMs: number;
    readonly done: number;
    readonly total: number | undefined;
  }
  | { readonly type: "warning"; readonly atMs: number; readonly warning: RequestWarning }
  | { readonly type: "done"; readonly atMs: number; readonly total: number }
  | { readonly type: "failed"; readonly atMs: number; readonly error: unknown }
  | { readonly type: "cancelled"; readonly atMs: number; readonly reason: unknown };
