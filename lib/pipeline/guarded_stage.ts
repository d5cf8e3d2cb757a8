import { ArtefactError, assertArtefact } from "./assert_artefact.ts";
import type { AnyStage } from "./stage.ts";

/** A stage of somebody's own that failed, or gave what the stages behind it cannot take. */
export class OwnStageError extends Error {
  override readonly name = "OwnStageError";
}

/** Errors that say nothing but that code is wrong; those of the system and of the library say more, and pass. */
const OF_CODE = ["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "ArtefactError"];

/**
 * A stage whose faults name it: what it throws, and what it gives where that is not what its names promise.
 *
 * @param stage The stage.
 * @param clustering Name of the list that it stands in.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { guardedStage } from "#lib/pipeline/guarded_stage.ts";
 * import { runStages } from "#lib/pipeline/run_stages.ts";
 * const broken = { name: "mine", needs: [], gives: [], run: () => { throw new Error("boom"); } };
 * await assert.rejects(runStages([guardedStage(broken, "test")], {}), /Stage "mine" of the clustering "test" failed: boom/);
 * ```
 */
export function guardedStage(stage: AnyStage, clustering: string): AnyStage {
  const told = (what: string, cause: unknown) =>
    new OwnStageError(`Stage "${stage.name}" of the clustering "${clustering}" ${what}.`, { cause });
  return {
    ...stage,
    run: async (artefacts, context) => {
      let given: unknown;
      try {
        given = await stage.run(artefacts, context);
      } catch (error) {
        if (context.signal?.aborted || !(error instanceof Error) || !OF_CODE.includes(error.name)) {
          throw error;
        }
        throw told(`failed: ${error.message}${placeOf(error)}`, error);
      }
      if (typeof given !== "object" || given === null) {
        throw told(`gave ${given}, an object with ${stage.gives.join(", ") || "nothing"} is needed`, given);
      }
      const output = given as Record<string, unknown>;
      for (const name of stage.gives) {
        if (!(name in output)) throw told(`did not give ${name}`, given);
        try {
          assertArtefact(name, output[name], artefacts);
        } catch (error) {
          if (!(error instanceof ArtefactError)) throw error;
          throw told(`gave what cannot be used: ${error.message}`, error);
        }
      }
      return output;
    },
  };
}

/** Where code failed, as " (file.ts:3:7)"; what stands first in the stack. */
function placeOf({ stack = "" }: Error): string {
  const place = /([^/\\()\s]+\.[cm]?[jt]sx?:\d+:\d+)/.exec(stack)?.[1];
  return place === undefined ? "" : ` (${place})`;
}
