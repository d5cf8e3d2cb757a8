/** Names of files that no terminal should see as they are. */
import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemFault } from "#lib/audio/open_file.ts";
import { messageOf } from "#scripts/cli/tell_error.ts";
import { Progress } from "#scripts/diarize/progress.ts";
import { findRecordings } from "#scripts/diarize/find_recordings.ts";
import { say } from "#scripts/cli/say.ts";
import process from "node:process";

const NAME = "esc\x1b[31mred\x07\u202egpj.wav";
const SHOWN = "esc\\u{1b}[31mred\\u{7}\\u{202e}gpj.wav";

test.each([true, false])("progress shows them escaped (a terminal: %s)", (isTTY) => {
  let seen = "";
  const progress = new Progress({ isTTY, columns: 200, rows: 20, write: (text) => void (seen += text) });
  progress.at(NAME, "segmentation", 1, 2);
  progress.line(`${NAME}: warning: odd`);
  progress.done(NAME, "done");
  progress.end();
  expect(seen).toContain(SHOWN);
  expect(seen).not.toContain("\x1b[31m");
  expect([seen.includes("\x07"), seen.includes("\u202e")]).toEqual([false, false]);
});

test("messages show them escaped", () => {
  const write = process.stderr.write;
  let seen = "";
  process.stderr.write = ((text: string) => !!(seen += text)) as typeof write;
  try {
    say("warning", `${NAME} is odd`);
  } finally {
    process.stderr.write = write;
  }
  expect(seen.replace(/\s+/g, " ")).toBe(`warning: ${SHOWN} is odd `);
});

test.skipIf(process.platform !== "linux")("a name that is no UTF-8 is told as such", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dialab-"));
  try {
    // By the shell: Deno's own functions would make a name with U+FFFD in it.
    execFileSync("sh", ["-c", 'printf x >"$0/bad$(printf "\\377").wav"', folder]);
    const path = join(folder, "bad\ufffd.wav");
    const error = Object.assign(new Error("ENOENT"), { code: "ENOENT", path });
    const told = `${path}: cannot be opened: its name is no UTF-8; rename it`;
    expect([systemFault(error, path).message, messageOf(error)]).toEqual([told, told]);
    await expect(findRecordings([folder])).rejects.toThrow(/a name is no UTF-8; rename the file/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
