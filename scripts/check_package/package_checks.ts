import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { CONSUMERS } from "./consumers.ts";
import { looksRight } from "./looks_right.ts";
import { openRegistry } from "./registry.ts";
import { type Ended, runProgram } from "./run_program.ts";
import { checkTypes } from "./check_types.ts";

/** How one check ended: `fault` tells what was wrong. */
export interface Checked {
  readonly name: string;
  readonly seconds: number;
  readonly fault?: string;
}

const bin = (name: string) => join(projectRoot(), "node_modules", ".bin", name);

/** How each runtime runs a file. Node is the one of the PATH. */
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  Node: ["node"],
  Bun: [bin("bun")],
  Deno: [bin("deno"), "run", "-A"],
};

/** Says how a piece of work ended, whatever happens in it, and whether it held. */
type Check = (name: string, work: () => Promise<void>) => Promise<boolean>;

/** Runs all checks in a scratch folder, two at a time, and tells of each as it ends. */
export async function packageChecks(scratch: string, tell: (checked: Checked) => void): Promise<void> {
  const check: Check = async (name, work) => {
    const checked = await timed(name, work);
    tell(checked);
    return checked.fault === undefined;
  };
  const out = join(scratch, "dist");
  const isThere = await check("npm run build, with its types", async () => {
    fine(await runProgram([bin("bun"), "run", "scripts/build.ts", "--out", out], { cwd: projectRoot() }));
  }) && await check("npm pack: under 20 MB, all inside that is to be, nothing else", async () => {
    fine(await runProgram(["npm", "pack", out, "--pack-destination", scratch], { cwd: scratch }));
    looksRight(out, scratch);
  });
  if (!isThere) return;
  const manifest: Manifest = JSON.parse(readFileSync(join(out, "package.json"), "utf8"));
  const tarball = join(scratch, `dialab-${manifest.version}.tgz`);
  const registry = await openRegistry(tarball, manifest);
  const env = installationOf(scratch, registry.url);
  const use = {
    scratch,
    tarball,
    manifest,
    check,
    project: (name: string) => makeProject(join(scratch, name), env),
  };
  try {
    await Promise.all([wholeInstallation(use), otherInstallations(use)]);
    await check("nothing was asked of the registry that it does not have", () => {
      // A package that linkedom takes where somebody else has brought it.
      const unknown = registry.unknown.filter((name) => name !== "canvas");
      return unknown.length > 0 ? Promise.reject(new Error(unknown.join("\n"))) : Promise.resolve();
    });
  } finally {
    registry.close();
  }
}

interface Manifest {
  readonly version: string;
  readonly exports: object;
  readonly [key: string]: unknown;
}

interface Use {
  readonly scratch: string;
  readonly tarball: string;
  readonly manifest: Manifest;
  readonly check: Check;
  readonly project: (name: string) => (command: readonly string[]) => Promise<Ended>;
}

const QUIET = ["--no-audit", "--no-fund"];

/** By npm with everything: what scripts do in each runtime, the command, and what the declarations say. */
async function wholeInstallation({ scratch, tarball, manifest, check, project }: Use): Promise<void> {
  const off = project("scripts-off");
  const isThere = await check(
    "npm install, without install scripts",
    async () => fine(await off(["npm", "install", tarball, "--ignore-scripts", ...QUIET])),
  );
  if (!isThere) return;
  for (const [runtime, run] of Object.entries(RUNTIMES)) {
    for (const file of ["diarize.mjs", "vbx.mjs", "plot.mjs"]) {
      await check(`${file} in ${runtime}`, async () => saysFine(await off([...run, file])));
    }
    await check(`dialab in ${runtime}`, async () => {
      const dialab = [...run, join("node_modules", "dialab", "bin", "dialab.js")];
      fine(await off([...dialab, "sound.wav", "--preset", "own", "--out", "out", "--html"]));
      fine(await off([...dialab, "parity", "b_five_speakers", "--backend", "wasm"]));
    });
  }
  await check("npx dialab", async () => {
    const version = await off(["npx", "dialab", "--version"]);
    fine(version);
    if (!/^dialab \d\S+ \(commit [0-9a-f]{12}/.test(version.stdout)) throw new Error(version.stdout);
    const help = await off(["npx", "dialab", "--help"]);
    if (/In a clone|docs-commands/.test(help.stdout)) throw new Error(help.stdout);
  });
  await checkTypes(join(scratch, "scripts-off"), manifest, check);
}

/** With install scripts that fail, without what is optional, by Bun, by Deno. */
async function otherInstallations({ scratch, tarball, check, project, manifest }: Use): Promise<void> {
  const on = project("scripts-on");
  await check("npm install, with install scripts that fail", async () => {
    fine(await on(["npm", "install", tarball, ...QUIET]));
    saysFine(await on(["node", "vbx.mjs"]));
  });
  const bare = project("bare");
  const isThere = await check(
    "npm install, without optional packages",
    async () => fine(await bare(["npm", "install", tarball, "--omit=optional", ...QUIET])),
  );
  for (const [runtime, run] of isThere ? Object.entries(RUNTIMES) : []) {
    await check(`what is missing is told in ${runtime}`, async () => {
      saysFine(await bare([...run, "without.mjs"]));
      saysFine(await bare([...run, "vbx.mjs"]));
    });
  }
  const bun = project("bun");
  await check("bun add", async () => {
    fine(await bun([bin("bun"), "add", tarball]));
    for (const file of ["diarize.mjs", "plot.mjs"]) saysFine(await bun([bin("bun"), file]));
  });
  const deno = project("deno");
  await check("deno add npm:dialab", async () => {
    writeFileSync(join(scratch, "deno", "deno.json"), JSON.stringify({ nodeModulesDir: "auto" }));
    fine(await deno([bin("deno"), "add", `npm:dialab@${manifest.version}`]));
    for (const file of ["npm_specifier.mjs", "diarize.mjs", "plot.mjs"]) {
      saysFine(await deno([...RUNTIMES.Deno, file]));
    }
  });
}

/** Everything from the registry on this machine, and nothing of this user's. */
function installationOf(scratch: string, url: string): Record<string, string> {
  const home = join(scratch, "home");
  return {
    HOME: home,
    XDG_CACHE_HOME: home,
    npm_config_registry: url,
    NPM_CONFIG_REGISTRY: url,
    npm_config_userconfig: join(home, ".npmrc"),
    npm_config_cache: join(home, "npm"),
    npm_config_update_notifier: "false",
    BUN_CONFIG_REGISTRY: url,
    BUN_INSTALL_CACHE_DIR: join(home, "bun"),
    DENO_DIR: join(home, "deno"),
    // What an install script fetches from anywhere else is not to be had.
    GLOBAL_AGENT_HTTPS_PROXY: "http://127.0.0.1:9",
    DIALAB_FIXTURES: "",
    DIALAB_MODELS: "",
  };
}

function makeProject(folder: string, env: Readonly<Record<string, string>>) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const [file, text] of Object.entries(CONSUMERS)) {
    if (file.endsWith(".mjs")) writeFileSync(join(folder, file), text.trimStart());
  }
  return (command: readonly string[]) => runProgram(command, { cwd: folder, env });
}

async function timed(name: string, work: () => Promise<void>): Promise<Checked> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    await work();
    return { name, seconds: seconds() };
  } catch (error) {
    return { name, seconds: seconds(), fault: error instanceof Error ? error.message : String(error) };
  }
}

function fine({ status, stdout, stderr }: Ended): void {
  if (status !== 0) throw new Error(`${stdout}${stderr}exit code ${status}`);
}

/** Scripts say it at their end: one that ends before it is through fails. */
function saysFine(ended: Ended): void {
  fine(ended);
  if (!ended.stdout.endsWith("fine\n")) {
    throw new Error(`${ended.stdout}${ended.stderr}It did not come to its end.`);
  }
}
