import { AssignmentError } from "#lib/numerics/linear_sum_assignment.ts";
import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import type { HybridOutcome } from "./bisection.ts";
import { compareTurns } from "./compare_turns.ts";
import type { DriftRun } from "./drift_run.ts";
import type { HybridRuns } from "./hybrid_runs.ts";
import { sameArtefact } from "./same_artefact.ts";

/** Outcomes that are kept, since a bisection asks for some of them more than once. */
const KEPT = 16;

interface Known {
  readonly exchanged: Partial<Artefacts>;
  readonly after: string | undefined;
  readonly outcome: HybridOutcome;
}

/**
 * Asks of a run that is another but for some artefacts whether its turns are the other's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { HybridOutcomes } from "#lib/parity/drift/hybrid_outcomes.ts";
 * import { HybridRuns } from "#lib/parity/drift/hybrid_runs.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const turns = (end: number) => ({ diarization: new Annotation({ uri: "a" }).add(new Segment(0, end), "ann") });
 * const run = { name: "A", artefacts: turns(3) };
 * const outcomes = new HybridOutcomes(run, new HybridRuns({ stages: [], given: {} }, run.artefacts));
 * const { identical, der } = await outcomes.of(turns(4));
 * assert.deepEqual([identical, Math.round(3 * der)], [false, 1]);
 * ```
 */
export class HybridOutcomes {
  readonly #run: DriftRun;
  readonly #runs: HybridRuns;
  readonly #known: Known[] = [];

  /**
   * @param run The other.
   * @param runs Those that are it but for some artefacts.
   * @throws {RangeError} when the run has no turns.
   */
  constructor(run: DriftRun, runs: HybridRuns) {
    if (run.artefacts.diarization === undefined) {
      throw new RangeError(`The run "${run.name}" has no turns to bisect by.`);
    }
    this.#run = run;
    this.#runs = runs;
  }

  /** The outcome with other artefacts, of which those that are the same to the bit are no others. */
  async of(exchanged: Partial<Artefacts>, after?: string): Promise<HybridOutcome> {
    const names = Object.keys(exchanged) as ArtefactName[];
    const others: Partial<Artefacts> = Object.fromEntries(
      names.filter((name) => !sameArtefact(exchanged[name], this.#run.artefacts[name]))
        .map((name) => [name, exchanged[name]]),
    );
    const known = this.#known.find((entry) => entry.after === after && sameAll(entry.exchanged, others));
    if (known !== undefined) return known.outcome;
    const outcome = await this.#try(others, after);
    this.#known.push({ exchanged: others, after, outcome });
    if (this.#known.length > KEPT) this.#known.shift();
    return outcome;
  }

  /** The outcome of a whole run. */
  against({ diarization: other }: Partial<Artefacts>): HybridOutcome {
    const own = this.#run.artefacts.diarization!;
    if (other === own) return { identical: true, der: 0 };
    if (other === undefined) return { identical: false, der: 1, fault: "there are no turns" };
    const turns = compareTurns(own, other, { decimals: this.#run.decimals, maxErrors: 0 });
    const { identical, namesOnly, der, first, firstChange } = turns;
    const startSec = (firstChange ?? first)?.startSec;
    return { identical, ...(namesOnly && { namesOnly }), der, ...(startSec !== undefined && { startSec }) };
  }

  async #try(exchanged: Partial<Artefacts>, after: string | undefined): Promise<HybridOutcome> {
    try {
      return this.against(await this.#runs.with(exchanged, after));
    } catch (error) {
      if (!isMisfit(error)) throw error;
      return { identical: false, der: 1, fault: error.message };
    }
  }
}

function sameAll(a: Partial<Artefacts>, b: Partial<Artefacts>): boolean {
  const names = Object.keys(a) as ArtefactName[];
  return names.length === Object.keys(b).length &&
    names.every((name) => name in b && sameArtefact(a[name], b[name]));
}

/** What a stage says to numbers that do not go together. */
function isMisfit(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof TypeError || error instanceof AssignmentError;
}
