import { z } from "zod";
import { closest } from "./closest.ts";

/**
 * What is wrong with a value, a sentence part for each fault: the dotted key, what it was, what is needed, and the key that was probably
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
 * assert.match(faults({ ahc: { threshold: -1 } })[0], /^ahc\.threshold is -1: .*>=0/);
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
    return [`${at || root} ${given === undefined ? "is missing" : `is ${shown(given)}`}: ${issue.message}`];
  });
}

function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** What may stand in a section. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const inner = path.reduce<z.core.JSONSchema._JSONSchema | undefined>(
    (schema, key) => typeof schema === "object" ? schema.properties?.[String(key)] : undefined,
    z.toJSONSchema(schema, { io: "input" }),
  );
  return typeof inner === "object" ? Object.keys(inner.properties ?? {}) : [];
}
