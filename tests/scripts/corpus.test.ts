/** The corpus command: its subcommands, and what it refuses. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-corpus-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const corpus = (...args: string[]) => runCommand("corpus", args, { cwd: scratch });
const put = (name: string, text: string) => writeFileSync(join(scratch, name), text);

test("config: version and warnings as JSON, a table otherwise", async () => {
  put("pipeline_config.json", '{"noise_pool_window": 1, "max_clip_s": 600, "new_in_v9": true}');
  const { status, stdout, stderr } = await corpus("config", "pipeline_config.json", "--json");
  const said = 'pipeline_config.json: "new_in_v9" is no field and is ignored.';
  expect([status, stderr]).toEqual([0, `warning: ${said}\n`]);
  expect(JSON.parse(stdout)).toMatchObject({
    version: "b43d394f6e37",
    formerVersion: "0d19e22faca4",
    kind: "pipeline",
    warnings: [said],
  });
  const folder = await corpus("config", ".");
  expect(folder.stdout).toMatch(
    /^pipeline_config\.json: b43d394f6e37, formerly 0d19e22faca4\nsetting +value\n/,
  );
  expect(folder.stdout).toMatch(/^max_clip_s +600$/m);
  put("filters.json", '{"min_snr_db": 10, "required_labels": ["KCHI"]}');
  const filters = await corpus("config", "filters.json", "--json");
  expect(JSON.parse(filters.stdout)).toMatchObject({
    kind: "filter",
    config: { min_snr_db: 10 },
    warnings: [],
  });
}, SLOW);

test.each<[string[], number, RegExp]>([
  [[], 2, /^error: Name what to do: .*config.*\.\nTry --help/],
  [["confg"], 2, /not confg\. Did you mean config\?/],
  [["config"], 2, /config takes one file; given were 0/],
  [["config", "null.json"], 1, /^error: null\.json: vtc_checkpoint is null: text is needed\.\n$/],
  [["config", "bad.json", "--json"], 1, /^error: bad\.json is no JSON: /],
  [["config", "no such.json"], 3, /^error: no such\.json: does not exist/],
  [["config", "null.json", "--kind", "shard"], 2, /--kind is pipeline or filter or dataset, not shard/],
])("%j: exit %d", async (args, code, said) => {
  put("null.json", '{"vtc_checkpoint": null}');
  put("bad.json", '{"vad_threshold": 0.5,');
  const { status, stdout, stderr } = await corpus(...args);
  expect([status, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(said);
}, SLOW);
