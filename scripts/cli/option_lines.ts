import type { OptionFact } from "#lib/pipeline/option_list.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { wrapped } from "./wrapped.ts";

/** What `--set help` prints: an option, its default and range, then what it is. With a preset, what that has in place of the default. */
export function optionLines(
  facts: readonly OptionFact[],
  preset: CommunityOptionsInput | undefined,
  columns: number | undefined,
): string {
  const lines = facts.map(({ key, type, nullable, range, description, ...fact }) => {
    const own = at(preset, key), value = own === undefined ? fact.default : own;
    const shown = value === undefined ? "not set" : value === null ? "off" : String(value);
    const kind = { number: "a number", integer: "a whole number", boolean: "true or false" }[type] ??
      "a word";
    const words = `${kind}${range === "" ? "" : ` ${range}`}${nullable ? ", or off" : ""}`;
    return `${key}=${shown}${own === undefined ? "" : "  (the preset's)"}\n    ${words[0].toUpperCase()}${
      words.slice(1)
    }.${description === "" ? "" : ` ${description}`}\n`;
  });
  return wrapped(lines.join(""), columns);
}

function at(options: CommunityOptionsInput | undefined, key: string): unknown {
  return key.split(".").reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null ? inner[name as keyof typeof inner] : undefined,
    options,
  );
}
