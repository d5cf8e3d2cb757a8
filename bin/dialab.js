#!/usr/bin/env node
/**
 * The command `dialab`, in plain JavaScript for Node 20 and later. In a clone it starts Bun, or else Deno, on scripts/dialab.ts and gets
 * out of the way; in the packed package it runs the JavaScript beside it in the runtime that it was started in.
 */
import { spawn } from "node:child_process";
import { accessSync, constants as modes, existsSync, readdirSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, resolve, sep } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const windows = process.platform === "win32";
const script = join(root, "scripts", "dialab.ts");

const packed = ["scripts/dialab.js", "dist/scripts/dialab.js"].map((path) => join(root, path)).find(
  existsSync,
);
if (!existsSync(script)) {
  if (packed === undefined) {
    fail(`Neither ${script} nor its JavaScript is there: dialab is not whole.`);
  }
  await (await import(pathToFileURL(packed).href)).dialab();
} else if (process.versions.bun || "Deno" in globalThis) {
  await (await import(pathToFileURL(script).href)).dialab();
} else {
  start(runtime());
}

/** The program that is to run the script, and what it is given before it. */
function runtime() {
  const wanted = process.env.DIALAB_RUNTIME || undefined;
  if (wanted !== undefined && wanted !== "bun" && wanted !== "deno") {
    fail(`DIALAB_RUNTIME is bun or deno, not ${wanted}.`, 2);
  }
  const [bun, deno] = ["bun", "deno"].map((name) => windows ? `${name}.exe` : name);
  // Where install scripts are off, the program is in the package of the platform still, and a small script that says so in its place.
  const own = wanted === "deno"
    ? undefined
    : [join(modules, "bun", "bin", "bun.exe"), ...within("@oven", "bin", bun)]
      .find(isProgram);
  const candidates = [
    // Bun would read bunfig.toml and .env of the folder that the user is in, and run what they name.
    ["bun", own ?? onPath(bun), [
      "--no-env-file",
      `--config=${join(root, "bunfig.toml")}`,
      "run",
    ]],
    ["deno", within("@deno", deno).find(isProgram) ?? onPath(deno), [
      ...["run", "-A", "--no-check", `--config=${join(root, "deno.json")}`],
    ]],
  ];
  const found = candidates.find(([name, program]) =>
    program !== undefined && (wanted === undefined || wanted === name)
  );
  if (found === undefined) {
    const needed = wanted === undefined ? "Bun or Deno" : {
      bun: "Bun, which DIALAB_RUNTIME names,",
      deno: "Deno, which DIALAB_RUNTIME names,",
    }[wanted];
    fail(
      `dialab needs ${needed} and finds it neither in ${modules} nor on the PATH. Run "npm ci" in ${root}, which brings both, ` +
        "or install one: https://bun.com, https://deno.com.",
    );
  }
  const [name, program, args] = found;
  return { program, args, isBun: name === "bun", isOwnBun: program === own };
}

/** The programs of the packages of a scope, one package for each platform. */
function within(scope, ...path) {
  try {
    return readdirSync(join(modules, scope)).sort().map((name) => join(modules, scope, name, ...path));
  } catch {
    return [];
  }
}

function isProgram(path) {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 2 ** 20;
}

/** A program of the PATH; npx puts our own node_modules/.bin there, which was looked into. */
function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) =>
    folder !== "" && !`${resolve(folder)}${sep}`.startsWith(`${modules}${sep}`)
  );
  return folders.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, modes.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

/** Runs the script in this process's place where Node can do that, else below it. */
function start({ program, args, isBun, isOwnBun }) {
  const given = process.argv.slice(2);
  // Bun takes a first "--" for its own; behind it names may begin with a dash.
  const own = isBun && given[0] === "--" ? ["--"] : [];
  const words = [script, ...own, ...given];
  if (typeof process.execve === "function" && !windows) {
    // Its warning that it is new is never printed: nothing of this process is left to do so.
    process.execve(program, [program, ...args, ...words], process.env);
  }
  // So that it does not outlive this process, whatever ends it. To other versions of Bun that is no option.
  const orphans = isOwnBun ? ["--no-orphans"] : [];
  const child = spawn(program, [...orphans, ...args, ...words], {
    stdio: "inherit",
  });
  const passed = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"].filter((
    name,
  ) => name in constants.signals);
  const pass = (signal) => child.kill(signal);
  for (const signal of passed) process.on(signal, pass);
  child.on(
    "error",
    (error) => fail(`${program} cannot be started: ${error.message}.`),
  );
  child.on("exit", (code, signal) => {
    for (const name of passed) process.off(name, pass);
    if (signal === null) return void (process.exitCode = code);
    process.exitCode = 128 + constants.signals[signal];
    process.kill(process.pid, signal);
  });
}

function fail(message, status = 3) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(status);
}
