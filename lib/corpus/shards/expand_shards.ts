/** Names that a pattern may stand for. */
const MOST = 1_000_000;

/**
 * The names that a pattern of shards stands for, as webdataset has it: `{000..012}` counts, with zeros before where one of the two has
 * them, `{0..10..5}` in steps, `{a..c}` goes through letters, `{x,y}` names them, and `::` stands between patterns. Braces with neither
 * stay as they are.
 *
 * @throws {RangeError} A pattern stands for more than a million names, or its step is 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { expandShards } from "#lib/corpus/shards/expand_shards.ts";
 * assert.deepEqual(expandShards("a-{08..10}.tar::b-{x,y}.tar"), ["a-08.tar", "a-09.tar", "a-10.tar", "b-x.tar", "b-y.tar"]);
 * assert.deepEqual(expandShards("x{1}.tar"), ["x{1}.tar"]);
 * ```
 */
export function expandShards(pattern: string): string[] {
  const names: string[] = [];
  for (const one of pattern.split("::")) {
    for (const name of expand(one, pattern)) {
      if (names.length === MOST) {
        throw new RangeError(`${pattern} stands for more than ${MOST} shards; name fewer.`);
      }
      names.push(name);
    }
  }
  return names;
}

/** From the first braces on that stand for something, each choice before those that come behind. */
function* expand(text: string, pattern: string): Generator<string> {
  for (let open = text.indexOf("{"); open >= 0; open = text.indexOf("{", open + 1)) {
    const choices = choicesAt(text, open, pattern);
    if (choices === undefined) continue;
    const before = text.slice(0, open);
    for (const choice of choices.values) {
      for (const inner of expand(choice, pattern)) {
        for (const rest of expand(text.slice(choices.end), pattern)) yield before + inner + rest;
      }
    }
    return;
  }
  yield text;
}

function choicesAt(
  text: string,
  open: number,
  pattern: string,
): { readonly values: Iterable<string>; readonly end: number } | undefined {
  const parts: string[] = [];
  let depth = 0, from = open + 1;
  for (let at = open; at < text.length; at++) {
    const letter = text[at];
    if (letter === "{") depth++;
    if (letter === "," && depth === 1 || letter === "}" && depth === 1) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
    if (letter === "}" && --depth === 0) {
      const values = parts.length > 1 ? parts : sequence(parts[0], pattern);
      return values && { values, end: at + 1 };
    }
  }
  return undefined;
}

function sequence(text: string, pattern: string): Iterable<string> | undefined {
  const [, first, last, by] = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  if (first === undefined) return undefined;
  const isLetter = (word: string) => /^[A-Za-z]$/.test(word);
  if (isLetter(first) !== isLetter(last)) return undefined;
  const step = Math.abs(Number(by ?? 1));
  if (step === 0) throw new RangeError(`${pattern} counts in steps of 0; 1 at least is needed.`);
  const number = (word: string) => isLetter(word) ? word.charCodeAt(0) : Number(word);
  const isPadded = [first, last].some((word) => /^-?0\d/.test(word));
  const width = isPadded ? Math.max(first.length, last.length) : 0;
  return counted(number(first), number(last), {
    step,
    write: (n) => {
      if (isLetter(first)) return String.fromCharCode(n);
      const digits = String(Math.abs(n)), sign = n < 0 ? "-" : "";
      return sign + digits.padStart(width - sign.length, "0");
    },
  });
}

function* counted(
  from: number,
  to: number,
  { step, write }: { readonly step: number; readonly write: (n: number) => string },
): Generator<string> {
  const way = from <= to ? 1 : -1;
  for (let n = from; way * n <= way * to; n += way * step) yield write(n);
}
