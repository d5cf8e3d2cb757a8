import type { z } from "zod";
import { ahcSpeakers } from "./ahc_speakers.ts";
import { COMMUNITY_1 } from "./community_1.ts";
import { faultsOf } from "./faults_of.ts";
import { guardedStage } from "./guarded_stage.ts";
import { type CommunityOptions, type CommunityOptionsInput, OptionsError } from "./options.ts";
import type { AnyStage } from "./stage.ts";

/** A section of the options. */
export type OptionSection = keyof CommunityOptions;

/** Values of a clustering's own options by name. */
export type ClusteringOptions = CommunityOptions["clustering"];

/** A back end by name: a list of stages from segmentations and embeddings to turns. */
export interface Clustering {
  readonly name: string;
  /** In a few words. */
  readonly title: string;
  /** Sections of the options that its stages read; undefined where that is not known. What is set in others gets a warning. */
  readonly reads?: readonly OptionSection[];
  /** The stages, given values of its own options, which are checked and filled in. */
  stages(options?: Readonly<Record<string, unknown>>): readonly AnyStage[];
  /** Checks its own options and fills in the defaults. */
  parse(options?: Readonly<Record<string, unknown>>): ClusteringOptions;
  /** The schema of its own options. */
  readonly options?: z.ZodObject;
}

/** What `defineClustering` takes. */
export interface ClusteringDefinition<Schema extends z.ZodObject> {
  /** Letters, digits and hyphens; presets and provenance have it. */
  readonly name: string;
  readonly title: string;
  readonly reads?: readonly OptionSection[];
  /** Options of its own: numbers, words and switches, each with a default. They are set as `clustering.NAME`. */
  readonly options?: Schema;
  readonly stages: readonly AnyStage[] | ((options: z.output<Schema>) => readonly AnyStage[]);
}

/** A name that no clustering has. */
export class UnknownClusteringError extends RangeError {
  override name = "UnknownClusteringError";
}

const registered = new Map<string, Clustering>();

/**
 * Registers a back end under a name, so that a preset's `clustering` may be that name, in a program, in a notebook and on the command line
 * (`--import FILE`). The name is written into what a run depended on; what replays the run needs the same definition. Registering a name
 * again replaces what was there, so that a cell of a notebook can be run twice. What its stages throw and give is told by their names
 * (`OwnStageError`).
 *
 * @throws {RangeError} when the name has other characters, or is one of dialab's own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * import { ahcSpeakers } from "#lib/pipeline/ahc_speakers.ts";
 * import { clusteringNamed, defineClustering } from "#lib/pipeline/clusterings.ts";
 * defineClustering({
 *   name: "few-at-most",
 *   title: "AHC, with options of its own",
 *   options: z.strictObject({ most: z.int().min(1).default(4) }),
 *   stages: ({ most }) => ahcSpeakers().slice(0, 6 + most),
 * });
 * assert.equal(clusteringNamed("few-at-most").stages().length, 9);
 * assert.throws(() => clusteringNamed("few-at-most").stages({ most: 0 }), /clustering\.most is 0/);
 * ```
 */
export function defineClustering<Schema extends z.ZodObject = z.ZodObject>(
  definition: ClusteringDefinition<Schema>,
): Clustering {
  const { name, title, reads, options: schema, stages } = definition;
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name)) {
    throw new RangeError(
      `A clustering's name has letters, digits and hyphens, unlike ${JSON.stringify(name)}.`,
    );
  }
  if (Object.hasOwn(CLUSTERINGS, name)) {
    throw new RangeError(`The clustering "${name}" is dialab's own; give yours another name.`);
  }
  const clustering = made({ name, title, reads, options: schema, stages });
  const guarded: Clustering = {
    ...clustering,
    stages: (given) => clustering.stages(given).map((stage) => guardedStage(stage, name)),
  };
  registered.set(name, guarded);
  return guarded;
}

function made<Schema extends z.ZodObject>(
  { name, title, reads, options: schema, stages }: ClusteringDefinition<Schema>,
): Clustering {
  const parse = (given: Readonly<Record<string, unknown>> = {}) => {
    if (schema === undefined) {
      const unknown = Object.keys(given)[0];
      if (unknown === undefined) return {} as z.output<Schema>;
      throw new OptionsError(
        `Options are not valid: the clustering "${name}" has no options of its own, and so no clustering.${unknown}.`,
      );
    }
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const faults = faultsOf(parsed.error, { schema, value: given, root: "clustering" }).map((fault) =>
      /^(there is|clustering )/.test(fault) ? `clustering: ${fault}` : `clustering.${fault}`
    );
    throw new OptionsError(`Options are not valid: ${faults.join("; ")}.`);
  };
  return {
    name,
    title,
    ...(reads && { reads }),
    ...(schema && { options: schema }),
    parse: (given) => parse(given) as ClusteringOptions,
    stages: (given) => typeof stages === "function" ? stages(parse(given)) : (parse(given), stages),
  };
}

const CLUSTERINGS: Readonly<Record<string, Clustering>> = {
  vbx: made({
    name: "vbx",
    title: "AHC, PLDA, VBx: community-1's",
    reads: ["segmentation", "hints", "training", "ahc", "vbx", "kmeans", "annotation", "grid"],
    stages: COMMUNITY_1,
  }),
  ahc: made({
    name: "ahc",
    title: "AHC alone, each cluster a speaker",
    reads: ["segmentation", "hints", "training", "ahc", "kmeans", "annotation", "grid"],
    stages: () => ahcSpeakers(),
  }),
};

/**
 * The names of all clusterings: dialab's own, then the registered ones.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clusteringNames } from "#lib/pipeline/clusterings.ts";
 * assert.deepEqual(clusteringNames().slice(0, 2), ["vbx", "ahc"]);
 * ```
 */
export function clusteringNames(): string[] {
  return [...Object.keys(CLUSTERINGS), ...registered.keys()];
}

/**
 * A clustering by its name.
 *
 * @throws {UnknownClusteringError} when there is none; the message lists those there are, and says how one is registered.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clusteringNamed } from "#lib/pipeline/clusterings.ts";
 * assert(clusteringNamed("vbx").stages().some(({ name }) => name === "plda"));
 * assert.throws(() => clusteringNamed("spectral"), /no clustering "spectral".*--import/);
 * ```
 */
export function clusteringNamed(name: string): Clustering {
  const found = Object.hasOwn(CLUSTERINGS, name) ? CLUSTERINGS[name] : registered.get(name);
  if (found === undefined) {
    throw new UnknownClusteringError(
      `There is no clustering "${name}"; there are ${
        clusteringNames().join(", ")
      }. One of your own is registered ` +
        `by defineClustering, and on the command line by --import FILE.`,
    );
  }
  return found;
}

/**
 * Sections in which something is set that a clustering does not read.
 *
 * @param clustering Its name.
 * @param options What was set.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unreadSections } from "#lib/pipeline/clusterings.ts";
 * assert.deepEqual(unreadSections("ahc", { vbx: { fa: 0.1 }, ahc: { threshold: 1 } }), ["vbx"]);
 * ```
 */
export function unreadSections(clustering: string, options: CommunityOptionsInput): OptionSection[] {
  const { reads } = clusteringNamed(clustering);
  if (reads === undefined) return [];
  const set = Object.entries(options).filter(([, values]) => Object.keys(values ?? {}).length > 0);
  return set.map(([section]) => section as OptionSection)
    .filter((section) => section !== "clustering" && !reads.includes(section));
}
