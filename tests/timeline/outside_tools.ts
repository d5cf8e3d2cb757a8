/** Other people's programs that read our files: a test that needs one is skipped, with the reason, where it is not installed. */
import { test } from "bun:test";
import { spawnSync } from "node:child_process";

/** Runs a program with arguments; what it printed, or an error with what it complained of. */
export type Run = (args: readonly string[]) => string;

/** A test that gets to run a program, if it is there. */
export function testWith(program: string, title: string, body: (run: Run) => void | Promise<void>): void {
  if (spawnSync(program, ["--version"]).error !== undefined) {
    return test.skip(`${title} (skipped: ${program} is not installed)`, () => {});
  }
  test(title, () =>
    body((args) => {
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
      if (status !== 0 || stderr !== "") throw new Error(`${program} ${args.join(" ")}: ${status} ${stderr}`);
      return stdout;
    }));
}
