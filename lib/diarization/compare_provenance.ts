import { differingOptions } from "#lib/pipeline/differing_options.ts";
import { modulesText, shortSum, turnsText, weightsOf } from "#lib/pipeline/provenance_facts.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";

/**
 * What a difference of two runs does to what they give, the least first: `none`; `bits`, the last bits of numbers, and turns only where
 * a decision was a tie; `unknown`, perhaps something; `results`.
 */
export const PROVENANCE_EFFECTS = ["none", "bits", "unknown", "results"] as const;

/** One of them. */
export type ProvenanceEffect = typeof PROVENANCE_EFFECTS[number];

/** One thing in which two runs differ. */
export interface ProvenanceDifference {
  readonly what: string;
  /** What it was, and is in the other; "not told" where that is not known. */
  readonly a: string;
  readonly b: string;
  readonly effect: ProvenanceEffect;
  /** In a few words, what comes of it. */
  readonly means: string;
}

/**
 * In what two runs differ, of all that their results depend on, and what comes of each.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareProvenance } from "#lib/diarization/compare_provenance.ts";
 * import { parseRunProvenance } from "#lib/pipeline/run_provenance.ts";
 * const [a, b] = [0.2, 0.3].map((fa) => parseRunProvenance({ version: 2, clustering: "vbx", options: { vbx: { fa } } }));
 * assert.deepEqual(compareProvenance(a, a), []);
 * assert.deepEqual(compareProvenance(a, b).map(({ what, a, b, effect }) => [what, a, b, effect]), [
 *   ["vbx.fa", "0.2", "0.3", "results"],
 * ]);
 * ```
 */
export function compareProvenance(a: RunProvenance, b: RunProvenance): ProvenanceDifference[] {
  return [
    ...recordingDiffers(a, b),
    ...part("preset", [a.preset, b.preset], "none", "only a name: its settings are compared one by one"),
    ...part("clustering", [a.clustering, b.clustering], "results", "other stages"),
    ...optionsDiffer(a, b),
    ...part("channel", [a.channel, b.channel], "results", "other sound was heard"),
    ...compareWeights(weightsOf(a.weights), weightsOf(b.weights)),
    ...(["segmentation", "embedding"] as const).flatMap((network) =>
      part(`${network} network on`, [a.networks?.[network], b.networks?.[network]], "bits", ROUNDS)
    ),
    ...part("backend", [a.compute?.backend, b.compute?.backend], "bits", ROUNDS),
    ...precisionDiffers(a, b),
    ...part("adapter", [a.compute?.adapter, b.compute?.adapter], "bits", ROUNDS),
    ...importsDiffer(a.imports, b.imports),
    ...programDiffers(a.made, b.made),
    ...turnsDiffer(a.turns, b.turns),
  ];
}

function importsDiffer(a: RunProvenance["imports"], b: RunProvenance["imports"]): ProvenanceDifference[] {
  // Earlier versions told nothing of them, with none and with some.
  if ((a ?? []).length === 0 && (b ?? []).length === 0) return [];
  const what = "modules of your own", told = [a && modulesText(a), b && modulesText(b)] as const;
  const sums = (modules: typeof a) => modules?.map(({ sha256 }) => sha256).join();
  return sums(a) === sums(b)
    ? part(what, told, "none", "the same content under another name")
    : part(what, told, "unknown", "other code took part");
}

function turnsDiffer(a: RunProvenance["turns"], b: RunProvenance["turns"]): ProvenanceDifference[] {
  // A page or a capture holds none, or both.
  if (a === undefined || b === undefined) return [];
  return part("turns", [turnsText(a), turnsText(b)], "results", "the same run, written otherwise");
}

/** Files of weights by what they do. */
type Weights = ReturnType<typeof weightsOf>;

/**
 * Which files of weights differ: by their sums, or by their names alone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareWeights } from "#lib/diarization/compare_provenance.ts";
 * const file = (sha256: string) => [["PLDA", { model: "plda", file: "plda.npz", sha256 }]] as const;
 * assert.deepEqual(compareWeights(file("1"), file("1")), []);
 * assert.equal(compareWeights(file("1"), file("2"))[0].effect, "results");
 * ```
 */
export function compareWeights(a: Weights, b: Weights): ProvenanceDifference[] {
  const names = [...new Set([...a, ...b].map(([name]) => name))];
  return names.flatMap((name) => {
    const [one, other] = [a, b].map((list) => list.find(([own]) => own === name)?.[1]);
    if (one === undefined || other === undefined) {
      return part(name, [one && told(one), other && told(other)], "results", "other networks or stages");
    }
    return one.sha256 === other.sha256
      ? part(name, [one.file, other.file], "none", "the same content under another name")
      : part(name, [told(one), told(other)], "results", "other weights");
  });
}

const told = ({ model, file, sha256 }: Weights[number][1]) =>
  `${model} (${file}), sha256 ${shortSum(sha256)}`;

const ROUNDS = "rounds otherwise; turns change only where a decision is nearly a tie";

type Told = string | number | null | undefined;

function part(
  what: string,
  [a, b]: readonly [Told, Told],
  effect: ProvenanceEffect,
  means: string,
): ProvenanceDifference[] {
  // JSON has no undefined; what one of them does not tell is told by no word.
  if ((a ?? null) === (b ?? null)) return [];
  const words = (value: Told) => value === undefined ? "not told" : value === null ? "none" : `${value}`;
  return [{ what, a: words(a), b: words(b), effect, means }];
}

function recordingDiffers({ audio: a }: RunProvenance, { audio: b }: RunProvenance): ProvenanceDifference[] {
  if (a?.sha256 === b?.sha256) return part("recording", [a?.file, b?.file], "none", "only a name");
  const words = (audio: typeof a) => audio && `${audio.file}, sha256 ${shortSum(audio.sha256)}`;
  const known = a !== undefined && b !== undefined;
  return part(
    "recording",
    [words(a), words(b)],
    known ? "results" : "unknown",
    known ? "another file; the sound may be another" : "perhaps another recording",
  );
}

function optionsDiffer(a: RunProvenance, b: RunProvenance): ProvenanceDifference[] {
  const [ofA, ofB] = [differingOptions(a.options, b.options), differingOptions(b.options, a.options)];
  return [...new Set([...Object.keys(ofA), ...Object.keys(ofB)])].flatMap((name) =>
    part(
      name,
      [ofA[name]?.toString() ?? null, ofB[name]?.toString() ?? null],
      "results",
      name.startsWith("hints.") ? "another number of speakers is asked for" : "another setting",
    )
  );
}

function precisionDiffers({ compute: a }: RunProvenance, { compute: b }: RunProvenance) {
  const single = [a, b].some((compute) => compute?.precision === "f32");
  return part(
    "precision",
    [a?.precision, b?.precision],
    single ? "unknown" : "bits",
    single ? "single precision is coarse enough to change turns" : ROUNDS,
  );
}

function programDiffers(a: RunProvenance["made"], b: RunProvenance["made"]): ProvenanceDifference[] {
  const engines = "engines and processors round the last bits of some functions otherwise";
  const isModified = [a, b].some((made) => made?.commit?.endsWith("-modified"));
  const commits = part(
    "commit",
    [a?.commit, b?.commit],
    "unknown",
    "the program may compute otherwise",
  );
  // Of two that were modified nobody knows whether they were alike.
  const modified = isModified && commits.length === 0
    ? [{
      what: "commit",
      ...{ a: a!.commit!, b: b!.commit! },
      effect: "unknown" as const,
      means: "files of the program are not as committed; whether alike is not known",
    }]
    : [];
  return [
    ...part("dialab", [a?.dialab, b?.dialab], "unknown", "the program may compute otherwise"),
    ...commits,
    ...modified,
    ...part("runtime", [a?.runtime, b?.runtime], "bits", engines),
    ...part("platform", [a?.platform, b?.platform], "bits", engines),
  ];
}

/**
 * The most that differences do; `none` where there are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { worstEffect } from "#lib/diarization/compare_provenance.ts";
 * assert.equal(worstEffect([]), "none");
 * assert.equal(worstEffect([{ effect: "unknown" }, { effect: "bits" }]), "unknown");
 * ```
 */
export function worstEffect(differences: readonly Pick<ProvenanceDifference, "effect">[]): ProvenanceEffect {
  return PROVENANCE_EFFECTS[
    Math.max(0, ...differences.map(({ effect }) => PROVENANCE_EFFECTS.indexOf(effect)))
  ];
}
