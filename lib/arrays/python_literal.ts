import { quote } from "./quote.ts";

/** A value of {@linkcode parsePythonLiteral}; integers are bigints, lists and tuples are arrays. */
export type PythonLiteral = string | bigint | boolean | null | PythonLiteral[] | Map<string, PythonLiteral>;

/** Deep enough for every dtype, shallow enough for every call stack. */
const MAX_DEPTH = 32;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/**
 * Reads the part of Python's literals that npy headers are written in: dictionaries with text keys, tuples,
 * lists, text, integers (hexadecimal ones and Python 2's `L` too), True, False and None. Nothing is evaluated.
 *
 * @throws {SyntaxError} What was expected, and at which column (from 1).
 *
 * @example
 * ```ts
 * import { parsePythonLiteral } from "#lib/arrays/python_literal.ts";
 *
 * const header = parsePythonLiteral("{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 4), }");
 * if (!(header instanceof Map) || header.get("descr") !== "<f8") throw new Error("literal");
 * ```
 */
export function parsePythonLiteral(text: string): PythonLiteral {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) throw this.#expected(`at most ${MAX_DEPTH} brackets inside one another`);
    if (this.#take(/\{/y)) return this.#dictionary(depth);
    if (this.#take(/\[/y)) return this.#items(/\]/y, "]", depth).values;
    if (this.#take(/\(/y)) return this.#tuple(depth);
    const text = this.#strings();
    if (text !== undefined) return text;
    const other = this.#take(/[+-]?0(?:x[\da-f]+|o[0-7]+|b[01]+)/iy);
    if (other !== undefined) {
      const [, sign, digits] = /^([+-]?)(.*)$/.exec(other)!;
      return sign === "-" ? -BigInt(digits) : BigInt(digits);
    }
    const integer = this.#take(/[+-]?\d+(?:_\d+)*/y)?.replaceAll("_", "");
    if (integer !== undefined) {
      // Python 2 wrote long integers as 3L.
      if (/[lL]/.test(this.#text.charAt(this.#at))) this.#at++;
      return BigInt(integer);
    }
    const word = this.#take(/(?:True|False|None)\b/y);
    if (word === undefined) throw this.#expected("a value");
    return word === "None" ? null : word === "True";
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#expected("the end");
  }

  #dictionary(depth: number): Map<string, PythonLiteral> {
    const entries = new Map<string, PythonLiteral>();
    while (!this.#take(/\}/y)) {
      const key = this.value(depth + 1);
      if (typeof key !== "string") throw this.#expected("a key in quotes before this");
      if (entries.has(key)) throw this.#expected(`a key other than ${quote(key)} again before this`);
      if (!this.#take(/:/y)) throw this.#expected("':'");
      entries.set(key, this.value(depth + 1));
      if (this.#take(/,/y)) continue;
      if (!this.#take(/\}/y)) throw this.#expected("',' or '}'");
      break;
    }
    return entries;
  }

  #tuple(depth: number): PythonLiteral {
    const { values, commas } = this.#items(/\)/y, ")", depth);
    // (3) is 3 in brackets; (3,) is a tuple.
    return values.length === 1 && commas === 0 ? values[0] : values;
  }

  #items(close: RegExp, closing: string, depth: number): { values: PythonLiteral[]; commas: number } {
    const values: PythonLiteral[] = [];
    let commas = 0;
    while (!this.#take(close)) {
      values.push(this.value(depth + 1));
      if (this.#take(/,/y)) {
        commas++;
        continue;
      }
      if (!this.#take(close)) throw this.#expected(`',' or '${closing}'`);
      break;
    }
    return { values, commas };
  }

  /** One text, or several side by side, which are one. */
  #strings(): string | undefined {
    let text: string | undefined;
    for (;;) {
      const quote = this.#take(/[uUbB]?(['"])/y)?.at(-1);
      if (quote === undefined) return text;
      text = (text ?? "") + this.#string(quote);
    }
  }

  #string(quote: string): string {
    let value = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character === quote) {
        this.#at++;
        return value;
      }
      if (character === "\n") break;
      if (character !== "\\") {
        value += character;
        continue;
      }
      this.#at++;
      const code = /(?:x([\da-f]{2})|u([\da-f]{4}))/iy;
      code.lastIndex = this.#at;
      const [whole, byte, unit] = code.exec(this.#text) ?? [];
      if (whole !== undefined) {
        value += String.fromCharCode(parseInt(byte ?? unit, 16));
        this.#at += whole.length - 1;
        continue;
      }
      const escape = ESCAPES[this.#text.charAt(this.#at)];
      if (escape === undefined) throw this.#expected("a known escape");
      value += escape;
    }
    throw this.#expected(`the closing ${quote}`);
  }

  #skipSpace(): void {
    const space = /(?:\s|#.*)*/y; // with comments
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)![0].length;
  }

  /** Takes what `pattern` (sticky) matches after any space, or nothing. */
  #take(pattern: RegExp): string | undefined {
    this.#skipSpace();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  #expected(what: string): SyntaxError {
    const rest = this.#text.slice(this.#at, this.#at + 16).trimEnd();
    const found = rest === "" ? "the end" : quote(rest);
    return new SyntaxError(`column ${this.#at + 1}: expected ${what}, found ${found}`);
  }
}
