/** The documentation's examples become tests, each at its line. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { projectRoot } from "#lib/places/places.ts";
import { docExamples, examplesOf, writeDocTests } from "#scripts/test/doc_examples.ts";
import { runSuite } from "#scripts/test/run_suite.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

const source = `/**
 * Adds.
 *
 * @example
 * \`\`\`ts
 * const a = 1;
 *
 *   if (a !== 1) throw new Error();
 * \`\`\`
 * \`\`\`sh
 * ls
 * \`\`\`
 */
export const x = "\`\`\`ts";
`;

test("blocks of comments, their lines as they stand there", () => {
  expect(examplesOf(source, "lib/a.ts")).toEqual([
    { file: "lib/a.ts", line: 6, code: "const a = 1;\n\n  if (a !== 1) throw new Error();" },
  ]);
  expect(examplesOf(source.replaceAll("\n", "\r\n"), "lib/a.ts")).toHaveLength(1);
});

test("blocks of a page, but for those that are to be read alone", () => {
  const page = "# A\n\n```ts\n1;\n```\n\n- b\n\n  ```ts\n  2;\n  ```\n\n```ts ignore\n3;\n```\n";
  expect(examplesOf(page, "docs/a.md")).toEqual([
    { file: "docs/a.md", line: 4, code: "1;" },
    { file: "docs/a.md", line: 10, code: "  2;" },
  ]);
  expect(() => examplesOf("\n```ts\n1;\n", "docs/a.md")).toThrow("docs/a.md:3: the example does not end");
  for (const other of ["typescript", "js", "tsx"]) {
    expect(() => examplesOf(`\n\`\`\`${other}\n1;\n`, "docs/a.md")).toThrow(
      "docs/a.md:2: examples begin with ```ts",
    );
  }
});

test("every folder of the library has some", () => {
  const folders = docExamples(projectRoot()).map(({ file }) => file.split("/").slice(0, 2).join("/"));
  for (const place of ["lib/audio", "lib/corpus", "kernels/vbx", "README.md", "docs/plots.md"]) {
    expect(folders).toContain(place);
  }
});

test("one that fails is told by its line, the others of its folder pass", async () => {
  mkdirSync(join(folder, "run"));
  writeFileSync(join(folder, "deno.json"), "{}");
  const files = writeDocTests(
    [
      { file: "lib/a.ts", line: 6, code: "export const a = 1;" },
      { file: "lib/a.ts", line: 60, code: "const a = 1;\nif (a === 1) throw new Error('it is one');" },
      { file: "README.md", line: 2, code: "await Promise.resolve();" },
    ],
    join(folder, "run"),
  );
  let said = "";
  const write = (text: string) => void (said += text);
  const deno = join(projectRoot(), "node_modules", ".bin", "deno");
  const { counts, failures } = await runSuite({
    name: "docs",
    runner: "deno",
    command: (report) => [deno, "test", "-A", "--no-check", `--junit-path=${report}`, ...files],
    cwd: folder,
  }, { out: write, err: write });
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 0 });
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/lib\/a\.ts:60$/);
  expect(stripVTControlCharacters(said)).toMatch(/a\.60\.ts:61:/);
  expect(readFileSync(join(folder, "run", "lib", "a.6.ts"), "utf8")).toBe("\n\n\n\n\nexport const a = 1;\n");
}, 120_000);
