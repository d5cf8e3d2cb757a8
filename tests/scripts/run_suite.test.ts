/** What `npm test` makes of suites that end as they should, and of suites that are killed. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { runSuite } from "#scripts/test/run_suite.ts";
import { runSuites } from "#scripts/test/run_suites.ts";
import type { Runner } from "#scripts/test/suite_progress.ts";

const root = projectRoot();
const folder = mkdtempSync(join(tmpdir(), "dialab-suite-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** Milliseconds that a suite may take on a busy machine. */
const SLOW = 120_000;

const begins = `import { describe, expect, test } from "bun:test";
import process from "node:process";
`;
writeFileSync(
  join(folder, "a.test.ts"),
  `${begins}test("alone", () => console.log("(fail) is only said ... FAILED"));
describe("group a", () => {
  test("holds", () => {});
  test("does not", () => expect(1).toBe(2));
  test.skip("waits (skipped: why)", () => {});
});
`,
);
writeFileSync(
  join(folder, "b.test.ts"),
  `${begins}describe("group b", () => {
  test("holds", () => {});
  test("is killed", () => {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 200);
    return new Promise(() => {});
  });
  test("never comes", () => {});
});
`,
);
writeFileSync(join(folder, "c.test.ts"), `${begins}test("holds", () => {});\nthrow new Error("outside");\n`);
writeFileSync(join(folder, "d.test.ts"), `${begins}test.skip("waits", () => {});\n`);

const bin = (name: string) => join(root, "node_modules", ".bin", name);
const commands: Record<Runner, (...files: string[]) => (report: string) => string[]> = {
  bun: (...files) => (report) => [
    ...[bin("bun"), "test", "--reporter=junit", `--reporter-outfile=${report}`],
    ...files.map((file) => `./${file}`),
  ],
  deno: (...files) => (report) => [
    ...[bin("deno"), "test", "-A", "--no-check", `--config=${join(root, "deno.json")}`],
    ...[`--junit-path=${report}`, ...files],
  ],
};

async function suite(runner: Runner, ...files: string[]) {
  let said = "";
  const write = (text: string) => void (said += text);
  const result = await runSuite(
    { name: runner, runner, command: commands[runner](...files), cwd: folder },
    { out: write, err: write },
  );
  return { ...result, said, last: said.trimEnd().split("\n").at(-1) };
}

describe.each(["bun", "deno"] as const)("a suite in %s", (runner) => {
  test("is counted", async () => {
    const { counts, failures, said } = await suite(runner, "a.test.ts");
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(said).toContain("does not");
    expect(failures).toEqual(["a.test.ts › group a > does not"]);
    expect(said).not.toMatch(/died|though no test failed|nothing passed/);
  }, SLOW);

  test("that is killed tells what ran last, and counts what had been done", async () => {
    const { counts, failures, last } = await suite(runner, "a.test.ts", "b.test.ts");
    expect(counts).toEqual({ passed: 3, failed: 2, skipped: 1 });
    // Bun names a test when it has ended, Deno when it begins, if the line still gets through.
    const where = runner === "bun"
      ? /^b\.test\.ts › group b > holds$/
      : /^\.\/b\.test\.ts › (is killed|holds)$/;
    const [, how, what] = /^the \w+ suite died \((.*)\) in or after (.*)$/.exec(last ?? "") ?? [];
    expect(how).toBe("signal SIGKILL");
    expect(what).toMatch(where);
    expect(failures.length).toBe(2);
    expect(failures[0]).toMatch(/^a\.test\.ts › .*does not$/); // from its lines: there is no report
    expect(failures[1]).toBe(last!);
  }, SLOW);

  test("that fails outside its tests fails", async () => {
    const { counts, failures, said } = await suite(runner, "c.test.ts");
    expect(counts.failed).toBeGreaterThan(0);
    expect(failures.length).toBe(counts.failed);
    expect(said).toMatch(/error: outside/i);
  }, SLOW);

  test("in which nothing passed fails", async () => {
    const { counts, failures, last } = await suite(runner, "d.test.ts");
    expect(counts).toEqual({ passed: 0, failed: 1, skipped: 1 });
    expect(last).toBe(`in the ${runner} suite nothing passed`);
    expect(failures).toEqual([last!]);
  }, SLOW);
});

test("a suite whose program is missing", async () => {
  let said = "";
  const gone = {
    name: "gone",
    runner: "bun" as const,
    command: () => [join(folder, "no such program")],
    cwd: folder,
  };
  const { counts, failures } = await runSuite(gone, { out: () => {}, err: (text) => void (said += text) });
  expect(counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(failures).toEqual([said.trim()]);
  expect(said).toMatch(/^\nthe gone suite died \(.*(ENOENT|no such).*\) before its first test\n$/i);
});

describe("suites beside each other", () => {
  const both = (["bun", "deno"] as const).map((runner) => ({
    name: runner,
    runner,
    command: commands[runner]("a.test.ts", "t.test.ts"),
    cwd: folder,
  }));

  test.each([1, 2])("%d at a time: each is counted by itself, and has a folder of its own", async (jobs) => {
    writeFileSync(
      join(folder, "t.test.ts"),
      `${begins}test("writes", () => process.stdout.write(\`folder \${process.env.TMPDIR}\\n\`));\n`,
    );
    let said = "";
    const write = (text: string) => void (said += text);
    const options = {
      jobs,
      out: write,
      err: write,
      heading: (name: string) => name,
      prefix: (name: string) => `${name}>`,
    };
    const results = await runSuites(both, options);
    expect(results.map(({ name, counts }) => [name, counts])).toEqual(
      ["bun", "deno"].map((name) => [name, { passed: 3, failed: 1, skipped: 1 }]),
    );
    for (const { seconds } of results) expect(seconds).toBeGreaterThan(0);
    const folders = said.match(/folder \S+/g) ?? [];
    expect([folders.length, new Set(folders).size]).toEqual([2, 2]);
    for (const place of folders) expect(existsSync(place.slice("folder ".length))).toBe(false);
    const lines = said.split("\n").filter((line) => line !== "" && line !== "bun" && line !== "deno");
    expect(lines.every((line) => /^(bun|deno)>/.test(line))).toBe(jobs === 2);
  }, SLOW);
});
