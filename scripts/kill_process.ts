/**
 * Kills `dialab process` at random points and goes on each time; every end must have the bytes of a run that nobody disturbed.
 *
 *     bun run scripts/kill_process.ts [COUNT [SEED]]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { killAtRandom } from "#tests/corpus/processors/kill_process.ts";
import { makeRecordings } from "#tests/corpus/processors/made_recordings.ts";

const told = (line: string) => void process.stdout.write(`${line}\n`);

if (import.meta.main) {
  const [count = 50, seed = 1] = process.argv.slice(2).map(Number);
  const scratch = mkdtempSync(join(tmpdir(), "dialab-kill-"));
  try {
    const list = await makeRecordings(join(scratch, "in"));
    const { killed, leftFiles, differing } = await killAtRandom(list, { scratch, count, seed });
    const [least, most] = [Math.min(...leftFiles), Math.max(...leftFiles)];
    told(`${killed} of ${count} kills met a running process; they left ${least} to ${most} files`);
    for (const line of differing) told(`differs: ${line}`);
    told(`${count - differing.length} of ${count} ends are those of an undisturbed run`);
    process.exitCode = differing.length === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
