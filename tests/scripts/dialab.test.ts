/** `dialab`, the one command: what its first word means. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { dialabHelp } from "#scripts/cli/dialab_help.ts";
import { SUBCOMMANDS } from "#scripts/cli/subcommands.ts";
import { wrapped } from "#scripts/cli/wrapped.ts";
import { COMMANDS, runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-dialab-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const dialab = (...args: string[]) => runCommand("dialab", args, { cwd: scratch });

describe("the table of commands", () => {
  test("has every npm script, and no name that a recording could have", () => {
    const { scripts } = JSON.parse(
      readFileSync(join(projectRoot(), "package.json"), "utf8"),
    ) as {
      scripts: Record<string, string>;
    };
    const names = SUBCOMMANDS.map(({ name }) => name);
    const ofNpm = Object.entries(scripts).filter(([, line]) => line.startsWith("bun run scripts/"));
    expect(ofNpm.length).toBeGreaterThan(10);
    expect(names).toEqual(expect.arrayContaining(ofNpm.map(([name]) => name)));
    expect(names).toEqual(expect.arrayContaining([...COMMANDS]));
    expect(names.filter((name) => !/^[a-z][a-z-]*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(SUBCOMMANDS.map(({ name, load }) => [name, load] as const))(
    "%s is what it says",
    async (name, load) => {
      const { command } = await load();
      expect(command.help.split("\n")[1]).toMatch(
        new RegExp(`^    ${name} - `),
      );
    },
  );

  test.each([80, 60])(
    "its help fits a screen of 24 lines and %d columns, with the prompt",
    (columns) => {
      const page = dialabHelp();
      const lines = wrapped(page, columns).trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(23);
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      for (const { name } of SUBCOMMANDS) expect(page).toContain(name);
    },
  );
});

describe("the first word", () => {
  test("may be a command's other name", async () => {
    const { status, stdout } = await dialab("notebook", "--help");
    expect([status, stdout]).toEqual([0, (await dialab("notebooks", "--help")).stdout]);
    expect(stdout).toContain("init DIR");
  });

  test("nothing, or help: all commands", async () => {
    for (const args of [["--help"], ["-h"], ["help"], ["help", "--help"]]) {
      expect(await dialab(...args)).toEqual({
        status: 0,
        stdout: dialabHelp(),
        stderr: "",
      });
    }
    const { status, stderr } = await dialab();
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: Name a recording, or a command/),
    ]);
    expect((await dialab("--version")).stdout).toMatch(/^dialab \d+\.\d+\.\d+/);
  }, SLOW);

  test("a command: its page, by help and by --help, and its work", async () => {
    const page = (await runCommand("score", ["--help"])).stdout;
    expect((await dialab("help", "score")).stdout).toBe(page);
    expect((await dialab("score", "--help")).stdout).toBe(page);
    const truth = join(
      projectRoot(),
      "fixtures",
      "truth",
      "b_five_speakers.rttm",
    );
    const { status, stdout } = await dialab("score", truth, truth);
    expect([status, stdout]).toEqual([0, expect.stringContaining("DER")]);
  }, SLOW);

  test(
    "neither a command nor a file: the nearest command, exit 2",
    async () => {
      for (
        const [args, said] of [
          [
            ["driff", "a", "b"],
            "There is neither a command nor a file driff. Did you mean drift?",
          ],
          [["xylophone"], "There is neither a command nor a file xylophone."],
          [
            ["help", "paryti"],
            "There is no command paryti. Did you mean parity?",
          ],
          [["--versoin"], "Unknown option --versoin. Did you mean --version?"],
        ] as const
      ) {
        expect(await dialab(...args)).toEqual({
          status: 2,
          stdout: "",
          stderr: `error: ${said}\nTry --help.\n`,
        });
      }
    },
    SLOW,
  );

  test("a recording, a folder, a pattern or an option: diarize", async () => {
    const page = (await runCommand("diarize", ["--help"])).stdout;
    expect((await dialab("--preset", "own", "--help")).stdout).toBe(page);
    writeFileSync(join(scratch, "talk"), "no recording");
    mkdirSync(join(scratch, "talks"), { recursive: true });
    expect((await dialab("talk", "--help")).stdout).toBe(page);
    for (
      const [word, said] of [["gone.wav", /gone\.wav does not exist/], [
        "talks",
        /holds no recording/,
      ], [
        "*.mp3",
        /Nothing is called/,
      ]] as const
    ) {
      const { status, stderr } = await dialab(word, "--out", "out");
      expect([status, stderr]).toEqual([3, expect.stringMatching(said)]);
    }
  }, SLOW);

  test(
    "a file that is called as a command is the command, and a note says how to name it",
    async () => {
      writeFileSync(join(scratch, "score"), "");
      const { status, stderr } = await dialab("score");
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^note: score is a command here; the file of that name is dialab \.\/score\nerror: Needed are/,
      );
      expect((await dialab("./score", "--help")).stdout).toContain(
        "    diarize - ",
      );
    },
    SLOW,
  );
});
