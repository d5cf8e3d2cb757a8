const QUOTE = 0x22, BACKSLASH = 0x5c, COLON = 0x3a, COMMA = 0x2c, BRACE = 0x7b, END_BRACE = 0x7d;
const SPACE = 0x20, TAB = 0x09, CARRIAGE_RETURN = 0x0d, LINE_FEED = 0x0a;
const SLASH = 0x2f, DOT = 0x2e, MINUS = 0x2d, ZERO = 0x30, NINE = 0x39;

/** As ids of recordings have at most. */
const MOST_ID_BYTES = 200;

/** What a value is, by its key. */
type Role = "path" | "id" | "duration" | "other";
const ROLES: Readonly<Record<string, Role>> = {
  audio_filepath: "path",
  path: "path",
  wav_id: "id",
  duration: "duration",
};

/** Thrown, and caught here, where a list is not plain. */
const NOT_PLAIN = new Error("not plain");

/** Where the values of a plain list of JSON lines stand in its bytes; see `scanPlainList`. */
export class PlainLines {
  readonly length: number;
  /** Of each line its path's first byte and the one behind its last. */
  readonly paths: Uint32Array;
  /** The same of its id: the file's stem where the lines have none. */
  readonly ids: Uint32Array;
  /** In seconds. */
  readonly durations: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder();
  #at = 0;

  private constructor(bytes: Uint8Array, length: number) {
    this.#bytes = bytes;
    this.length = length;
    this.paths = new Uint32Array(2 * length);
    this.ids = new Uint32Array(2 * length);
    this.durations = new Float64Array(length);
  }

  /**
   * The places; undefined where a line is not plain or has a fault.
   *
   * @param bytes UTF-8.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { PlainLines } from "#lib/corpus/recordings/plain_lines.ts";
   * const { ids, durations } = PlainLines.scan(new TextEncoder().encode('{"path":"a.wav","duration":2}\n'))!;
   * assert.deepEqual([[...ids], [...durations]], [[9, 10], [2]]);
   * assert.equal(PlainLines.scan(new TextEncoder().encode("[]")), undefined);
   * ```
   */
  static scan(bytes: Uint8Array): PlainLines | undefined {
    const firstEnd = bytes.indexOf(LINE_FEED);
    const keys = keysOf(bytes.subarray(0, firstEnd < 0 ? bytes.length : firstEnd));
    if (keys === undefined) return undefined;
    let count = bytes[bytes.length - 1] === LINE_FEED ? 0 : 1;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === LINE_FEED) count++;
    const lines = new PlainLines(bytes, count);
    try {
      for (let line = 0; line < count; line++) lines.#line(line, keys);
    } catch (error) {
      if (error !== NOT_PLAIN) throw error;
      return undefined;
    }
    return lines;
  }

  #line(line: number, keys: readonly { readonly name: Uint8Array; readonly role: Role }[]): void {
    this.#take(BRACE);
    let hasId = false;
    for (let k = 0; k < keys.length; k++) {
      const { name, role } = keys[k];
      if (k > 0) this.#take(COMMA);
      this.#space();
      this.#key(name);
      this.#take(COLON);
      this.#space();
      if (role === "path") this.#text(this.paths, line);
      else if (role === "duration") this.durations[line] = this.#seconds();
      else if (role === "id") {
        this.#text(this.ids, line);
        hasId = true;
      } else this.#other();
    }
    this.#take(END_BRACE);
    this.#space();
    const bytes = this.#bytes;
    if (bytes[this.#at] === CARRIAGE_RETURN) this.#at++;
    if (this.#at < bytes.length && bytes[this.#at++] !== LINE_FEED) throw NOT_PLAIN;
    if (this.paths[2 * line] === this.paths[2 * line + 1]) throw NOT_PLAIN;
    if (!hasId) this.#stem(line);
    this.#checkId(line);
  }

  /** Passes over spaces, then over one byte that has to be there. */
  #take(byte: number): void {
    this.#space();
    if (this.#bytes[this.#at++] !== byte) throw NOT_PLAIN;
  }

  #space(): void {
    while (this.#bytes[this.#at] === SPACE || this.#bytes[this.#at] === TAB) this.#at++;
  }

  #key(name: Uint8Array): void {
    const bytes = this.#bytes;
    for (let i = 0, at = this.#at; i < name.length; i++) if (bytes[at + i] !== name[i]) throw NOT_PLAIN;
    this.#at += name.length;
  }

  /** Text without escapes; control characters are no JSON. */
  #text(places: Uint32Array, line: number): void {
    const bytes = this.#bytes;
    if (bytes[this.#at++] !== QUOTE) throw NOT_PLAIN;
    places[2 * line] = this.#at;
    this.#passText();
    places[2 * line + 1] = this.#at - 1;
  }

  /** Passes over the rest of a text, and over the quote behind it. */
  #passText(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (; bytes[at] !== QUOTE; at++) {
      // Behind the end there is nothing, which is no byte from SPACE on.
      if (!(bytes[at] >= SPACE) || bytes[at] === BACKSLASH) throw NOT_PLAIN;
    }
    this.#at = at + 1;
  }

  /** A number from 0, without an exponent. */
  #seconds(): number {
    const bytes = this.#bytes, start = this.#at;
    let value = 0, digits = 0, decimals = 0, at = start;
    for (; bytes[at] >= ZERO && bytes[at] <= NINE; at++, digits++) value = 10 * value + bytes[at] - ZERO;
    if (digits === 0 || digits > 1 && bytes[start] === ZERO) throw NOT_PLAIN;
    if (bytes[at] === DOT) {
      for (at++; bytes[at] >= ZERO && bytes[at] <= NINE; at++, decimals++) {
        value = 10 * value + bytes[at] - ZERO;
      }
      if (decimals === 0) throw NOT_PLAIN;
    }
    this.#endOfWord(at);
    // Both exact, so that their quotient is the nearest double.
    if (digits + decimals <= 15) return value / 10 ** decimals;
    const seconds = Number(this.#decoder.decode(bytes.subarray(start, at)));
    if (!Number.isFinite(seconds)) throw NOT_PLAIN;
    return seconds;
  }

  /** Text, a number or a word. */
  #other(): void {
    const bytes = this.#bytes;
    if (bytes[this.#at] === QUOTE) {
      this.#at++;
      return this.#passText();
    }
    let at = this.#at;
    while (isWord(bytes[at])) at++;
    const word = this.#decoder.decode(bytes.subarray(this.#at, at));
    if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/.test(word)) throw NOT_PLAIN;
    this.#endOfWord(at);
  }

  #endOfWord(at: number): void {
    if (isWord(this.#bytes[at])) throw NOT_PLAIN;
    this.#at = at;
  }

  /** As `fileStem` has it. */
  #stem(line: number): void {
    const bytes = this.#bytes, start = this.paths[2 * line], end = this.paths[2 * line + 1];
    let name = end;
    while (name > start && bytes[name - 1] !== SLASH) name--;
    let dot = end - 1;
    while (dot > name && bytes[dot] !== DOT) dot--;
    this.ids[2 * line] = name;
    this.ids[2 * line + 1] = dot > name ? dot : end;
  }

  /** As `asWavId` has it. */
  #checkId(line: number): void {
    const bytes = this.#bytes, start = this.ids[2 * line], end = this.ids[2 * line + 1];
    const length = end - start;
    if (length === 0 || length > MOST_ID_BYTES) throw NOT_PLAIN;
    if (bytes[start] === DOT && (length === 1 || length === 2 && bytes[start + 1] === DOT)) throw NOT_PLAIN;
    for (let i = start; i < end; i++) if (bytes[i] === SLASH) throw NOT_PLAIN;
  }
}

/** Digits, letters, signs and dots. */
function isWord(byte: number): boolean {
  return byte >= ZERO && byte <= NINE || byte >= 0x61 && byte <= 0x7a || byte === DOT || byte === MINUS ||
    byte === 0x2b || byte === 0x45;
}

/** The keys of the first line, as their bytes stand there, with what each is; undefined where they are not those of a recording, each once. */
function keysOf(line: Uint8Array): { readonly name: Uint8Array; readonly role: Role }[] | undefined {
  let object: unknown;
  try {
    object = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
  } catch {
    return undefined;
  }
  if (typeof object !== "object" || object === null || Array.isArray(object)) return undefined;
  const names = Object.keys(object);
  const roles = names.map((name) => Object.hasOwn(ROLES, name) ? ROLES[name] : "other");
  const has = (role: Role) => roles.filter((other) => other === role).length;
  // What is not read of it is told where lists are read.
  if (names.includes("offset")) return undefined;
  if (has("path") !== 1 || has("duration") !== 1) return undefined;
  return names.map((name, i) => ({
    name: new TextEncoder().encode(JSON.stringify(name)),
    role: roles[i],
  }));
}
