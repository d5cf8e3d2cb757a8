/**
 * Kills loaders at random samples and goes on with other numbers of ranks and workers; what was had must be the undisturbed epoch.
 *
 *     bun run scripts/kill_loader.ts [COUNT [SEED]]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { killLoaders } from "#tests/corpus/loaders/kill_loader.ts";

const told = (line: string) => void process.stdout.write(`${line}\n`);

if (import.meta.main) {
  const [count = 50, seed = 1] = process.argv.slice(2).map(Number);
  const scratch = mkdtempSync(join(tmpdir(), "dialab-kill-"));
  try {
    const { killed, differing } = await killLoaders({ scratch, count, seed });
    for (const line of differing) told(`differs: ${line}`);
    told(
      `${killed} processes were killed; ${
        count - differing.length
      } of ${count} epochs are the undisturbed one`,
    );
    process.exitCode = differing.length === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
