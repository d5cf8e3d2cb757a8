import { duplicateKey } from "#lib/language/duplicate_key.ts";
import { ConfigError } from "./config_error.ts";

/**
 * What JSON text holds, with whole numbers that JavaScript's numbers cannot hold as bigint, so that they keep their digits.
 *
 * @param file Named in messages.
 * @throws {ConfigError} when it is no JSON, or a key stands twice in one object.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { configJson } from "#lib/corpus/config/config_json.ts";
 * assert.deepEqual(configJson('{"a": 9007199254740993, "b": "9007199254740993"}', "x.json"), {
 *   a: 9007199254740993n,
 *   b: "9007199254740993",
 * });
 * assert.throws(() => configJson('{"a": 1,', "x.json"), /^ConfigError: x.json is no JSON: /);
 * ```
 */
export function configJson(text: string, file: string): unknown {
  const json = text.replace(/^\ufeff/, "");
  try {
    JSON.parse(json);
  } catch (error) {
    throw new ConfigError(`${file} is no JSON: ${error instanceof Error ? error.message : error}.`);
  }
  const twice = duplicateKey(json);
  if (twice !== undefined) {
    throw new ConfigError(`${file}: ${JSON.stringify(twice)} stands there twice; one is needed.`);
  }
  // Something that stands nowhere in the text marks numbers that become texts for a moment.
  let mark = "int ";
  while (json.includes(mark)) mark = `int ${mark}`;
  const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+/gs, (token) => {
    if (token.startsWith('"') || !/^-?\d+$/.test(token)) return token;
    if (token === "-0") return "0";
    return Number.isSafeInteger(Number(token)) ? token : `"${mark}${token}"`;
  });
  return JSON.parse(
    marked,
    (_, value) =>
      typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}
