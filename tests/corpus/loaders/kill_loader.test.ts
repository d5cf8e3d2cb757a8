import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killLoaders } from "./kill_loader.ts";

// scripts/kill_loader.ts does it fifty times.
test(
  "loaders that are killed and gone on with by other ranks and workers have the undisturbed epoch",
  async () => {
    const scratch = mkdtempSync(join(tmpdir(), "dialab-kill-"));
    try {
      const { killed, differing } = await killLoaders({ scratch, count: 3, seed: 2 });
      expect(differing).toEqual([]);
      expect(killed).toBeGreaterThan(3);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
  120_000,
);
