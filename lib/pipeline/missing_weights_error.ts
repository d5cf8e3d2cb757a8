/**
 * A stage lacks its weights.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MissingWeightsError } from "#lib/pipeline/missing_weights_error.ts";
 * assert.match(new MissingWeightsError("plda", "the PLDA").message, /Stage "plda" needs the PLDA/);
 * ```
 */
export class MissingWeightsError extends Error {
  override readonly name = "MissingWeightsError";
  readonly stage: string;

  constructor(stage: string, what: string) {
    super(`Stage "${stage}" needs ${what}; hand it in as models.${stage}.`);
    this.stage = stage;
  }
}
