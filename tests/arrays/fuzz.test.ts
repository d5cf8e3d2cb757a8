/** The fuzzer finds what it must, and finds nothing in the readers, on a sample of what scripts/fuzz.ts tries. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type FuzzOutcome, type FuzzTarget, fuzzTarget, mutation } from "../../scripts/fuzz/fuzz_target.ts";
import { MUTATORS } from "../../scripts/fuzz/mutate.ts";
import { seededRandom } from "../../scripts/fuzz/random.ts";
import { superviseFuzz } from "../../scripts/fuzz/supervise.ts";
import { TEXT_AND_ARRAY_TARGETS as TARGETS } from "../../scripts/fuzz/targets.ts";

async function outcomes(target: FuzzTarget, options: { end: number; limitMs?: number; limitBytes?: number }) {
  const all: FuzzOutcome[] = [];
  for await (const outcome of fuzzTarget(target, { seed: 7, ...options })) all.push(outcome);
  return all;
}

describe("every reader ends well", () => {
  test.each(Object.keys(TARGETS))("%s", async (name) => {
    const all = await outcomes(TARGETS[name](), { end: 500 });
    expect(all.filter(({ result }) => result === "failed")).toEqual([]);
    // Damage that always shows, or never, would try nothing.
    for (const result of ["read", "refused"]) {
      expect(all.some((outcome) => outcome.result === result)).toBe(true);
    }
  });
});

const seeds = [Uint8Array.from({ length: 100 }, (_, i) => i), new TextEncoder().encode("12 34\n")];
const reader = (parse: FuzzTarget["parse"]): FuzzTarget => ({
  name: "made up",
  seeds,
  parse,
  isExpected: (error) => error instanceof RangeError,
});
const undamaged = (bytes: Uint8Array) => seeds.some((seed) => Buffer.from(seed).equals(bytes));

describe("the fuzzer", () => {
  test("makes the same mutation from the same seed and index, and leaves the seeds alone", () => {
    const target = { ...reader(() => {}), seeds: seeds.map((seed) => Buffer.from(seed)) };
    const make = (index: number) => mutation(target, { seed: 1, index }).bytes;
    const first = Array.from({ length: 300 }, (_, index) => make(index));
    expect(first.filter((bytes, index) => !Buffer.from(bytes).equals(make(index)))).toEqual([]);
    expect(target.seeds.every((seed, i) => seed.equals(seeds[i]))).toBe(true);
    expect(new Set(first.map((bytes) => Buffer.from(bytes).toString("latin1"))).size).toBeGreaterThan(200);
  });

  test.each(Object.entries(MUTATORS))("%s changes bytes, and takes an empty input", (_, mutator) => {
    const random = seededRandom("mutators");
    const changed = Array.from({ length: 50 }, () => mutator(seeds[0], random, seeds));
    expect(changed.some((bytes) => !undamaged(bytes))).toBe(true);
    expect(undamaged(seeds[0])).toBe(true);
    for (let i = 0; i < 50; i++) mutator(new Uint8Array(0), random, seeds);
  });

  test("tells values, documented errors and others apart", async () => {
    let n = 0;
    const all = await outcomes(
      reader(() => {
        n++;
        if (n === 4) throw new RangeError("documented");
        if (n === 5) throw new TypeError("from deep inside");
      }),
      { end: 4 },
    );
    expect(all.map(({ result }) => result)).toEqual(["read", "refused", "failed", "read"]);
    expect(all[2].fault).toMatch(/TypeError: from deep inside/);
  });

  test("reports what does not end, and what takes long", async () => {
    const never = await outcomes(
      reader((bytes) => undamaged(bytes) ? undefined : new Promise(() => {})),
      { end: 1, limitMs: 20 },
    );
    expect(never[0].fault).toBe("was not done after 20 ms");
    const busy = (bytes: Uint8Array) => {
      for (const start = performance.now(); !undamaged(bytes) && performance.now() - start < 40;);
    };
    expect((await outcomes(reader(busy), { end: 1, limitMs: 20 }))[0].fault).toMatch(
      /^took \d+ ms, 20 are allowed$/,
    );
  });

  test("reports what takes the memory", async () => {
    const kept: Uint8Array[] = [];
    const hungry = reader((bytes) => void (undamaged(bytes) || kept.push(new Uint8Array(2 ** 26).fill(1))));
    const all = await outcomes(hungry, { end: 2, limitBytes: 2 ** 25, limitMs: 60_000 });
    expect(all[1].fault).toMatch(/^the process grew by \d+ MiB$/);
  });

  test("goes on behind a mutation that hangs, and one that ends the process", async () => {
    const all: FuzzOutcome[] = [];
    await superviseFuzz({
      target: "made up",
      seed: 1,
      end: 5,
      limitMs: 10,
      child: new URL("failing_child.ts", import.meta.url),
      onOutcome: (outcome) => all.push(outcome),
    });
    expect(all.map(({ index, result }) => `${index} ${result}`)).toEqual([
      "0 read",
      "1 failed",
      "2 read",
      "3 failed",
      "4 read",
    ]);
    expect(all[1].fault).toBe("hung: nothing for 3010 ms");
    expect(all[3].fault).toMatch(/^the process ended with status 7/);
  });
});

describe("scripts/fuzz.ts", () => {
  const script = fileURLToPath(new URL("../../scripts/fuzz.ts", import.meta.url));
  const runtime = "deno" in process.versions ? ["run", "--allow-all"] : [];
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [...runtime, script, ...args], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });

  test("fuzzes, and prints a table", () => {
    const { status, stdout } = run("uem", "--mutations", "50");
    expect(stdout).toMatch(/^target +mutations +read +refused +failed .*\nuem +50 +\d+ +\d+ +0 /);
    expect(status).toBe(0);
  });

  test("--json --only", () => {
    const { status, stdout } = run("npz", "--only", "3", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ target: "npz", mutations: 1, failures: [] });
    expect(status).toBe(0);
  });

  test.each([[["xml"]], [["--mutations", "0"]], [["--seed", "x"]], [["--nonsense"]]])(
    "%j is refused",
    (args) => {
      const { status, stdout, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^error: .+\nTry --help\.\n$/);
    },
  );

  test("--help", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^NAME\n {4}fuzz - /);
  });
});
