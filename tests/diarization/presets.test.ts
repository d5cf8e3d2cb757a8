/** The presets: as data, and the two with real weights against human references. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import process from "node:process";
import { diarize } from "#lib/diarization/diarize.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { presetNamed, PRESETS } from "#lib/diarization/presets.ts";
import { aggregate } from "#lib/metrics/aggregate.ts";
import { scoreFile } from "#lib/metrics/score_file.ts";
import { modelCard } from "#lib/networks/model_cards.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import { readUem } from "#lib/timeline/uem.ts";
import { describeWith, fixture, model } from "../harness/shared_data.ts";

const CLIPS = ["trn01", "trn02", "trn03", "trn04", "trn05", "trn06"];
/** Milliseconds that six clips may take on a busy machine. */
const SLOW = 300_000;

describe("presets", () => {
  test.each(Object.keys(PRESETS))("%s is of known networks and sound options", (name) => {
    const preset = presetNamed(name);
    expect(preset.name).toBe(name);
    expect(modelCard(preset.segmentation).kind).toBe("segmentation");
    const kind = preset.embedding.kind === "masked" ? "masked-embedding" : "window-embedding";
    expect(modelCard(preset.embedding.model).kind).toBe(kind);
    expect(preset.plda === undefined).toBe(preset.clustering === "ahc");
    for (const card of Object.values(preset.plda ?? {})) expect(modelCard(card).kind).toBe("plda");
    expect(() => parseOptions(preset.options)).not.toThrow();
  });

  test("community-1 has pyannote's settings, which are the defaults", () => {
    expect(parseOptions(presetNamed("community-1").options)).toEqual(parseOptions());
  });

  test("community-1 decides on frames as pyannote does", () => {
    expect(parseOptions(presetNamed("community-1").options).segmentation.speechThreshold).toBe(null);
  });

  test.each(["", "Compact", "constructor", "__proto__"])("there is none called %j", (name) => {
    expect(() => presetNamed(name)).toThrow("There is no preset");
  });
});

describeWith(
  "on the six AMI excerpts",
  model("segmentation-3.0.from-fp16.onnx") && model("thinresnet_voxceleb2_64d.onnx") && fixture("ami"),
  (folder) => {
    // Measured: compact 17.87 %, own 24.83 %, hybrid 20.47 %; the segmentation-3.0 alone, with every slot named by the
    // reference, costs 16.7 % as pyannote decides on its frames.
    // On trn05 and trn06 the card of dialab's own weights has 13.2, 21.1 and 13.2 %.
    const measured = [["own", 0.2486, 0.216], ["compact", 0.179, 0.137], ["hybrid", 0.205, 0.137]] as const;
    // The networks are the same file and the same library in both runtimes: Deno scores one preset.
    test.each("Deno" in globalThis ? measured.slice(0, 1) : [...measured])(
      "%s is at most %d from the human references, %d on trn05 and trn06",
      async (preset, most, mostOnTwo) => {
        await using diarizer = await Diarizer.open({ preset });
        const scores = await Promise.all(CLIPS.map(async (uri) => {
          const { annotation } = await diarize(join(folder, `${uri}.wav`), { diarizer });
          const [reference] = (await readRttm(join(folder, `${uri}.rttm`))).values();
          const [uem] = (await readUem(join(folder, `${uri}.uem`))).values();
          return scoreFile(reference, annotation, { uri, uem });
        }));
        const { der, missed, falseAlarm, confusion, total } = aggregate(scores).diarization;
        const parts = [missed, falseAlarm, confusion].map((x) => `${(100 * x / total).toFixed(2)} %`).join(
          ", ",
        );
        process.stderr.write(
          `${preset}: DER ${(100 * der).toFixed(2)} % (missed, false alarm, confusion: ${parts})\n`,
        );
        expect(total).toBeGreaterThan(60);
        expect(der).toBeLessThanOrEqual(most);
        expect(aggregate(scores.slice(4)).diarization.der).toBeLessThanOrEqual(mostOnTwo);
      },
      SLOW,
    );
  },
);
