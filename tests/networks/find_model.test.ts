import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findModel, ModelNotFoundError } from "#lib/networks/find_model.ts";
import { foundTogether } from "#lib/networks/found_together.ts";
import { modelCard, modelCards, modelCardSchema } from "#lib/networks/model_cards.ts";
import { describeWith, model } from "../harness/shared_data.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "dialab-models-"))));
afterAll(() => rm(folder, { recursive: true }));

async function put(place: string, file: string, text: string): Promise<string> {
  const path = join(folder, place, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return join(folder, place);
}

describe("the cards", () => {
  test("have sums, files and names of their own", () => {
    const cards = modelCards();
    expect(cards.length).toBeGreaterThan(6);
    for (const key of ["name", "file", "sha256"] as const) {
      expect(new Set(cards.map((card) => card[key])).size).toBe(cards.length);
    }
  });

  test("refuse paths that leave their folder, and what they do not know", () => {
    const card = modelCard("thinresnet");
    for (
      const wrong of [{ file: "../x.onnx" }, { file: "/x.onnx" }, { sha256: "12" }, { licence: "" }, {
        size: 3,
      }]
    ) {
      expect(modelCardSchema.safeParse({ ...card, ...wrong }).success).toBe(false);
    }
  });
});

describe("finding a model", () => {
  test("that is in no place tells where it was looked for and how to get it", async () => {
    const places = [{ path: join(folder, "a"), origin: "flag" }, {
      path: join(folder, "b"),
      origin: "cache",
    }];
    await expect(findModel("segmentation-3.0", { places })).rejects.toThrow(
      /no segmentation-3\.0\.onnx or segmentation-3\.0\.from-fp16\.onnx in .*a \(flag\), .*b \(cache\)\. Fetch it: npx dialab fetch models segmentation-3\.0; or .*sha256 057ee564/,
    );
    await expect(findModel("thinresnet", { places })).rejects.toThrow(
      /not published; put it there as thinresnet_voxceleb2_64d\.onnx/,
    );
    await expect(findModel("nonsense", { places })).rejects.toThrow(/No model is called nonsense/);
  });

  test("tells of several that are missing in one error, and says which of them cannot be had", async () => {
    const places = [{ path: join(folder, "a"), origin: "flag" }];
    const names = ["segmentation-3.0", "thinresnet", "plda", "plda-xvec-transform"];
    const error = await foundTogether(names.map((name) => findModel(name, { places }))).catch((e) => e);
    expect(error).toBeInstanceOf(ModelNotFoundError);
    expect(error.missing.map(({ card }: { card: { name: string } }) => card.name)).toEqual(names);
    expect(error.message).toBe(
      "4 files of weights were not found: no segmentation-3.0.onnx or segmentation-3.0.from-fp16.onnx, " +
        "thinresnet_voxceleb2_64d.onnx, plda/plda.npz, plda/xvec_transform.npz in " +
        `${places[0].path} (flag). ` +
        "thinresnet cannot be had, as it is not published: take the preset own or hybrid, or weights of your own. Where to put each by hand: " +
        "npx dialab fetch models segmentation-3.0 plda plda-xvec-transform thinresnet --offline.",
    );
    const unknown = foundTogether([findModel("plda", { places }), findModel("nonsense", { places })]);
    await expect(unknown).rejects.toThrow(/No model is called nonsense/);
  });

  test("refuses another checksum, but not in the user's own folder, where it says so", async () => {
    const path = await put("other", "thinresnet_voxceleb2_64d.onnx", "another export");
    await expect(findModel("thinresnet", { places: [{ path, origin: "cache" }] })).rejects.toThrow(
      /its sha256 is .* \(14 bytes\)/,
    );
    const found = await findModel("thinresnet", { places: [{ path, origin: "DIALAB_MODELS" }] });
    expect(found.verified).toBe(false);
  });

  test("refuses a folder of that name", async () => {
    const path = await put("folders", "thinresnet_voxceleb2_64d.onnx/x", "");
    await expect(findModel("thinresnet", { places: [{ path, origin: "flag" }] })).rejects.toThrow(
      /not a file/,
    );
  });
});

describeWith("finding a real model", model("thinresnet_voxceleb2_64d.onnx"), (path) => {
  test("takes the first place that has it, and an alternative where there is only that", async () => {
    const places = [{ path: join(folder, "nothing"), origin: "flag" }, {
      path: dirname(path),
      origin: "shared",
    }];
    const found = await findModel("thinresnet", { places });
    expect([found.path, found.verified, found.card.name]).toEqual([path, true, "thinresnet"]);
    const other = await findModel("segmentation-3.0", { places: [places[1]] });
    expect(["segmentation-3.0", "segmentation-3.0.from-fp16"]).toContain(other.card.name);
    expect(other.verified).toBe(true);
  });
});
