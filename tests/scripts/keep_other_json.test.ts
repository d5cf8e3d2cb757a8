/** A report takes the place of an older one, and of nothing else that is JSON. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepOtherJson } from "#scripts/cli/keep_other_json.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-json-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const report = '{"preset":"own","files":[]}';

test.each([
  report,
  '{\n  "preset": "hybrid"\n}\n',
  '\uFEFF[ {"preset": 1}]',
  '{"preset": 1}\n{"preset": 2}\n',
  "",
  " \n",
])("%j is an older one, or empty", async (before) => {
  writeFileSync(path("old.json"), before);
  expect(await keepOtherJson(path("old.json"), report)).toBe(undefined);
  expect(readFileSync(path("old.json"), "utf8")).toBe(before);
});

test("others are kept, each under a name of its own", async () => {
  const texts = ['{"name":"mine","preset":1}', '{"extends":"own"}', "[1]", "{}"];
  for (const text of texts) {
    writeFileSync(path("mine.json"), text);
    await keepOtherJson(path("mine.json"), report);
  }
  const kept = readdirSync(folder).filter((name) => name.startsWith("mine")).sort();
  expect(kept).toEqual(["mine.kept.json", "mine.kept2.json", "mine.kept3.json", "mine.kept4.json"]);
  expect(kept.map((name) => readFileSync(path(name), "utf8"))).toEqual(texts);
});
