import { z } from "zod";
import { closest } from "./closest.ts";
import { neededOf } from "./needed_of.ts";

/**
 * What is wrong with a value, a sentence part for each fault: the dotted key, what it was, what is needed, and the key or word that was probably
 * meant.
 *
 * @param error What the schema said.
 * @param about The schema, the value as it was given, and what the whole of it is called.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * import { faultsOf } from "#lib/pipeline/faults_of.ts";
 * const schema = z.strictObject({ ahc: z.strictObject({ threshold: z.number().min(0) }).partial() });
 * const faults = (value: unknown) => faultsOf(schema.safeParse(value).error!, { schema, value, root: "options" });
 * assert.deepEqual(faults({ ahc: { treshold: 1 } }), ['ahc has no "treshold"; did you mean "threshold"? It has threshold']);
 * assert.deepEqual(faults({ ahc: { threshold: -1 } }), ["ahc.threshold is -1: a number from 0 is needed"]);
 * ```
 */
export function faultsOf(
  error: z.ZodError,
  about: { readonly schema: z.ZodType; readonly value: unknown; readonly root: string },
): string[] {
  const { schema, value, root } = about;
  return error.issues.flatMap((issue) => {
    const at = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => {
        const meant = closest(key, known);
        const hint = meant === undefined ? "" : `did you mean ${JSON.stringify(meant)}? `;
        const where = at === ""
          ? `there is no ${JSON.stringify(key)}`
          : `${at} has no ${JSON.stringify(key)}`;
        const there = `${at === "" ? "there are" : "it has"} ${known.join(", ") || "none"}`;
        return `${where}; ${hint}${hint === "" ? there : there[0].toUpperCase() + there.slice(1)}`;
      });
    }
    const given = issue.path.reduce<unknown>(
      (inner, key) =>
        typeof inner === "object" && inner !== null ? inner[key as keyof typeof inner] : undefined,
      value,
    );
    const needed = schemaAt(schema, issue.path);
    // A rule that is no JSON Schema has its own words, as has one that was given them.
    const isOwn = needed === undefined || issue.code === "custom" || !ZOD_WORDS.test(issue.message);
    const words = typeof needed === "object" && needed.enum || [];
    const meant = typeof given === "string"
      ? closest(given, words.filter((word) => typeof word === "string"))
      : undefined;
    const hint = meant === undefined ? "" : `did you mean ${JSON.stringify(meant)}? `;
    return [
      `${at || root} ${given === undefined ? "is missing" : `is ${shown(given)}`}: ${hint}` +
      (isOwn ? issue.message : `${neededOf(needed)} is needed`),
    ];
  });
}

/** How zod's own messages begin. */
const ZOD_WORDS = /^(?:Invalid |Too |Unrecognized |Expected )/;

function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** What may stand in a section. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const inner = schemaAt(schema, path);
  const section = typeof inner === "object"
    ? [inner, ...inner.anyOf ?? []].find((one) => typeof one === "object" && one.properties !== undefined)
    : undefined;
  return typeof section === "object" ? Object.keys(section.properties ?? {}) : [];
}

/** What is asked for at a place; undefined where JSON Schema cannot say it. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): JsonSchema | undefined {
  const whole = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const found = path.reduce<JsonSchema | undefined>((at, key) => {
    if (typeof at !== "object") return undefined;
    const inner = (one: JsonSchema) => {
      if (typeof one !== "object") return undefined;
      const { properties = {}, additionalProperties, items } = one;
      if (Object.hasOwn(properties, key)) return properties[String(key)];
      const other = typeof key === "number" ? items : additionalProperties;
      return typeof other === "object" && !Array.isArray(other) ? other as JsonSchema : undefined;
    };
    return [at, ...at.anyOf ?? []].map(inner).find((one) => one !== undefined);
  }, whole);
  // What it cannot represent is an empty schema.
  return typeof found === "object" && !["type", "anyOf", "enum", "const"].some((key) => key in found)
    ? undefined
    : found;
}

type JsonSchema = z.core.JSONSchema._JSONSchema;
