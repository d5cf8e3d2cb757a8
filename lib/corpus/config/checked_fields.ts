import type { z } from "zod";
import { closest } from "#lib/pipeline/closest.ts";
import { faultsOf } from "#lib/pipeline/faults_of.ts";
import { nearestOf } from "../tables/nearest_of.ts";
import { ConfigError } from "./config_error.ts";

/** Where fields come from, and who hears of what is passed over. */
export interface ConfigCheckOptions {
  /** Named in messages. @default "the configuration" */
  readonly file?: string;
  /** Where in the file: "filters". @default the whole */
  readonly section?: string;
  /** What is done about fields that are not known. @default {"warn"} */
  readonly unknown?: "warn" | "refuse";
  /** Hears of fields that are not known. @default nobody */
  readonly warn?: (warning: string) => void;
}

/**
 * The fields of a configuration, checked: those that the schema does not know are warned about and left out, or refused with the
 * nearest one, a wrong type or a null is refused with the key, the value and what is needed.
 *
 * @throws {ConfigError}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * import { checkedFields } from "#lib/corpus/config/checked_fields.ts";
 * const schema = z.object({ shard_size: z.int("a whole number is needed").default(100) });
 * const warnings: string[] = [];
 * const options = { file: "c.json", warn: (text: string) => warnings.push(text) };
 * assert.deepEqual(checkedFields(schema, { shard_sise: 5 }, options), { shard_size: 100 });
 * assert.deepEqual(warnings, ['c.json: "shard_sise" is no field and is ignored; did you mean "shard_size"?']);
 * assert.throws(() => checkedFields(schema, { shard_size: null }), /shard_size is null: a whole number is needed/);
 * ```
 */
export function checkedFields<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  options: ConfigCheckOptions = {},
): z.output<Schema> {
  const { file = "the configuration", section, unknown = "warn", warn } = options;
  const at = section === undefined ? "" : `${section}.`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const what = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
    throw new ConfigError(`${file}: ${section ?? "it"} is ${what}, an object is needed.`);
  }
  const known = Object.keys(schema.shape);
  const strange = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown === "refuse" && strange.length > 0) {
    const told = strange.map((key) =>
      `${JSON.stringify(at + key)} is no field; the nearest is ${JSON.stringify(nearestOf(key, known))}`
    );
    throw new ConfigError(`${file}: ${told.join(". ")}. There are ${known.join(", ")}.`);
  }
  for (const key of strange) {
    const meant = closest(key, known);
    const hint = meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`;
    warn?.(
      `${file}: ${JSON.stringify(at + key)} is no field and is ignored${hint}${hint === "" ? "." : ""}`,
    );
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const faults = faultsOf(error, { schema, value, root: section ?? "the configuration" });
  throw new ConfigError(`${file}: ${faults.map((fault) => at + fault).join("; ")}.`);
}
