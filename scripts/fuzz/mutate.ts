import type { Random } from "./random.ts";

type Mutator = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

/** Longest run that one change moves, copies or makes up. */
const MAX_RUN = 256;
/** What sizes and offsets go wrong with. */
const NUMBERS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
/** What numbers in text go wrong with. */
const WORDS = [
  ...["0", "-1", "1e3", "1e999", "NaN", "inf", "0x10", "1_0", "", ".", "1.2.3", "999999999999999999999999"],
  ...[
    "9007199254740993",
    "1000000000000000",
    "-0",
    "4294967296",
    "٣",
    "1,5",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "()",
  ],
];

/** The kinds of damage, by name. */
export const MUTATORS: Readonly<Record<string, Mutator>> = {
  flipBits(bytes, random) {
    const changed = bytes.slice();
    const flips = 1 + random(8);
    for (let i = 0; i < flips && changed.length > 0; i++) changed[random(changed.length)] ^= 1 << random(8);
    return changed;
  },
  truncate: (bytes, random) => bytes.slice(0, random(bytes.length + 1)),
  behead: (bytes, random) => bytes.slice(random(bytes.length + 1)),
  insert(bytes, random) {
    const run = Uint8Array.from({ length: 1 + random(MAX_RUN) }, () => random(256));
    return splice(bytes, { at: random(bytes.length + 1), remove: 0, insert: run });
  },
  remove: (bytes, random) =>
    splice(bytes, { at: random(bytes.length + 1), remove: 1 + random(MAX_RUN), insert: new Uint8Array(0) }),
  repeat(bytes, random) {
    const at = random(bytes.length + 1);
    return splice(bytes, { at, remove: 0, insert: bytes.slice(at, at + 1 + random(MAX_RUN)) });
  },
  spliceOther(bytes, random, others) {
    const other = others[random(others.length)];
    const at = random(other.length + 1);
    const insert = other.slice(at, at + 1 + random(4 * MAX_RUN));
    return splice(bytes, { at: random(bytes.length + 1), remove: random(2) * insert.length, insert });
  },
  crossOver(bytes, random, others) {
    const other = others[random(others.length)];
    const at = random(bytes.length + 1);
    return splice(bytes, { at, remove: bytes.length, insert: other.slice(random(other.length + 1)) });
  },
  swapBlocks(bytes, random) {
    const length = 1 + random(MAX_RUN);
    const [from, to] = [random(bytes.length + 1), random(bytes.length + 1)];
    const changed = bytes.slice();
    changed.set(bytes.subarray(from, from + length).subarray(0, bytes.length - to), to);
    changed.set(bytes.subarray(to, to + length).subarray(0, bytes.length - from), from);
    return changed;
  },
  editNumber(bytes, random) {
    const changed = bytes.slice();
    const width = [1, 2, 4, 8][random(4)];
    if (changed.length < width) return changed;
    const at = random(changed.length - width + 1);
    const value = random(2) === 0 ? NUMBERS[random(NUMBERS.length)] : random(2 ** 32);
    for (let i = 0; i < width; i++) changed[at + i] = i < 4 ? value >>> (8 * i) : random(2) * 0xff;
    return changed;
  },
  editText(bytes, random) {
    // Digits are found from a random place on, so that every number has its turn.
    let start = random(bytes.length + 1);
    while (start < bytes.length && !isDigit(bytes[start])) start++;
    let end = start;
    while (end < bytes.length && isDigit(bytes[end])) end++;
    const word = random(3) === 0 ? String(random(2 ** 32)) : WORDS[random(WORDS.length)];
    return splice(bytes, { at: start, remove: end - start, insert: new TextEncoder().encode(word) });
  },
};

/** Kinds that come only where a target asks for them. */
const ASKED: Readonly<Record<string, Mutator>> = {
  zeroRun(bytes, random) {
    const changed = bytes.slice();
    const at = random(bytes.length + 1);
    changed.fill(0, at, at + 1 + random(4 * MAX_RUN));
    return changed;
  },
};

/** Small changes come more often: they get past the outer layers of a file. */
const SMALL = ["flipBits", "editNumber", "editText"];
const KINDS = [...Object.keys(MUTATORS), ...SMALL, ...SMALL, ...SMALL];

/** Damages a copy of `bytes` in one to four ways; `others` are what pieces are taken from. */
export function mutate(
  bytes: Uint8Array,
  options: { random: Random; others: readonly Uint8Array[]; kinds?: readonly string[] },
): { bytes: Uint8Array; kinds: string[] } {
  const { random, others, kinds: from = KINDS } = options;
  const kinds: string[] = [];
  // A copy of the plain kind: slice() of a Buffer would share its memory.
  let changed: Uint8Array = new Uint8Array(bytes);
  const steps = 1 + Math.min(random(4), random(4), random(4));
  for (let step = 0; step < steps; step++) {
    const kind = from[random(from.length)];
    kinds.push(kind);
    changed = (MUTATORS[kind] ?? ASKED[kind])(changed, random, others);
  }
  return { bytes: changed, kinds };
}

function splice(bytes: Uint8Array, change: { at: number; remove: number; insert: Uint8Array }): Uint8Array {
  const { at, remove, insert } = change;
  const rest = bytes.subarray(Math.min(bytes.length, at + remove));
  const changed = new Uint8Array(at + insert.length + rest.length);
  changed.set(bytes.subarray(0, at));
  changed.set(insert, at);
  changed.set(rest, at + insert.length);
  return changed;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
