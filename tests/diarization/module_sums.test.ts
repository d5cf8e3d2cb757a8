/** Sums of a user's own code: a module and what it imports by relative paths. */
import { afterAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { moduleSums } from "#lib/diarization/module_sums.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-modules-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function put(name: string, text: string): string {
  const path = join(scratch, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const names = async (path: string) => (await moduleSums(path)).map(({ file }) => file);

describe("modules", () => {
  test("alone: its name and its sum, as its bytes are", async () => {
    const text = 'import { x } from "dialab";\nimport "node:fs";\n';
    const sha256 = createHash("sha256").update(text).digest("hex");
    const path = put("alone/mine.ts", text);
    expect(await moduleSums(path)).toEqual([{ file: "mine.ts", sha256 }]);
    expect(await moduleSums(path.replace(/\.ts$/, ""))).toEqual([{ file: "mine.ts", sha256 }]);
  });

  test("what it imports by relative paths in every way, and those by theirs; each once, circles too", async () => {
    put("many/a.ts", 'export * from "./deep/b.ts";\nimport "./mine.ts";\n');
    put("many/deep/b.ts", 'export { c } from "../../beside/c.js"');
    put("beside/c.js", "export const c = 1;");
    put("many/d.js", 'module.exports = require("./e")');
    put("many/e.cjs", "");
    put("many/f/index.ts", "");
    put("many/g.json", "{}");
    const path = put(
      "many/mine.ts",
      [
        'import { a } from "./a.ts";',
        'import\n  f\nfrom "./f";',
        "const d = await import('./d.js');",
        'import g from "./g.json" with { type: "json" };',
        'import "./gone.ts"; // which is in a branch that is never run',
        'import { z } from "zod";',
      ].join("\n"),
    );
    expect((await names(path)).sort()).toEqual(
      ["../beside/c.js", "a.ts", "d.js", "deep/b.ts", "e.cjs", "f/index.ts", "g.json", "mine.ts"],
    );
  });

  test.each([
    ["TypeScript's spelling", 'import x from "./e.js"', "e.ts"],
    ["TypeScript's spelling of a module", 'import x from "./e.mjs"', "e.mts"],
    ["a comment between", 'import /* c */ "./z.mjs"', "z.mjs"],
    ["a line's comment between", "import {\n  x } from // of\n  './z.mjs'", "z.mjs"],
    ["createRequire", 'createRequire(import.meta.url)("./dep.cjs")', "dep.cjs"],
    ["a name of require's own", 'const load = createRequire(import.meta.url); load("./dep")', "dep.cjs"],
    ["an address", 'readFileSync(new URL("./data.txt", import.meta.url))', "data.txt"],
    ["an address with a space", 'import "./a%20b.js?x=1#y"', "a b.js"],
    ["an escape", String.raw`import "./\x7a.mjs"`, "z.mjs"],
    ["a quote in front", `'it"' + "./z.mjs"`, "z.mjs"],
    ["a folder", 'import ".."', "../index.mts"],
    ["a package's folder", 'require("./pack")', "pack/main.cjs"],
  ])("%s is followed", async (name, text, file) => {
    const folder = `kind-${name.replace(/\W/g, "-")}/in`;
    put(`${folder}/pack/package.json`, '{ "main": "main.cjs" }');
    put(`${folder}/${file}`, "1");
    expect(await names(put(`${folder}/mine.mjs`, text))).toContain(file);
  });

  test("one that is edited, and one whose part is, have other sums", async () => {
    const path = put("edit/mine.ts", 'import "./part.ts";');
    put("edit/part.ts", "1");
    const before = await moduleSums(path);
    put("edit/part.ts", "2");
    const after = await moduleSums(path);
    expect(after[0]).toEqual(before[0]);
    expect(after[1].sha256).not.toBe(before[1].sha256);
  });

  test("one that is not there: the system's error", async () => {
    await expect(moduleSums(join(scratch, "gone.ts"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
