/** bin/dialab.js, in Node: which runtime it starts, and that nothing is lost between it and who called it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-launcher-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Stands for the command: says what it was given, then ends as its first word says. */
const STUB = `
import process from "node:process";
export async function dialab(args = process.argv.slice(2)) {
  const [how, value] = args;
  if (how === "exit") process.exit(Number(value));
  if (how === "die") process.kill(process.pid, value);
  if (how === "copy") return void process.stdin.pipe(process.stdout);
  if (how === "wait") {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.on(name, () => { console.log(name); process.exit(77); });
    }
    setInterval(() => {}, 1000);
  }
  const runtime = "Deno" in globalThis ? "deno" : process.versions.bun ? "bun" : "node";
  console.log(JSON.stringify({ runtime, args, pid: process.pid, secret: process.env.SECRET }));
}
if (import.meta.main) await dialab();
`;

/** A clone of nothing but the launcher, the stub and, where asked for, the runtimes of this one. */
function clone(
  name: string,
  runtimes: readonly ("bun" | "@deno")[],
  script = "scripts/dialab.ts",
): string {
  const root = join(scratch, name);
  mkdirSync(join(root, "node_modules"), { recursive: true });
  mkdirSync(join(root, script, ".."), { recursive: true });
  cpSync(join(projectRoot(), "bin"), join(root, "bin"), { recursive: true });
  for (const file of ["bunfig.toml", "deno.json"]) {
    cpSync(join(projectRoot(), file), join(root, file));
  }
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(root, script), STUB);
  for (const runtime of runtimes) {
    symlinkSync(
      join(projectRoot(), "node_modules", runtime),
      join(root, "node_modules", runtime),
    );
  }
  return root;
}

/** A PATH without a runtime. */
let path = "";
const node = spawnSync("node", ["-p", "process.execPath"], { encoding: "utf8" })
  .stdout?.trim();
const has = node &&
  existsSync(join(projectRoot(), "node_modules", "bun", "bin", "bun.exe"));

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly onStdout?: (text: string, child: ChildProcess) => void;
}

function launch(
  root: string,
  args: readonly string[],
  options: RunOptions = {},
) {
  const { cwd, env = {}, input, onStdout } = options;
  const child = spawn(node!, [join(root, "bin", "dialab.js"), ...args], {
    cwd,
    env: { ...process.env, PATH: path, ...env },
  });
  child.stdin.end(input ?? "");
  let stdout = "", stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    onStdout?.(text, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text) => stderr += text);
  return new Promise<
    {
      status: number | null;
      signal: string | null;
      stdout: string;
      stderr: string;
    }
  >((
    resolve,
  ) =>
    child.on(
      "close",
      (status, signal) => resolve({ status, signal, stdout, stderr }),
    )
  );
}

describe.skipIf(!has)("bin/dialab.js", () => {
  let root = "";
  beforeAll(() => {
    root = clone("clone", ["bun", "@deno"]);
    path = join(scratch, "path");
    mkdirSync(path);
  });
  const told = async (...args: Parameters<typeof launch>) => JSON.parse((await launch(...args)).stdout);

  test(
    "starts the clone's Bun with the words as they are, from any folder",
    async () => {
      const words = ["a b", "--x=1", "'", "*", "", "é"];
      expect(await told(root, words, { cwd: tmpdir() })).toMatchObject({
        runtime: "bun",
        args: words,
      });
    },
    SLOW,
  );

  test(
    "takes nothing of Bun's from the folder that the user is in",
    async () => {
      const cwd = join(scratch, "project");
      mkdirSync(cwd);
      writeFileSync(join(cwd, ".env"), "SECRET=other\n");
      writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./gone.ts"]\n');
      const { runtime, secret } = await told(root, [], { cwd });
      expect([runtime, secret]).toEqual(["bun", undefined]);
    },
    SLOW,
  );

  test("DIALAB_RUNTIME=deno starts Deno; another word is refused", async () => {
    expect(
      (await told(root, ["x"], {
        cwd: tmpdir(),
        env: { DIALAB_RUNTIME: "deno" },
      })).runtime,
    ).toBe(
      "deno",
    );
    const { status, stderr } = await launch(root, [], {
      env: { DIALAB_RUNTIME: "node" },
    });
    expect([status, stderr]).toEqual([
      2,
      "error: DIALAB_RUNTIME is bun or deno, not node.\n",
    ]);
  }, SLOW);

  test(
    "finds Bun where install scripts did not run, on the PATH, and else Deno",
    async () => {
      const bare = clone("bare", ["@deno"]);
      expect((await told(bare, [])).runtime).toBe("deno");
      // As the package bun is before its install script: a few words in the place of the program.
      mkdirSync(join(bare, "node_modules", "bun", "bin"), { recursive: true });
      writeFileSync(
        join(bare, "node_modules", "bun", "bin", "bun.exe"),
        "echo no",
        { mode: 0o755 },
      );
      expect((await told(bare, [])).runtime).toBe("deno");
      const bun = join(projectRoot(), "node_modules", "bun", "bin", "bun.exe");
      const folder = join(scratch, "with_bun");
      mkdirSync(folder);
      writeFileSync(join(folder, "bun"), `#!/bin/sh\nexec '${bun}' "$@"\n`, {
        mode: 0o755,
      });
      expect(
        (await told(bare, [], { env: { PATH: `${path}:${folder}` } })).runtime,
      ).toBe("bun");
      mkdirSync(join(bare, "node_modules", "@oven", "bun-here", "bin"), {
        recursive: true,
      });
      symlinkSync(
        bun,
        join(bare, "node_modules", "@oven", "bun-here", "bin", "bun"),
      );
      expect((await told(bare, [])).runtime).toBe("bun");
    },
    SLOW,
  );

  test("without any: says what is needed, exit 3", async () => {
    const none = clone("none", []);
    // What npx adds to the PATH is no other place.
    mkdirSync(join(none, "node_modules", ".bin"));
    writeFileSync(join(none, "node_modules", ".bin", "bun"), "", {
      mode: 0o755,
    });
    const { status, stdout, stderr } = await launch(none, [], {
      env: { PATH: join(none, "node_modules", ".bin") },
    });
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(
      /^error: dialab needs Bun or Deno and finds it neither in .* Run "npm ci" in .*\n$/,
    );
  }, SLOW);

  test("runs JavaScript that was packed beside it in Node itself", async () => {
    for (const script of ["scripts/dialab.js", "dist/scripts/dialab.js"]) {
      const packed = clone(`packed_${script.length}`, [], script);
      expect(await told(packed, ["x"])).toMatchObject({
        runtime: "node",
        args: ["x"],
      });
    }
  }, SLOW);

  test("hands on standard input, output and the exit code", async () => {
    const input = "x".repeat(1 << 20);
    expect((await launch(root, ["copy"], { input })).stdout.startsWith(input))
      .toBe(true);
    for (const code of [0, 1, 3, 141]) {
      expect((await launch(root, ["exit", `${code}`])).status).toBe(code);
    }
  }, SLOW);

  test.skipIf(process.platform === "win32").each(
    ["SIGTERM", "SIGKILL", "SIGINT"] as const,
  )(
    "ended by %s as its child is",
    async (signal) => {
      const { status, signal: by } = await launch(root, ["die", signal]);
      expect(by ?? status).toBe(
        by === null ? 128 + constants.signals[signal] : signal,
      );
    },
    SLOW,
  );

  test.skipIf(process.platform === "win32").each(
    ["SIGINT", "SIGTERM", "SIGHUP"] as const,
  )(
    "hands %s on, and waits for the answer",
    async (name) => {
      const { status, stdout } = await launch(root, ["wait"], {
        onStdout: (text, child) => void (text.includes("pid") && process.kill(child.pid!, name)),
      });
      expect([status, stdout.split("\n")[1]]).toEqual([77, name]);
    },
    SLOW,
  );

  test.skipIf(process.platform !== "linux")(
    "leaves nothing running when it is killed",
    async () => {
      let pid = 0;
      await launch(root, ["wait"], {
        onStdout(text, child) {
          pid = JSON.parse(text).pid;
          process.kill(child.pid!, "SIGKILL");
        },
      });
      for (let i = 0; i < 100 && isAlive(pid); i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(isAlive(pid)).toBe(false);
    },
    SLOW,
  );
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const npm = spawnSync("npm", ["--version"], { encoding: "utf8" }).status === 0;
test.skipIf(!npm || !has)(
  "npm ci links it without install scripts, a network or a HOME to write to",
  () => {
    const root = clone("installed", ["bun"]);
    rmSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(
      join(root, "package.json"),
      JSON.stringify({
        name: "dialab",
        type: "module",
        devDependencies: { "dialab-command": "file:bin" },
      }),
    );
    const home = join(scratch, "home");
    mkdirSync(home);
    const env = {
      ...process.env,
      HOME: home,
      npm_config_cache: join(home, ".npm"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
    };
    const run = (program: string, ...args: string[]) =>
      spawnSync(program, args, {
        cwd: root,
        env,
        encoding: "utf8",
        timeout: SLOW,
      });
    expect(
      run("npm", "install", "--package-lock-only", "--ignore-scripts").status,
    ).toBe(0);
    expect(run("npm", "ci", "--ignore-scripts").status).toBe(0);
    symlinkSync(
      join(projectRoot(), "node_modules", "bun"),
      join(root, "node_modules", "bun"),
    );
    expect(
      JSON.parse(run(join(root, "node_modules", ".bin", "dialab"), "x").stdout),
    ).toMatchObject({
      args: ["x"],
    });
    chmodSync(home, 0o555);
    expect(JSON.parse(run("npx", "dialab", "x", "-y").stdout)).toMatchObject({
      args: ["x", "-y"],
    });
  },
  SLOW,
);
