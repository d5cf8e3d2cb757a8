/** `drift --html` as users run it. */
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const folder = mkdtempSync(join(tmpdir(), "dialab-drift-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("drift --html writes what it prints, with the turns of both and how to make it again", () => {
  const root = projectRoot(), page = join(folder, "drift.html");
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    ...[...runtime, join(root, "scripts", "drift.ts"), "a_two_speakers", "?ahc.threshold=1.9", "--bisect"],
    ...["--captures", join(root, "fixtures", "captures"), "--html", page],
  ], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  expect([status, stderr]).toEqual([1, ""]);
  const text = readFileSync(page, "utf8");
  const main = text.slice(text.indexOf("<main"), text.indexOf("</main>")).replace(/src="[^"]*"/g, "");
  const der = stdout.match(/DER +(\d+\.\d\d)/)?.[1] ?? stdout;
  expect(main).toMatch(new RegExp(`Other turns: DER ${der}\\s%`));
  expect(main).toMatch(/<th [^>]*class="bad">.*ahc: this one<\/th>/);
  expect(main).toContain("Choose the recording to listen"); // the capture has no clip
  expect(main).toMatch(
    /scripts\/drift\.ts a_two_speakers &#39;\?ahc\.threshold=1\.9&#39; --bisect .*<\/code>/,
  );
}, 120_000);
