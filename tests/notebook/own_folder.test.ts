/** `notebooks init`: a folder anywhere, in which dialab is found. */
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { readRttm } from "#lib/timeline/rttm.ts";
import { projectRoot } from "#lib/places/places.ts";
import { runNotebook } from "#scripts/notebooks/run_notebook.ts";
import { runCommand } from "../scripts/command.ts";
import { outputsOf, readNotebook } from "./notebook_file.ts";
import { describeWithJupyter } from "./with_jupyter.ts";

const SLOW = 120_000;
const root = mkdtempSync(join(tmpdir(), "dialab-own folder-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const notebooks = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCommand("notebooks", args, { cwd: root, env });
const NAMES = ["first-look.ipynb", "sample.wav", "README.md", "deno.json"];
const told = (folder: string, what: readonly string[]) =>
  `${
    NAMES.map((name, i) => `${what[i].padEnd(8)} ${join(folder, name)}\n`).join("")
  }\nNext: npx dialab notebook open '${folder}'\n`;

describeWithJupyter("the notebook of a folder of one's own", () => {
  test("runs through, also when the folder has moved: turns, and an RTTM", async () => {
    expect((await notebooks(["init", "my talks"])).status).toBe(0);
    const folder = join(root, "elsewhere", "talks of mine");
    mkdirSync(join(root, "elsewhere"));
    renameSync(join(root, "my talks"), folder);
    const out = join(folder, "executed.ipynb");
    const { ok, error } = await runNotebook(join(folder, "first-look.ipynb"), { out });
    expect([ok, error]).toEqual([true, null]);
    const executed = readNotebook(out);
    const heard = outputsOf(executed, "player");
    expect(heard.html[0]).toMatch(/<img .*<audio .*<iframe /s);
    expect(heard.text[0]).toMatch(/speakers?; 16\.000 s\.$/);
    expect(outputsOf(executed, "turns").text[0]).toMatch(/\d turns?, \d speakers?/);
    const [rttm] = (await readRttm(join(folder, "first-look.rttm"))).values();
    expect(rttm.labels().length).toBeGreaterThan(0);
    expect(outputsOf(executed, "save").stdout).toContain(
      readFileSync(join(folder, "first-look.rttm"), "utf8"),
    );
  }, SLOW);
});

test("init adds what is missing, keeps what is there, and renews where dialab is", async () => {
  const first = await notebooks(["init", "a b"]);
  expect(first).toEqual({ status: 0, stdout: told("a b", Array(4).fill("written")), stderr: "" });
  const at = (name: string) => join(root, "a b", name);
  const config = readFileSync(at("deno.json"), "utf8");
  writeFileSync(at("first-look.ipynb"), "mine");
  rmSync(at("sample.wav"));
  const second = await notebooks(["init", "a b"]);
  expect(second.stdout).toBe(told("a b", ["kept", "written", "kept", "kept"]));
  expect([readFileSync(at("first-look.ipynb"), "utf8"), readFileSync(at("deno.json"), "utf8")]).toEqual([
    "mine",
    config,
  ]);

  const gone = JSON.parse(config.replaceAll(pathToFileURL(projectRoot()).href, "file:///gone/dialab"));
  const own = {
    ...gone,
    tasks: { mine: "deno run mine.ts" },
    imports: { ...gone.imports, lodash: "npm:lodash" },
  };
  writeFileSync(at("deno.json"), JSON.stringify(own));
  const lost = await notebooks(["open", "a b"]);
  expect(lost.stderr).toMatch(
    /^error: dialab was at .*gone.* when .* was made, and is there no more; run dialab notebook init ".*a b"\.$/m,
  );
  expect(lost.status).toBe(3);
  expect((await notebooks(["init", "a b"])).stdout).toBe(told("a b", ["kept", "kept", "kept", "renewed"]));
  expect(JSON.parse(readFileSync(at("deno.json"), "utf8"))).toEqual({
    ...own,
    imports: { ...JSON.parse(config).imports, lodash: "npm:lodash" },
  });
}, SLOW);

test(
  "a deno.json of the user's own, and a file in the folder's place, stay as they are: exit 2",
  async () => {
    mkdirSync(join(root, "theirs"));
    writeFileSync(join(root, "theirs", "deno.json"), `{ /* mine */ "imports": {} }`);
    const { status, stderr } = await notebooks(["init", "theirs"]);
    expect(stderr).toMatch(
      /^error: .*deno\.json is not of dialab's making, and stays as it is\. Choose another/,
    );
    expect(status).toBe(2);
    expect(existsSync(join(root, "theirs", "first-look.ipynb"))).toBe(false);
    writeFileSync(join(root, "file"), "");
    expect((await notebooks(["init", "file"])).stderr).toMatch(
      /^error: file is a file, init needs a folder\.$/m,
    );
    expect((await notebooks(["init"])).stderr).toMatch(
      /^error: init takes one folder: notebooks init DIR\.$/m,
    );
    expect((await notebooks(["open", "theirs"])).stderr).toMatch(
      /has no deno\.json that says where dialab is/,
    );
  },
  SLOW,
);

test.skipIf(process.platform === "win32")(
  "open starts Jupyter in the folder, with the kernel that lies in it",
  async () => {
    await notebooks(["init", "o p"]);
    const bin = join(root, "bin");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "jupyter"),
      `#!/bin/sh\n[ "$2" = --version ] && exit 0\necho "$*|$PWD|$JUPYTER_PATH"\n`,
    );
    chmodSync(join(bin, "jupyter"), 0o755);
    const { stdout } = await notebooks(["open", "o p", "--", "--no-browser"], {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
    });
    const [args, folder, path] = stdout.trim().split("|");
    expect([args, folder]).toEqual(["lab --no-browser", join(root, "o p")]);
    const kernel = JSON.parse(
      readFileSync(join(path.split(delimiter)[0], "kernels", "deno", "kernel.json"), "utf8"),
    );
    expect(spawnSync(kernel.argv[0], ["--version"], { encoding: "utf8" }).stdout).toMatch(/^deno /);
  },
  SLOW,
);

test("from an installed package: its exports are what notebooks import", () => {
  const installed = join(root, "project", "node_modules", "dialab");
  mkdirSync(installed, { recursive: true });
  // What a package has: built modules below it, found from a module two folders deep.
  for (const part of ["scripts/notebooks/dialab_imports.ts", "lib/places"]) {
    cpSync(join(projectRoot(), part), join(installed, "dist", part), { recursive: true });
  }
  const exports = {
    ".": { types: "./dist/mod.d.ts", import: "./dist/mod.js" },
    "./kernels/vbx": "./dist/kernels/vbx/mod.js",
  };
  const imports = { "#lib/*": "./dist/lib/*" };
  writeFileSync(
    join(installed, "package.json"),
    JSON.stringify({ name: "dialab", type: "module", exports, imports }),
  );
  const script = `import { dialabImports } from "./dist/scripts/notebooks/dialab_imports.ts";
    console.log(JSON.stringify(dialabImports()));`;
  writeFileSync(join(installed, "tell.ts"), script);
  const bun = join(projectRoot(), "node_modules", ".bin", "bun");
  const { stdout, stderr } = spawnSync(bun, ["run", "tell.ts"], { cwd: installed, encoding: "utf8" });
  expect(stderr).toBe("");
  const url = (path: string) => pathToFileURL(join(installed, path)).href;
  expect(JSON.parse(stdout)).toEqual({
    "#lib/": url("dist/lib/"),
    "dialab": url("dist/mod.js"),
    "dialab/kernels/vbx": url("dist/kernels/vbx/mod.js"),
  });
}, SLOW);
