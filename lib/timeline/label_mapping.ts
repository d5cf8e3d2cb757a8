import { generatedNames, type NameSource } from "./generated_names.ts";

/** New labels by old label. */
export type LabelMapping = ReadonlyMap<string, string> | { readonly [oldLabel: string]: string };

/**
 * One map from old to new labels, out of a map, an object, or a source of names for `labels` in their order.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { asLabelMapping } from "#lib/timeline/label_mapping.ts";
 *
 * deepStrictEqual([...asLabelMapping("string", ["x", "y"])], [["x", "A"], ["y", "B"]]);
 * deepStrictEqual([...asLabelMapping({ x: "ann" }, ["x", "y"])], [["x", "ann"]]);
 * ```
 */
export function asLabelMapping(
  mapping: LabelMapping | NameSource,
  labels: readonly string[],
): ReadonlyMap<string, string> {
  if (mapping instanceof Map) return mapping;
  if (typeof mapping !== "string" && !isIterable(mapping)) return new Map(Object.entries(mapping));
  const next = generatedNames(mapping as NameSource);
  return new Map(labels.map((label) => [label, next()]));
}

function isIterable(value: object): value is Iterable<string> {
  return Symbol.iterator in value;
}
