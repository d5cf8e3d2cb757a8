/** The handed cases of captures, as their `expected.md` say; the same kinds on the project's own inputs are tested beside. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseNpz, readNpz } from "#lib/arrays/mod.ts";
import { projectRoot } from "#lib/places/places.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";
import { runCommand } from "./command.ts";

const SLOW = 300_000;
const root = mkdtempSync(join(tmpdir(), "dialab-cases-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const command = (name: string, ...args: string[]) => runCommand(name, args, { cwd: root });

describeWith("npz-half-and-foreign-members", fixture("cases/npz-half-and-foreign-members"), (folder) => {
  test.each(["half", "with_object", "with_bytes", "with_record", "with_readme", "bytes_behind"])(
    "%s.npz: embeddings have the shape [2, 3, 8]",
    async (name) => {
      const path = join(folder, `${name}.npz`);
      const warn = () => {};
      expect((await readNpz(path, { warn })).embeddings.shape).toEqual([2, 3, 8]);
      expect((await parseNpz(readFileSync(path), { warn })).embeddings.dtype).toBe("f4");
    },
  );
});

describeWith("capture-one-bad-of-many", fixture("cases/capture-one-bad-of-many/captures"), (folder) => {
  test("the good one is shown, the others are named with what is wrong with them, exit 1", async () => {
    const { status, stdout, stderr } = await command("parity", "--captures", folder);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^good +2 +2 /m);
    expect(stderr).toMatch(/^error: capture zero_embedding: the embedding of chunk 1, slot 0 is all zero/m);
    expect(stderr).toMatch(/^warning: capture object_member: .*array "info": pickled: .* passed over$/m);
  }, SLOW);
});

const networks = model("segmentation-3.0.from-fp16.onnx") && model("thinresnet_voxceleb2_64d.onnx");
describeWith(
  "capture-of-own-dump",
  networks && fixture("cases/capture-of-own-dump/two_voices.opus"),
  (recording) => {
    describe.each([
      ["compact", []],
      ["compact", ["--exclusive", "--min-speakers", "3"]],
      ["hybrid", ["--num-speakers", "1"]],
      ["hybrid", ["--num-speakers", "20"]],
    ])("%s %j", (preset, hints) => {
      test("is dumped, and replays to parity and without drift", async () => {
        const out = join(root, `${preset}${hints.join("")}`);
        const dumped = await command(
          "diarize",
          recording,
          "--preset",
          preset,
          ...hints,
          "--dump",
          "all",
          "--out",
          out,
        );
        expect(dumped.status).toBe(0);
        const capture = join(out, "captures", "two_voices");
        const { status, stdout } = await command("parity", "--captures", capture);
        expect(stdout).toContain("parity: 1 of 1 capture identical");
        expect(status).toBe(0);
        expect((await command("drift", capture)).status).toBe(0);
      }, SLOW);
    });

    test("its PLDA is found by its sums, even where --models names a folder with another", async () => {
      const out = join(root, "elsewhere");
      await command("diarize", recording, "--preset", "hybrid", "--dump", "plda", "--out", out);
      const models = join(projectRoot(), "fixtures", "models");
      const { status, stdout, stderr } = await command(
        "parity",
        "--captures",
        join(out, "captures"),
        "--models",
        models,
      );
      expect(stdout).toContain("parity: 1 of 1 capture identical");
      expect([status, stderr]).toEqual([0, ""]);
    }, SLOW);
  },
);
