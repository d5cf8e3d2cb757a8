/** Settings that there are not are refused, not passed over. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { assertSettings } from "#lib/diarization/assert_settings.ts";
import { diarize } from "#lib/diarization/diarize.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { duplicateKey } from "#lib/language/duplicate_key.ts";
import { projectRoot } from "#lib/places/places.ts";

const recording = join(projectRoot(), "fixtures", "conversation", "repair_day.flac");

describe("settings of diarize", () => {
  test.each<[object, string]>([
    [
      { numSpeakers: 1 },
      'There is no setting "numSpeakers"; it is options: { hints: { numSpeakers: ... } }.',
    ],
    [
      { num_speakers: 1 },
      'There is no setting "num_speakers"; it is options: { hints: { numSpeakers: ... } }.',
    ],
    [{ hints: { numSpeakers: 1 } }, 'There is no setting "hints"; it is options: { hints: ... }.'],
    [{ chanel: 3 }, 'There is no setting "chanel"; did you mean "channel"?'],
    [{ presett: "own" }, 'There is no setting "presett"; did you mean "preset"?'],
    [{ batch_size: 3 }, 'There is no setting "batch_size"; did you mean "batchSize"?'],
    [{ wholly: 3 }, 'There is no setting "wholly"; there are preset, options, '],
  ])("%j is refused, with what was meant", async (settings, message) => {
    expect(() => assertSettings(settings)).toThrow(message);
    await expect(diarize(recording, settings)).rejects.toThrow(message);
    await expect(Diarizer.open(settings)).rejects.toThrow(message);
  });

  test("all that there are pass", () => {
    const { signal } = new AbortController();
    assertSettings({
      ...{ preset: "own", options: {}, models: ".", embeddingModel: "x", provider: "cpu", workers: 0 },
      ...{
        batchSize: 1,
        compute: undefined,
        uri: "a",
        channel: 0,
        hook: () => {},
        signal,
        diarizer: undefined,
      },
    });
  });

  test("samples in place of a file are told in a line", async () => {
    const error = await diarize(new Float32Array(9) as never).catch((error: Error) => error);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toBe(
      "diarize takes a file's path, not Float32Array; samples become a file by writeWav.",
    );
  });

  test("a folder without any of the weights is told, and others are taken", async () => {
    await using diarizer = await Diarizer.open({
      preset: "own",
      models: join(projectRoot(), "models", "own"),
    });
    expect(diarizer.warnings).toEqual([
      expect.stringMatching(
        /models.own has none of the weights that are needed \(own\/segmentation-own\.onnx, .*\); others were taken\.$/,
      ),
    ]);
    await using other = await Diarizer.open({ preset: "own", models: join(projectRoot(), "models") });
    expect(other.warnings).toEqual([]);
  });
});

describe("keys of JSON that stand twice", () => {
  test.each<[string, string | undefined]>([
    ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', undefined],
    ['{"a":1,"a":2}', "a"],
    ['{"a":{"b":[1,{"c":1}],"d":{"e":1,"e":2}}}', "a.d.e"],
    ['{"a":[{"b":1,"b":2}]}', "a.b"],
    ['{"a":"{\\"a\\":1,\\"a\\":2}","b":"x: \\"b\\":"}', undefined],
    ['{"\\u0061":1,"a":2}', "a"],
    ['{"a" : 1, "a"\n:2}', "a"],
    ["[]", undefined],
    ["3", undefined],
  ])("%s", (json, key) => {
    expect(duplicateKey(json)).toBe(key);
  });
});
