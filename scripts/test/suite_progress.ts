import type { Counts } from "./count_tests.ts";

/** Whose lines they are. */
export type Runner = "bun" | "deno";

/** A test that failed, and the file that it was in. */
export interface FailedTest {
  readonly file: string | undefined;
  readonly name: string;
}

const BUN_FILE = /^(\S.*\.test\.tsx?):$/;
const BUN_TEST = /^\((pass|fail|skip|todo)\) (.*?)(?: \[[\d.]+m?s\])?$/;
const DENO_FILE = /^running \d+ tests? from (.+)$/;
const DENO_TEST = /^( *)(\S.*?) \.\.\.(?: (ok|FAILED|ignored)\b.*)?$/;
/** Deno's fences about what a test itself prints. */
const DENO_FENCE = /^-{3,} .*?output( end)? -{3,}$/;
// deno-lint-ignore no-control-regex -- colours begin with it
const COLOURS = /\x1b\[[\d;]*m/g;

/**
 * How far a suite has come, from the lines that Bun prints on stderr and Deno on stdout. A suite that dies leaves no report; then
 * this says what ran last, and what had been counted before.
 */
export class SuiteProgress {
  readonly #runner: Runner;
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #failed: FailedTest[] = [];
  #file: string | undefined;
  #test: string | undefined;
  /** Deno's tests that have begun, outermost first, and whether a member of each has ended and failed. */
  #groups: { readonly depth: number; members: boolean; failedMember: boolean }[] = [];
  #fenced = false;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** What has been counted so far. */
  get counts(): Counts {
    return { ...this.#counts };
  }

  /** The tests that failed so far; Deno's without the groups that they are in. */
  get failed(): readonly FailedTest[] {
    return this.#failed;
  }

  /** The file that began last and the test in it that ended (Bun) or began or ended (Deno) last. */
  get last(): string | undefined {
    if (this.#file === undefined || this.#test === undefined) return this.#file;
    return `${this.#file} › ${this.#test}`;
  }

  /** Takes in one line, without its end. */
  line(text: string): void {
    const plain = text.replace(COLOURS, "");
    const file = (this.#runner === "bun" ? BUN_FILE : DENO_FILE).exec(plain)?.[1];
    if (file !== undefined) {
      [this.#file, this.#test, this.#groups, this.#fenced] = [file, undefined, [], false];
    } else if (this.#runner === "bun") this.#bunTest(plain);
    else this.#denoTest(plain);
  }

  #bunTest(line: string): void {
    const [, result, name] = BUN_TEST.exec(line) ?? [];
    if (result === undefined) return;
    this.#test = name;
    this.#count(result === "pass" ? "passed" : result === "fail" ? "failed" : "skipped", name);
  }

  /** "name ..." begins a test, "name ... ok" ends one; members of a group stand deeper. */
  #denoTest(line: string): void {
    const fence = DENO_FENCE.exec(line);
    if (fence !== null) this.#fenced = fence[1] === undefined;
    const found = fence === null && !this.#fenced ? DENO_TEST.exec(line) : null;
    if (found === null) return;
    const [, { length: depth }, name, result] = found;
    this.#test = name;
    const own = this.#groups.find((group) => group.depth === depth);
    this.#groups = this.#groups.filter((group) => group.depth < depth);
    if (result === undefined) {
      this.#groups.push({ depth, members: false, failedMember: false });
      return;
    }
    const failed = result === "FAILED";
    for (const group of this.#groups) {
      group.members = true;
      group.failedMember ||= failed;
    }
    if (own?.members && (!failed || own.failedMember)) return; // a group: its members have been counted
    this.#count(failed ? "failed" : result === "ok" ? "passed" : "skipped", name);
  }

  #count(how: keyof Counts, name: string): void {
    this.#counts[how]++;
    if (how === "failed") this.#failed.push({ file: this.#file, name });
  }
}
