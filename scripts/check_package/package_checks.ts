import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
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

/** All checks, in a scratch folder; what one needs of those before it is there only if they held. */
export async function* packageChecks(scratch: string): AsyncGenerator<Checked> {
  const out = join(scratch, "dist");
  yield await check("npm run build, with its types", async () => {
    fine(await runProgram([bin("bun"), "run", "scripts/build.ts", "--out", out], { cwd: projectRoot() }));
  });
  yield await check("npm pack: under 20 MB, all inside that is to be, nothing else", async () => {
    fine(await runProgram(["npm", "pack", out, "--pack-destination", scratch], { cwd: scratch }));
    looksRight(out, scratch);
  });
  const manifest = JSON.parse(readFileSync(join(out, "package.json"), "utf8"));
  const tarball = join(scratch, `dialab-${manifest.version}.tgz`);
  const registry = await openRegistry(tarball, manifest);
  const env = {
    HOME: join(scratch, "home"),
    XDG_CACHE_HOME: join(scratch, "home"),
    npm_config_registry: registry.url,
    NPM_CONFIG_REGISTRY: registry.url,
    npm_config_userconfig: join(scratch, "home", ".npmrc"),
    npm_config_cache: join(scratch, "home", "npm"),
    BUN_CONFIG_REGISTRY: registry.url,
    BUN_INSTALL_CACHE_DIR: join(scratch, "home", "bun"),
    DENO_DIR: join(scratch, "home", "deno"),
    // What an install script fetches from anywhere else is not to be had.
    GLOBAL_AGENT_HTTPS_PROXY: "http://127.0.0.1:9",
    DIALAB_FIXTURES: "",
    DIALAB_MODELS: "",
  };
  const project = (name: string, dependencies?: Record<string, string>) => {
    const folder = join(scratch, name);
    mkdirSync(folder);
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ private: true, type: "module", dependencies }),
    );
    for (const [file, text] of Object.entries(CONSUMERS)) {
      if (file.endsWith(".mjs")) writeFileSync(join(folder, file), text.trimStart());
    }
    return (command: readonly string[]) => runProgram(command, { cwd: folder, env });
  };
  const quiet = ["--no-audit", "--no-fund"];
  try {
    const off = project("scripts-off");
    yield await check(
      "npm install, without install scripts",
      async () => fine(await off(["npm", "install", tarball, "--ignore-scripts", ...quiet])),
    );
    for (const [runtime, run] of Object.entries(RUNTIMES)) {
      for (const file of ["diarize.mjs", "vbx.mjs", "plot.mjs"]) {
        yield await check(`${file} in ${runtime}`, async () => saysFine(await off([...run, file])));
      }
    }
    yield* checkTypes(join(scratch, "scripts-off"), manifest, check);
    const on = project("scripts-on");
    yield await check("npm install, with install scripts that fail", async () => {
      fine(await on(["npm", "install", tarball, ...quiet]));
      saysFine(await on(["node", "vbx.mjs"]));
    });
    const bare = project("bare");
    yield await check(
      "npm install, without optional packages",
      async () => fine(await bare(["npm", "install", tarball, "--omit=optional", ...quiet])),
    );
    for (const [runtime, run] of Object.entries(RUNTIMES)) {
      yield await check(`what is missing is told in ${runtime}`, async () => {
        saysFine(await bare([...run, "without.mjs"]));
        saysFine(await bare([...run, "vbx.mjs"]));
      });
    }
    const bun = project("bun");
    yield await check("bun add", async () => {
      fine(await bun([bin("bun"), "add", tarball]));
      for (const file of ["diarize.mjs", "plot.mjs"]) saysFine(await bun([bin("bun"), file]));
    });
    const deno = project("deno", { dialab: manifest.version });
    yield await check("deno install", async () => {
      fine(await deno([bin("deno"), "install", "--node-modules-dir=auto"]));
      for (const file of ["npm_specifier.mjs", "diarize.mjs", "plot.mjs"]) {
        saysFine(await deno([...RUNTIMES.Deno, file]));
      }
    });
    yield await check("nothing was asked of the registry that it does not have", () => {
      if (registry.unknown.length > 0) throw new Error(registry.unknown.join("\n"));
      return Promise.resolve();
    });
  } finally {
    registry.close();
  }
}

async function check(name: string, work: () => Promise<void>): Promise<Checked> {
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
