import { seedOf } from "../loaders/seed_of.ts";
import { shuffled } from "../loaders/shuffled.ts";
import type { Table } from "../tables/table.ts";
import { allot, allotEqually } from "./allot.ts";
import { strataOf, type StrataOfOptions, type Stratum } from "./strata_of.ts";

/** How many of each group are taken: as it is in the table, as equally as can be, or by weights. */
export type SamplingStrategy = "proportional" | "balanced" | "weighted";

/** Options of {@linkcode MetadataSampler}. */
export interface MetadataSamplerOptions extends StrataOfOptions {
  /** Default `proportional`, or `weighted` where there are weights. */
  readonly strategy?: SamplingStrategy;
  /** By a group's name in the only column (`null` for rows without), or pairs of group and weight; groups that are not named have 0. */
  readonly weights?:
    | Readonly<Record<string, number>>
    | readonly (readonly [stratum: Stratum, weight: number])[];
  /** A whole number from 0. Default 0. */
  readonly seed?: number;
}

/** Rows that were drawn, and how many of each group. */
export interface MetadataSample {
  /** Numbers of the table's rows, from 0, ascending; none twice. */
  readonly rows: readonly number[];
  readonly strategy: SamplingStrategy;
  readonly seed: number;
  /** In the order of their names, with how many each has and how many were taken. */
  readonly strata: readonly { readonly stratum: Stratum; readonly size: number; readonly taken: number }[];
}

/**
 * Draws rows of a table by groups (strata) of one or more columns, without replacement. How many of each group is arithmetic and holds
 * for every seed; which ones depends on the seed. `proportional` gives by largest remainder (ties to the larger group, then to the name);
 * `balanced` one each in turn, as long as a group has more; `weighted` by largest remainder of the weights, and what a group does not
 * have goes to the others that have a weight.
 *
 * @throws {RangeError} Weights are missing, given without being asked for, negative, all 0, or of a group that is not there; for the rest
 *   see `strataOf`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MetadataSampler } from "#lib/corpus/batches/metadata_sampler.ts";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * const table = tableOf(["FEM", "FEM", "FEM", "KCHI", "MAL", "MAL"].map((label) => ({ label })));
 * const sampler = new MetadataSampler({ columns: ["label"], strategy: "balanced", seed: 1 });
 * const { rows, strata } = sampler.sample(table, 3);
 * assert.equal(rows.length, 3);
 * assert.deepEqual(strata.map(({ taken }) => taken), [1, 1, 1]);
 * ```
 */
export class MetadataSampler {
  readonly strategy: SamplingStrategy;
  readonly seed: number;
  readonly #options: MetadataSamplerOptions;

  constructor(options: MetadataSamplerOptions) {
    const { weights, seed = 0, strategy = weights === undefined ? "proportional" : "weighted" } = options;
    if (!["proportional", "balanced", "weighted"].includes(strategy)) {
      throw new RangeError(
        `A strategy is proportional, balanced or weighted, not ${JSON.stringify(strategy)}.`,
      );
    }
    if ((strategy === "weighted") !== (weights !== undefined)) {
      throw new RangeError(
        `Weights go with the strategy weighted, and it needs them; the strategy was ${strategy}.`,
      );
    }
    seedOf(seed); // checks it
    this.strategy = strategy;
    this.seed = seed;
    this.#options = options;
  }

  /** So many rows, or all that there are where they are fewer. */
  sample(table: Table, count: number): MetadataSample {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`A sample is of a whole number of rows from 0, not ${count}.`);
    }
    const strata = strataOf(table, this.#options);
    const sizes = strata.map(({ rows }) => rows.length);
    const wanted = Math.min(count, table.rowCount);
    const weights = this.strategy === "weighted"
      ? this.#weightsOf(strata.map(({ stratum }) => stratum))
      : sizes;
    const taken = this.strategy === "balanced"
      ? allotEqually(sizes, wanted)
      : allot(sizes.map((size, i) => ({ size, weight: weights[i] })), wanted);
    const rows = strata.flatMap(({ rows }, i) =>
      [...shuffled(rows.length, seedOf(this.seed, i)).subarray(0, taken[i])].map((place) => rows[place])
    );
    return {
      rows: rows.sort((a, b) => a - b),
      ...{ strategy: this.strategy, seed: this.seed },
      strata: strata.map(({ stratum }, i) => ({ stratum, size: sizes[i], taken: taken[i] })),
    };
  }

  #weightsOf(strata: readonly Stratum[]): number[] {
    const { weights = {}, columns } = this.#options;
    const found = strata.map(() => 0);
    const isList = isPairs(weights);
    if (!isList && columns.length > 1) {
      throw new RangeError(`Weights of groups by ${columns.join(", ")} are pairs of group and weight.`);
    }
    const pairs: [name: string, weight: number, place: number][] = isList
      ? weights.map((
        [stratum, weight],
      ) => [stratum.map(String).join(" and "), weight, strata.findIndex((one) => isSame(one, stratum))])
      : Object.entries(weights).map(([name, weight]) => {
        const exact = strata.findIndex(([value]) => value !== null && String(value) === name);
        return [
          name,
          weight,
          exact < 0 && name === "null" ? strata.findIndex(([value]) => value === null) : exact,
        ];
      });
    for (const [name, weight, i] of pairs) {
      if (!Number.isFinite(weight) || weight < 0) {
        throw new RangeError(
          `The weight of ${JSON.stringify(name)} is ${weight}; a finite number from 0 is needed.`,
        );
      }
      if (i < 0) {
        const there = strata.map((one) => one.join(" and ") || "null").join(", ") || "none";
        throw new RangeError(
          `A weight is given to ${JSON.stringify(name)}, which no row has; there are ${there}.`,
        );
      }
      found[i] = weight;
    }
    if (strata.length > 0 && found.every((weight) => weight === 0)) {
      throw new RangeError("All weights are 0; a group or more needs one above.");
    }
    return found;
  }
}

type Weights = NonNullable<MetadataSamplerOptions["weights"]>;
const isPairs = (weights: Weights): weights is Extract<Weights, readonly unknown[]> => Array.isArray(weights);
const isSame = (a: Stratum, b: Stratum) => a.length === b.length && a.every((value, i) => value === b[i]);
