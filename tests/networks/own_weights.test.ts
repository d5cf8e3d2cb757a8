/** dialab's own weights beside torch: what models/own/reference.npz says that they give, on the CPU and by onnxruntime's WebGPU. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
import { fileSha256 } from "#lib/networks/file_sha256.ts";
import { modelCards } from "#lib/networks/model_cards.ts";
import { projectRoot } from "#lib/places/places.ts";
import { type OwnWeightsErrors, ownWeightsErrors } from "./own_weights_errors.ts";

const SLOW_MS = 240_000;

/** Measured: CPU 7.7e-4 of logits up to 20 (float32 LSTMs), 1.0e-6; SwiftShader alike. Torch's own float32 differs by as much. */
function expectThem({ logits, shortLogits, classes, embedding, features }: OwnWeightsErrors): void {
  expect(logits).toBeLessThan(1e-3);
  expect(shortLogits).toBeLessThan(1e-3);
  expect(classes).toBe(0);
  expect(embedding).toBeLessThan(1e-5);
  expect(features).toBeLessThan(1e-4);
}

describe("dialab's own weights", () => {
  const cards = modelCards().filter(({ file }) => file.startsWith("own/"));

  test.each(cards.map(({ file, sha256 }) => [file, sha256] as const))(
    "%s is the file of its card",
    async (file, sha256) => {
      expect(await fileSha256(join(projectRoot(), "models", file))).toBe(sha256);
    },
  );

  test("there are four of them", () => expect(cards.length).toBe(4));

  test("give torch's logits, embeddings and features on the CPU", async () => {
    expectThem(await ownWeightsErrors("cpu"));
  }, SLOW_MS);

  const manifest = softwareAdapterManifest("swiftshader");
  const required = (process.env.DIALAB_REQUIRE ?? "").includes("webgpu");
  test.skipIf(manifest === undefined && !required)("give them by onnxruntime's WebGPU", () => {
    // In a process of its own: the loader reads its list of drivers once.
    const inDeno = "Deno" in globalThis;
    const child = spawnSync(
      process.execPath,
      [
        ...(inDeno ? ["run", "-A", "--no-check"] : ["run"]),
        join(projectRoot(), "tests/networks/own_weights_errors.ts"),
        "webgpu",
      ],
      { encoding: "utf8", cwd: projectRoot(), env: { ...process.env, VK_ICD_FILENAMES: manifest } },
    );
    expect({ status: child.status, stderr: child.status === 0 ? "" : child.stderr }).toEqual({
      status: 0,
      stderr: "",
    });
    expectThem(JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "") as OwnWeightsErrors);
  }, SLOW_MS);
});
