import type { LinePlace } from "./finite_turns.ts";
import { TimelineFileError } from "./timeline_file_error.ts";

/** A value in a Praat text file: a text, a number, or a flag such as `<exists>`. */
export type PraatValue =
  | { readonly type: "text"; readonly value: string; readonly at: number }
  | { readonly type: "number"; readonly value: number; readonly at: number }
  | { readonly type: "flag"; readonly value: string; readonly at: number };

/**
 * The values of a Praat text file, one after another: texts in double quotes (doubled within), numbers and flags
 * that stand free between spaces. All else, such as `xmin =` or `intervals [1]:`, is there for people only, as is
 * what follows a `!` up to the end of its line. So the long and the short format read alike.
 * Source: the Praat manual, "TextGrid file formats".
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from "node:assert";
 * import { TextGridTokens } from "#lib/timeline/textgrid_tokens.ts";
 *
 * const tokens = new TextGridTokens('item [1]:\n  name = "the ""A""" ! 7\n  xmax = 2.5', "a.TextGrid");
 * strictEqual(tokens.next("text", "a name"), 'the "A"');
 * strictEqual(tokens.peek(), "number");
 * strictEqual(tokens.next("number", "the end"), 2.5);
 * strictEqual(tokens.peek(), undefined);
 * ```
 */
export class TextGridTokens {
  readonly #text: string;
  readonly #file: string;
  /** Something free-standing, a text, or a comment; a text may hold spaces and line ends. */
  readonly #token = /"[^"]*(?:""[^"]*)*"|![^\r\n]*|"|[^\s"!][^\s"]*/g;
  #at = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  next(type: "text" | "flag", what: string): string;
  next(type: "number", what: string): number;
  /** The next value, which must be of this type; `what` names it in the message otherwise. */
  next(type: PraatValue["type"], what: string): string | number {
    const value = this.#nextValue();
    if (value === undefined) throw this.fault(`the file ends where ${what} is needed`, this.#text.length);
    if (value.type === type) return value.value;
    const kind = type === "text" ? "text in quotes" : type;
    const given = value.type === "text" ? `"${value.value}"` : value.value;
    throw this.fault(`${given} stands where ${what} is needed, a ${kind}`, value.at);
  }

  /** What kind of value comes next, without reading it; undefined at the end of the file. */
  peek(): PraatValue["type"] | undefined {
    const [at, lastIndex] = [this.#at, this.#token.lastIndex];
    const value = this.#nextValue();
    [this.#at, this.#token.lastIndex] = [at, lastIndex];
    return value?.type;
  }

  /** A fault at the value that was read last, or elsewhere. */
  fault(fault: string, at = this.#at): TimelineFileError {
    return new TimelineFileError({ fault, ...this.#place(at) });
  }

  /** Where the value stands that was read last. */
  place(): LinePlace {
    return this.#place(this.#at);
  }

  #nextValue(): PraatValue | undefined {
    for (let found = this.#token.exec(this.#text); found !== null; found = this.#token.exec(this.#text)) {
      const [token] = found;
      const at = this.#at = found.index;
      if (token === '"') throw this.fault("a text is not closed, it needs a second quote");
      if (token.startsWith('"')) return { type: "text", value: token.slice(1, -1).replaceAll('""', '"'), at };
      if (/^<\w+>$/.test(token)) return { type: "flag", value: token, at };
      if (NUMBER.test(token)) return { type: "number", value: Number.parseFloat(token), at };
    }
    return undefined;
  }

  #place(at: number): LinePlace {
    const before = this.#text.slice(0, at).split(/\r\n|\n|\r/);
    const line = (before.at(-1) ?? "") + /^[^\r\n]*/.exec(this.#text.slice(at));
    return { file: this.#file, line, lineNumber: before.length };
  }
}

/** Praat lets a unit follow, as in `1.5s`. */
const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?s?$/;
