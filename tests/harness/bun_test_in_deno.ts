/**
 * `bun:test`, as far as dialab's tests use it, over `node:test` and npm `expect`, so that the one suite runs
 * in both runtimes. deno.json maps the specifier `bun:test` to this file; Bun never sees it.
 */
import { after, afterEach, before, beforeEach, describe as nodeDescribe, test as nodeTest } from "node:test";
import { expect as expectSlowly } from "expect";

type Body = () => void | Promise<void>;

// Deno's node:test swallows what a file throws between its tests, and then only the tests before that are run: they would pass, and
// nobody would miss the others. What is thrown inside a test is its failure already.
let begun = false;
before(() => void (begun = true));
addEventListener("unhandledrejection", (event) => {
  if (begun) return;
  nodeTest("the file throws outside its tests", () => {
    throw (event as Event & { readonly reason: unknown }).reason;
  });
});

/** `%s`, `%d`, `%i`, `%j`, `%p` are filled in turn; `$key` is read from an object row. */
function fillTitle(title: string, row: unknown): string {
  const values = Array.isArray(row) ? [...row] : [row];
  const filled = title.replace(/%[sdijp]/g, (code) => {
    if (values.length === 0) return code;
    const value = values.shift();
    return code === "%j" || code === "%p" ? JSON.stringify(value) : String(value);
  });
  if (row === null || typeof row !== "object") return filled;
  return filled.replace(
    /\$(\w+)/g,
    (all, key) => key in row ? String((row as Record<string, unknown>)[key]) : all,
  );
}

/** Whether arrays, as deep as they go, hold the very same values: then they are equal, whatever else `toEqual` would look at. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const lists = Array.isArray(a) && Array.isArray(b) || isNumbers(a) && isNumbers(b);
  if (!lists || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isSame(a[i], b[i])) return false;
  return true;
}

function isNumbers(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** npm `expect` takes microseconds for each number of an array: it is left those that differ. */
const expect = Object.assign((actual: unknown) => {
  const matchers = expectSlowly(actual);
  const { toEqual } = matchers;
  return Object.assign(matchers, {
    toEqual: (expected: unknown) => isSame(actual, expected) ? undefined : toEqual(expected),
  });
}, expectSlowly);

interface Each {
  <Row extends readonly [unknown, ...unknown[]]>(
    rows: readonly Row[],
  ): (title: string, body: (...args: [...Row]) => void | Promise<void>, timeoutMs?: number) => void;
  <Row>(
    rows: readonly Row[],
  ): (title: string, body: (row: Row) => void | Promise<void>, timeoutMs?: number) => void;
}

function each(run: (name: string, body: Body) => void): Each {
  return (rows: readonly unknown[]) => (title: string, body: (...args: never[]) => void | Promise<void>) => {
    for (const row of rows) {
      const args = (Array.isArray(row) ? row : [row]) as never[];
      run(fillTitle(title, row), () => body(...args));
    }
  };
}

const skip = (name: string, _body?: unknown) => void nodeTest(name, { skip: true }, () => {});
const run = (name: string, body: Body, _timeoutMs?: number) => void nodeTest(name, body);
const group = (name: string, body: () => void) => void nodeDescribe(name, body);
const skipGroup = (name: string, _body?: unknown) => void nodeTest(name, { skip: true }, () => {});

const passed = Object.assign(skip as typeof run, { each: each(skip) });
const ran = Object.assign(run, { each: each(run) });
const test = Object.assign(ran, {
  skip,
  skipIf: (condition: boolean) => condition ? passed : ran,
  if: (condition: boolean) => condition ? ran : passed,
});
const describe = Object.assign(group, {
  each: each(group as (name: string, body: Body) => void),
  skip: skipGroup,
  skipIf: (condition: boolean) => condition ? skipGroup : group,
});

export { after as afterAll, afterEach, before as beforeAll, beforeEach, describe, expect, test, test as it };
