import { z } from "zod";
import { clusteringNamed } from "./clusterings.ts";
import { rangeOf } from "./needed_of.ts";
import { communityOptions } from "./options.ts";

/** One setting, as it is written in `--set KEY=VALUE` and looked up in a preset's file. */
export interface OptionFact {
  /** Dotted: "vbx.fa". */
  readonly key: string;
  /** "number", "integer", "string" or "boolean". */
  readonly type: string;
  /** Whether it may be null, which `--set` writes as "off". */
  readonly nullable: boolean;
  /** Undefined where it is left open: hints. */
  readonly default: unknown;
  /** In words: "over 0", "0 to 1". Empty where every value of the type will do. */
  readonly range: string;
  readonly description: string;
}

type JsonSchema = z.core.JSONSchema._JSONSchema;

/**
 * Every option of a run, with its default and range, in the order of the schema.
 *
 * @param clustering Name of the clustering whose own options are listed too, as `clustering.NAME`.
 * @throws {RangeError} when there is no such clustering.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listOptions } from "#lib/pipeline/option_list.ts";
 * const fa = listOptions().find(({ key }) => key === "vbx.fa")!;
 * assert.deepEqual([fa.type, fa.default, fa.range], ["number", 0.07, "over 0"]);
 * ```
 */
export function listOptions(clustering = "vbx"): OptionFact[] {
  const { options } = clusteringNamed(clustering);
  const own = options ? facts(z.toJSONSchema(options, { io: "input" }), "clustering") : [];
  return [...facts(z.toJSONSchema(communityOptions, { io: "input" }), ""), ...own];
}

function facts(schema: JsonSchema, at: string): OptionFact[] {
  if (typeof schema !== "object") return [];
  const { properties, anyOf, additionalProperties } = schema;
  if (properties) {
    return Object.entries(properties).flatMap(([name, inner]) =>
      facts(inner, at === "" ? name : `${at}.${name}`)
    );
  }
  if (additionalProperties) return []; // a clustering's own, which its own schema tells
  const kinds = (anyOf ?? [schema]).filter((kind) => typeof kind === "object");
  const nullable = kinds.some(({ type }) => type === "null");
  const kind = kinds.find(({ type }) => type !== "null") ?? schema;
  return [{
    key: at,
    type: String(kind.type ?? "string"),
    nullable,
    default: schema.default,
    range: rangeOf(kind),
    description: schema.description ?? "",
  }];
}
