/** Which tests a clone without data and GPUs skips. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { outsideFiles } from "#scripts/test/outside_files.ts";
import { sourceFiles } from "#tests/structure/source_files.ts";

const SELF = "tests/scripts/outside_files.test.ts";

test("those that import what gives data and GPUs, by themselves or by way of others", () => {
  const root = mkdtempSync(join(tmpdir(), "dialab-outside-"));
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  try {
    write("tests/harness/shared_data.ts", "export const fixture = 1;\n");
    write("tests/harness/backends.ts", "export const targets = 1;\n");
    write("tests/a/data.test.ts", 'import { fixture } from "#tests/harness/shared_data.ts";\n');
    write("tests/a/gpu.test.ts", 'import {\n  targets,\n} from "../harness/backends.ts";\n');
    write("tests/a/helper.ts", 'export * from "./other.ts";\nimport "./circle.test.ts";\n');
    write("tests/a/other.ts", 'const { fixture } = await import("#tests/harness/shared_data.ts");\n');
    write("tests/b/by_helper.test.ts", 'import { x } from "../a/helper.ts";\n');
    write("tests/a/circle.test.ts", 'import { x } from "./helper.ts";\n');
    write("tests/b/adapter.test.ts", 'import { a } from "#lib/compute/software_adapters.ts";\n');
    write("tests/harness/left_to_bun.ts", "export const leftToBun = false;\n");
    write("tests/b/left.test.ts", 'import { leftToBun } from "#tests/harness/left_to_bun.ts";\n');
    write("tests/b/alone.test.ts", 'import { expect } from "bun:test";\nimport { y } from "#lib/y.ts";\n');
    expect(outsideFiles(root)).toEqual([
      "tests/a/circle.test.ts",
      "tests/a/data.test.ts",
      "tests/a/gpu.test.ts",
      "tests/b/adapter.test.ts",
      "tests/b/by_helper.test.ts",
      "tests/b/left.test.ts",
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("of this project: every file that names them", () => {
  const files = outsideFiles(projectRoot());
  const naming = sourceFiles(["tests"])
    .filter(({ path, text }) =>
      path.endsWith(".test.ts") && path !== SELF &&
      /harness\/(shared_data|backends|left_to_bun)\.ts"|compute\/software_adapters\.ts"/.test(text)
    )
    .map(({ path }) => path);
  expect(naming.length).toBeGreaterThan(60);
  expect(naming.filter((path) => !files.includes(path))).toEqual([]);
  expect(files.length).toBeLessThan(sourceFiles(["tests"]).length / 2);
});
