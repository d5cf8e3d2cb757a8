import type { z } from "zod";

type JsonSchema = z.core.JSONSchema._JSONSchema;

/**
 * What a JSON Schema asks for, in words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { neededOf } from "#lib/pipeline/needed_of.ts";
 * assert.equal(neededOf({ type: "number", exclusiveMinimum: 0 }), "a number over 0");
 * assert.equal(neededOf({ anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] }), "a whole number from 1, or null");
 * assert.equal(neededOf({ type: "string", enum: ["masked", "windows"] }), '"masked" or "windows"');
 * ```
 */
export function neededOf(schema: JsonSchema): string {
  if (typeof schema !== "object") return "another value";
  const { anyOf, enum: words, type, properties } = schema;
  if (anyOf) {
    const [last, ...before] = anyOf.map(neededOf).reverse();
    return `${before.reverse().join(", ")}, or ${last}`;
  }
  if (words) return words.map((word) => JSON.stringify(word)).join(" or ");
  if ("const" in schema) return JSON.stringify(schema.const);
  // zod writes a union of plain types so.
  const types = [type].flat() as readonly (string | undefined)[];
  if (types.length > 1) return types.map((one) => KIND[one!] ?? "another value").join(" or ");
  const kind = KIND[types[0] ?? ""] ?? "another value", range = rangeOf(schema);
  if (types[0] === "string") return kind + ofText(schema);
  if (types[0] === "object" && properties) return `${kind} of ${Object.keys(properties).join(", ")}`;
  if (types[0] === "array") {
    const { minItems, maxItems } = schema;
    return kind + (minItems !== undefined && minItems === maxItems ? ` of ${minItems}` : "");
  }
  return range === "" ? kind : `${kind} ${range}`;
}

const KIND: Readonly<Record<string, string>> = {
  number: "a number",
  integer: "a whole number",
  string: "text",
  boolean: "true or false",
  null: "null",
  object: "an object",
  array: "a list",
};

function ofText({ pattern, minLength }: Exclude<JsonSchema, boolean>): string {
  if (pattern === "^[\\w.-]+$") return ' of letters, digits, ".", "_" and "-"';
  if (pattern === "^[0-9a-f]{64}$") return " of 64 hexadecimal digits";
  if (pattern !== undefined) return ` as ${pattern} has it`;
  return minLength === 1 ? " that is not empty" : "";
}

/**
 * The range of a number, or its words, of a JSON Schema: "over 0", "0 to 1". Empty where every value of the type will do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rangeOf } from "#lib/pipeline/needed_of.ts";
 * assert.equal(rangeOf({ type: "number", minimum: 0, maximum: 1 }), "0 to 1");
 * assert.equal(rangeOf({ type: "number" }), "");
 * ```
 */
export function rangeOf(
  { enum: words, minimum: least, exclusiveMinimum: over, maximum, exclusiveMaximum: under }: Exclude<
    JsonSchema,
    boolean
  >,
): string {
  if (words) return words.map(String).join(" or ");
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const from = least === Number.MIN_SAFE_INTEGER ? undefined : least;
  if (from !== undefined && most !== undefined) return `${from} to ${most}`;
  const bounds = [
    ...(over === undefined ? [] : [`over ${over}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(under === undefined ? [] : [`under ${under}`]),
    ...(most === undefined ? [] : [`to ${most}`]),
  ];
  return bounds.join(", ");
}
