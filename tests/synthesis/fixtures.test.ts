/** The committed fixtures are what the scripts make, and the comparison that says so can fail. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { findPython } from "#scripts/cli/python.ts";
import { projectRoot } from "#lib/places/places.ts";

const FIXTURES = join(projectRoot(), "fixtures");

function run(executable: string, args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(executable, args, { cwd: projectRoot(), encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

const runtime = "deno" in process.versions ? ["run", "-A"] : ["run"];
const python = findPython(["numpy", "scipy"]);

describe("fixtures/", () => {
  test("take less than 2 MB", () => {
    const files = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).map((path) =>
      statSync(join(FIXTURES, path))
    );
    const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    expect(bytes).toBeLessThan(2e6);
    expect(bytes).toBeGreaterThan(1e5);
  });
});

if (python === undefined && !process.env.CI) {
  test.skip("fixtures against numpy and SciPy (skipped: python3 with numpy and scipy not found)", () => {});
} else {
  describe("fixtures against numpy and SciPy", () => {
    let copy = "";
    beforeAll(() => {
      copy = mkdtempSync(join(tmpdir(), "dialab-fixtures-"));
      cpSync(join(FIXTURES, "captures", "a_two_speakers"), join(copy, "a"), { recursive: true });
    });
    afterAll(() => rmSync(copy, { recursive: true }));

    const check = () => {
      const script = join(FIXTURES, "expected_values.py");
      return run(python ?? "python3", [
        script,
        "check",
        join(copy, "a"),
        "--models",
        join(FIXTURES, "models"),
      ]);
    };

    test("make_fixtures.ts --check finds no difference", () => {
      const { status, output } = run(process.execPath, [...runtime, "scripts/make_fixtures.ts", "--check"]);
      expect(`${status} ${status === 0 ? "" : output}`).toBe("0 ");
      expect(output).not.toContain("FAIL");
    });

    test("an untouched copy passes", () => expect(check().status).toBe(0));

    test("a responsibility off by 1e-9 is found, and so is the changed file", async () => {
      const path = join(copy, "a", "vbx_state.npz");
      const before = readFileSync(path);
      const arrays = await readNpz(path);
      if (arrays.q_final.dtype !== "f8") throw new TypeError("q_final is not f8");
      arrays.q_final.data[0] += 1e-9;
      await writeNpz(path, arrays);
      const { status, output } = check();
      writeFileSync(path, before);
      expect(status).toBe(1);
      expect(output).toMatch(/FAIL q_final/);
      expect(output).toMatch(/FAIL sha256 of vbx_state.npz/);
    });

    test("a turn a millisecond longer is found", () => {
      const path = join(copy, "a", "reference.rttm");
      const before = readFileSync(path, "utf8");
      writeFileSync(
        path,
        before.replace(/ (\d+\.\d\d)(\d) <NA>/, (_, kept, last) => ` ${kept}${(Number(last) + 1) % 10} <NA>`),
      );
      const { status, output } = check();
      writeFileSync(path, before);
      expect(status).toBe(1);
      expect(output).toMatch(/FAIL reference.rttm \(25 lines\) +1\n/);
    });
  });
}
