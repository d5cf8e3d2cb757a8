/** `dialab completion`: what real shells make of its scripts. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FORMATS } from "#scripts/diarize/outputs.ts";
import { runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-completion-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const has = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** How a shell is asked what it offers behind the words, the last of which is being written. */
const ASK: Record<string, (words: readonly string[], script: string) => readonly string[]> = {
  bash: (words, script) => [
    "-c",
    `source '${script}'; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _dialab; printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    ...words,
  ],
  // compadd stands for what would be offered, _files for files.
  zsh: (words, script) => [
    "-fc",
    `compdef() { :; }; compadd() { [[ $1 == -- ]] && shift; print -l -- "$@"; }; _files() { print -l -- *(N); }
     source '${script}'; script_words=("$@"); words=("$@"); CURRENT=$#; _dialab | grep -e "^\${words[CURRENT]}" || :`,
    "zsh",
    ...words,
  ],
  fish: (
    words,
    script,
  ) => ["-c", `source '${script}'; complete -C '${words.join(" ")}' | string replace -r '\\t.*' ''; true`],
};

describe.each(Object.keys(ASK))("%s", (shell) => {
  const script = join(scratch, shell);
  beforeAll(async () => {
    const { status, stdout } = await runCommand("dialab", ["completion", shell]);
    expect(status).toBe(0);
    writeFileSync(script, stdout);
    writeFileSync(join(scratch, "drum.wav"), "");
  }, { timeout: SLOW });

  const offered = (...words: string[]) => {
    const { stdout, stderr, status } = spawnSync(shell, ASK[shell](["dialab", ...words], script), {
      cwd: scratch,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout.split("\n").filter(Boolean).sort();
  };

  test.skipIf(!has(shell))("offers commands, recordings, options and their words", () => {
    expect(offered("dr")).toEqual(expect.arrayContaining(["drift", "drum.wav"]));
    expect(offered("pa")).toEqual(["parity"]);
    expect(offered("drift", "--bis")).toEqual(["--bisect"]);
    expect(offered("score", "--collar-")).toEqual(["--collar-kind"]);
    expect(offered("drum.wav", "--num")).toEqual(["--num-speakers"]);
    expect(offered("--pres")).toEqual(["--preset"]);
    expect(offered("drum.wav", "--preset", "co")).toEqual(["community-1", "compact"]);
    expect(offered("diarize", "--format", "")).toEqual(expect.arrayContaining([...FORMATS]));
    expect(offered("parity", "--backend", "w")).toEqual(["wasm", "webgpu"]);
    expect(offered("completion", "z")).toEqual(["zsh"]);
    expect(offered("help", "par")).toEqual(["parity"]);
  }, SLOW);
});
