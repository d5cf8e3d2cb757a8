/** What rows of a manifest must meet. A null or a NaN meets none of them, also not those that exclude. */
export type ManifestCondition =
  | {
    /** The column of numbers. */
    readonly column: string;
    /** At least, or at most, this much; both bounds are within. */
    readonly kind: "atLeast" | "atMost";
    readonly value: number;
  }
  | {
    readonly column: string;
    /** Exactly one of these, or none of them; numbers and booleans by their text. */
    readonly kind: "oneOf" | "noneOf";
    readonly values: readonly string[];
  }
  | {
    /** A column of counts by label as text of JSON: `{"KCHI": 2}`. */
    readonly column: string;
    /** Any of these labels is a key, letter by letter; also with a count of 0. */
    readonly kind: "hasLabel";
    readonly labels: readonly string[];
  }
  | {
    /** The column of booleans that must be true. */
    readonly column: string;
    readonly kind: "isTrue";
  };

/**
 * A condition in words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { conditionText } from "#lib/corpus/manifests/manifest_condition.ts";
 * assert.equal(conditionText({ column: "snr_mean", kind: "atLeast", value: 10 }), "snr_mean is at least 10");
 * assert.equal(conditionText({ column: "category", kind: "noneOf", values: ["music", ""] }), 'category is none of "music", ""');
 * ```
 */
export function conditionText(condition: ManifestCondition): string {
  const { column } = condition;
  const list = (words: readonly string[]) => words.map((word) => JSON.stringify(word)).join(", ");
  switch (condition.kind) {
    case "atLeast":
      return `${column} is at least ${condition.value}`;
    case "atMost":
      return `${column} is at most ${condition.value}`;
    case "oneOf":
      return `${column} is one of ${list(condition.values)}`;
    case "noneOf":
      return `${column} is none of ${list(condition.values)}`;
    case "hasLabel":
      return `${column} has ${condition.labels.length === 1 ? "label" : "one of labels"} ${
        list(condition.labels)
      }`;
    case "isTrue":
      return `${column} is true`;
  }
}
