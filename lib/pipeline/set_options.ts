import { plainNumber } from "#lib/language/plain_number.ts";
import { closest } from "./closest.ts";
import { clusteringNamed } from "./clusterings.ts";
import { nestedOptions } from "./nested_options.ts";
import { listOptions, type OptionFact } from "./option_list.ts";
import { type CommunityOptionsInput, OptionsError, parseOptions } from "./options.ts";

/**
 * Options from assignments as a command line has them, checked.
 *
 * @param assignments "vbx.fa=0.1", "segmentation.speechThreshold=off", ...; "off" is null.
 * @param clustering Name of the clustering that the run has, whose own options are set as `clustering.NAME`.
 * @throws {OptionsError} when one is not of that form, names no option, has no fitting value, or sets a key again to another value; the
 * message names the key, the value, what is needed and the key that was probably meant.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { setOptions } from "#lib/pipeline/set_options.ts";
 * assert.deepEqual(setOptions(["vbx.fa=0.1", "vbx.fb=2"]), { vbx: { fa: 0.1, fb: 2 } });
 * assert.throws(() => setOptions(["vbx.fx=1"]), /no option vbx\.fx.*vbx\.fa/);
 * assert.throws(() => setOptions(["vbx.fa=much"]), /vbx\.fa is a number over 0, not much/);
 * ```
 */
export function setOptions(assignments: readonly string[], clustering = "vbx"): CommunityOptionsInput {
  const known = new Map(listOptions(clustering).map((fact) => [fact.key, fact]));
  const set = new Map<string, { readonly text: string; readonly value: unknown }>();
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) throw new OptionsError(`"${assignment}" is not of the form SECTION.OPTION=VALUE.`);
    const key = assignment.slice(0, at).trim(), text = assignment.slice(at + 1).trim();
    const fact = known.get(key);
    if (fact === undefined) throw new OptionsError(noOption(key, [...known.keys()]));
    const before = set.get(key);
    const value = valueOf(fact, text);
    if (before !== undefined && before.value !== value) {
      throw new OptionsError(`${key} is set twice, to ${before.text} and to ${text}; once is needed.`);
    }
    set.set(key, { text, value });
  }
  const options = nestedOptions([...set].map(([key, { value }]) => [key, value] as const));
  for (const [key, { text, value }] of set) {
    const one = nestedOptions([[key, value]]);
    try {
      parseOptions(one);
      clusteringNamed(clustering).parse(one.clustering);
    } catch (error) {
      if (!(error instanceof OptionsError)) throw error;
      throw new OptionsError(`${needed(known.get(key)!)}, not ${text}.`, { cause: error });
    }
  }
  return options;
}

function noOption(key: string, keys: readonly string[]): string {
  const last = key.slice(key.lastIndexOf(".") + 1), section = key.slice(0, key.indexOf(".") + 1);
  const meant = closest(key, keys) ?? keys.find((known) => known.endsWith(`.${last}`)) ??
    keys.map((known) => ({ known, tail: known.slice(known.lastIndexOf(".") + 1) }))
      .find(({ tail }) => closest(last, [tail]) !== undefined)?.known;
  const here = section === "" ? [] : keys.filter((known) => known.startsWith(section));
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  const rest = here.length > 0
    ? ` ${section.slice(0, -1)} has ${here.join(", ")}.`
    : " --set help lists all.";
  return `There is no option ${key}.${hint}${rest}`;
}

function valueOf(fact: OptionFact, text: string): unknown {
  if (fact.nullable && /^(off|null|none)$/.test(text)) return null;
  if (fact.type === "boolean" && /^(true|false|on|off)$/.test(text)) return text === "true" || text === "on";
  if (fact.type === "string") return text;
  const value = plainNumber(text);
  if (fact.type === "boolean" || !Number.isFinite(value)) {
    throw new OptionsError(`${needed(fact)}, not ${text}.`);
  }
  return value;
}

function needed({ key, type, range, nullable }: OptionFact): string {
  const kind = { number: "a number", integer: "a whole number", boolean: "true or false" }[type] ?? "a word";
  return `${key} is ${kind}${range === "" ? "" : ` ${range}`}${nullable ? ", or off" : ""}`;
}
