/** The doctor as users run it. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const script = join(projectRoot(), "scripts", "doctor.ts");
const own = join(projectRoot(), "fixtures");
const scratch = mkdtempSync(join(tmpdir(), "dialab-doctor-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A PATH on which nothing is: to ask Python, Jupyter and ffmpeg takes longer than all else. */
const ALONE = { PATH: join(scratch, "no programs") };

function doctor(env: Record<string, string>, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...env },
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

interface Findings {
  environment: { dialab: string; runtime: string };
  wasm: Record<string, boolean>;
  backends: { backend: string; usable: boolean; detail: string }[];
  programs: { program: string; found?: string }[];
  captures: { name: string; folder: string; files: string; damaged: string[] }[];
  weights: { path: string; sha256: string }[];
}

describe("doctor", () => {
  test("tells runtime, backends, captures and weights with their checksums", () => {
    const { status, stdout } = doctor({}, "--json");
    expect(status).toBe(0);
    const findings = JSON.parse(stdout) as Findings;
    expect(findings.environment.runtime).toMatch(/^(bun|deno) \d/);
    expect(findings.wasm.simd).toBe(true);
    expect(findings.backends.map(({ backend }) => backend)).toEqual(["scalar", "wasm", "webgpu"]);
    expect(findings.backends[1].usable).toBe(true);
    expect(findings.captures.find(({ name }) => name === "a_two_speakers")?.files).toBe("sound");
    const weights = findings.weights.find(({ path }) => path === join(own, "models", "plda", "plda.npz"))!;
    const bytes = readFileSync(weights.path);
    expect(weights.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  }, 120_000);

  test(
    "lists each file of weights once, under the place where it lies, though one place lies in another",
    () => {
      const nested = doctor({ ...ALONE, DIALAB_MODELS: join(own, "models", "plda") }).stdout;
      expect(nested).toMatch(/\n {2}DIALAB_MODELS\n {4}[0-9a-f]{16} {2}plda\.npz\n/);
      const [, count, list] = nested.match(/\nWeights \((\d+)\)\n(.*)$/s)!;
      expect(list.match(/^ {4}[0-9a-f]{16} {2}/gm)!.length).toBe(Number(count));
    },
    120_000,
  );

  test("finds programs, or says that they are not there", () => {
    const program = (env: Record<string, string>) =>
      (JSON.parse(doctor(env, "--json").stdout) as Findings).programs.find(({ program }) =>
        program === "chromium"
      );
    expect(program({ ...ALONE, DIALAB_CHROMIUM: script })?.found).toBe(script);
    expect(program({ ...ALONE, DIALAB_CHROMIUM: join(scratch, "nowhere") })).not.toHaveProperty("found");
  }, 120_000);

  test.skipIf(process.platform === "win32")("tells a Jupyter without Lab and Notebook from none", () => {
    const bin = join(scratch, "bin");
    mkdirSync(bin);
    const jupyter = (env: Record<string, string>) =>
      (JSON.parse(doctor(env, "--json").stdout) as Findings).programs.find(({ program }) =>
        program === "jupyter"
      );
    expect(jupyter({ PATH: bin })).not.toHaveProperty("found");
    writeFileSync(join(bin, "jupyter"), '#!/bin/sh\n[ "$1" = --version ]\n', { mode: 0o755 });
    expect(jupyter({ PATH: bin })?.found).toBe("jupyter, no lab nor notebook");
  }, 120_000);

  test("finds a damaged capture, exit 1", () => {
    cpSync(join(own, "captures", "a_two_speakers"), join(scratch, "captures", "hurt"), { recursive: true });
    const file = join(scratch, "captures", "hurt", "vbx_state.npz");
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(file, bytes);
    const { status, stdout } = doctor({ ...ALONE, DIALAB_FIXTURES: scratch });
    expect(status).toBe(1);
    expect(stdout).toMatch(/hurt +damaged: vbx_state\.npz/);
  }, 120_000);

  test("refuses arguments, exit 2", () => {
    const { status, stderr } = doctor(ALONE, "heal");
    expect([status, stderr]).toEqual([2, "error: doctor takes no arguments; heal was given.\nTry --help.\n"]);
  }, 120_000);
});
