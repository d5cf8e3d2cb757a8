import { differingOptions } from "./differing_options.ts";
import type { RunProvenance } from "./run_provenance.ts";

type Fact = readonly [name: string, value: string];

/**
 * What a run depended on, in words: a name and a value each, what is not known left out; sums by their heads.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * import { provenanceFacts } from "#lib/pipeline/provenance_facts.ts";
 * const options = parseOptions({ hints: { minSpeakers: 2 }, vbx: { fa: 0.2 } });
 * const facts = provenanceFacts({ version: 2, clustering: "vbx", preset: "own", options, channel: null });
 * assert.deepEqual(facts.slice(0, 3), [["preset", "own"], ["clustering", "vbx"], ["speakers asked for", "2 or more"]]);
 * assert.deepEqual(facts[3], ["options not default", "vbx.fa 0.2"]);
 * ```
 */
export function provenanceFacts(run: RunProvenance): Fact[] {
  const { made, preset, clustering, channel, weights, networks, compute, imports, turns, audio } = run;
  const facts: (readonly [name: string, value: string | undefined])[] = [
    ["dialab", made && versionText(made)],
    ["preset", preset],
    ["clustering", clustering],
    ["speakers asked for", hintsText(run.options.hints)],
    ["options not default", optionsText(run)],
    ["given beside the preset", run.notOfPreset && listed(withoutHints(run.notOfPreset))],
    ["channel", channel === undefined ? undefined : channel?.toString() ?? "the mean of all"],
    ...weightsOf(weights).map(([name, { model, file, sha256 }]): Fact => [
      name,
      `${model} (${file}), sha256 ${shortSum(sha256)}`,
    ]),
    ["networks on", networks && `${networks.segmentation} (segmentation), ${networks.embedding} (embedding)`],
    [
      "backend",
      compute && [compute.backend, compute.precision, compute.adapter].filter(Boolean).join(", "),
    ],
    ["modules of your own", imports?.length ? modulesText(imports) : undefined],
    ["runtime", made && `${made.runtime} on ${made.platform}`],
    ["turns", turns && turnsText(turns)],
    ["recording", audio && `${audio.file}, ${audio.bytes} bytes, sha256 ${shortSum(audio.sha256)}`],
  ];
  return facts.flatMap(([name, value]): Fact[] => value === undefined ? [] : [[name, value]]);
}

/**
 * The files of weights of a run, each by what it does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { weightsOf } from "#lib/pipeline/provenance_facts.ts";
 * assert.deepEqual(weightsOf(undefined), []);
 * ```
 */
export function weightsOf(
  weights: RunProvenance["weights"],
): (readonly [
  name: string,
  file: { readonly model: string; readonly file: string; readonly sha256: string },
])[] {
  if (weights === undefined) return [];
  const { segmentation, embedding, plda: [model, transform] = [] } = weights;
  return [
    ["segmentation weights", segmentation],
    ["embedding weights", embedding],
    ...(model === undefined ? [] : [["PLDA", model], ["PLDA transform", transform]] as const),
  ];
}

/**
 * The head of a sha256, enough to tell files apart by eye.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shortSum } from "#lib/pipeline/provenance_facts.ts";
 * assert.equal(shortSum("0123456789abcdef".repeat(4)), "0123456789abcdef...");
 * ```
 */
export function shortSum(sha256: string): string {
  return `${sha256.slice(0, 16)}...`;
}

/**
 * Modules of a user's own by names and the heads of their sums.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { modulesText } from "#lib/pipeline/provenance_facts.ts";
 * assert.equal(modulesText([{ file: "mine.ts", sha256: "0".repeat(64) }]), `mine.ts, sha256 ${"0".repeat(16)}...`);
 * assert.equal(modulesText([]), "none");
 * ```
 */
export function modulesText(modules: NonNullable<RunProvenance["imports"]>): string {
  if (modules.length === 0) return "none";
  return modules.map(({ file, sha256 }) => `${file}, sha256 ${shortSum(sha256)}`).join("; ");
}

/**
 * Which turns a file holds, in words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { turnsText } from "#lib/pipeline/provenance_facts.ts";
 * assert.equal(turnsText("exclusive"), "one speaker at most at a time");
 * ```
 */
export function turnsText(turns: NonNullable<RunProvenance["turns"]>): string {
  return turns === "exclusive" ? "one speaker at most at a time" : "as heard, overlaps and all";
}

/** Version and commit of dialab, in words. */
function versionText({ dialab, commit }: NonNullable<RunProvenance["made"]>): string {
  const [hash, modified] = commit?.split("-") ?? [];
  return hash === undefined
    ? dialab
    : `${dialab}, commit ${hash.slice(0, 12)}${modified ? ", modified" : ""}`;
}

function hintsText({ numSpeakers, minSpeakers, maxSpeakers }: RunProvenance["options"]["hints"]): string {
  if (numSpeakers !== undefined) return `${numSpeakers}`;
  if (minSpeakers === undefined && maxSpeakers === undefined) return "any number";
  if (maxSpeakers === undefined) return `${minSpeakers} or more`;
  return minSpeakers === undefined ? `${maxSpeakers} at most` : `${minSpeakers} to ${maxSpeakers}`;
}

function optionsText({ options, notDefault = differingOptions(options) }: RunProvenance): string {
  return listed(withoutHints(notDefault));
}

const withoutHints = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).filter(([name]) => !name.startsWith("hints."));

const listed = (values: readonly (readonly [string, unknown])[]) =>
  values.length === 0 ? "none" : values.map(([name, value]) => `${name} ${value}`).join(", ");
