/** Hints that cannot be met: a result all the same, and a warning that says what was asked for. */
import { describe, expect, test } from "bun:test";
import type { SpeakerHints } from "#lib/clustering/speaker_hints.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { conversation } from "./conversation.ts";

async function diarized(hints: SpeakerHints, chunks?: number, same = false) {
  const { given, models, uri } = await conversation("a_two_speakers");
  const cut = (array: typeof given.embeddings) => {
    const [all, ...rest] = array.shape;
    const count = Math.min(all, chunks ?? all);
    const size = rest.reduce((product, side) => product * side, 1);
    return { ...array, shape: [count, ...rest], data: array.data.slice(0, count * size) };
  };
  const embeddings = cut(given.embeddings);
  // Every slot that has an embedding gets the first one's.
  if (same) {
    const D = embeddings.shape[2];
    const first = embeddings.data.findIndex((value) => !Number.isNaN(value));
    const one = embeddings.data.slice(first, first + D);
    for (let at = 0; at < embeddings.data.length; at += D) {
      if (!Number.isNaN(embeddings.data[at])) embeddings.data.set(one, at);
    }
  }
  const inputs = { segmentations: cut(given.segmentations), embeddings };
  const { artefacts, warnings } = await runStages(COMMUNITY_1, inputs, { models, uri, options: { hints } });
  const rows = artefacts.training!.chunkIndex.length;
  return { warnings, rows, speakers: artefacts.diarization!.labels().length, kmeans: artefacts.kmeansLabels };
}

describe("hints and what comes of them", () => {
  test("no hint, and one that is met: no warning", async () => {
    expect((await diarized({})).warnings).toEqual([]);
    expect(await diarized({ numSpeakers: 2 })).toMatchObject({ warnings: [], speakers: 2 });
    expect(await diarized({ numSpeakers: 1 })).toMatchObject({ warnings: [], speakers: 1 });
    expect(await diarized({ maxSpeakers: 9 })).toMatchObject({ warnings: [] });
  });

  test.each<[SpeakerHints, number | undefined]>([
    [{ numSpeakers: 500 }, undefined],
    [{ minSpeakers: 500 }, undefined],
    [{ minSpeakers: 500, maxSpeakers: 900 }, undefined],
    [{ numSpeakers: 20 }, 3],
    [{ minSpeakers: 20 }, 2],
  ])(
    "more than there are embeddings, %j of %s chunks: as many clusters as embeddings",
    async (hints, chunks) => {
      const { warnings, rows, speakers, kmeans } = await diarized(hints, chunks);
      const asked = hints.numSpeakers ?? hints.minSpeakers!;
      expect(rows).toBeGreaterThan(1);
      expect(new Set(kmeans!.data).size).toBe(rows);
      expect(speakers).toBeGreaterThan(0);
      expect(warnings).toEqual([
        `There are only ${rows} embeddings to tell speakers apart by, too few for ${asked} speakers.`,
        `${
          hints.numSpeakers === undefined ? "At least " : ""
        }${asked} speakers were asked for, the result has ${speakers}.`,
      ]);
    },
  );

  test("exactly as many as there are embeddings are made without a word on embeddings", async () => {
    const { rows } = await diarized({}, 3);
    const { warnings, kmeans } = await diarized({ numSpeakers: rows }, 3);
    expect(new Set(kmeans!.data).size).toBe(rows);
    expect(warnings.filter((warning) => warning.includes("embeddings"))).toEqual([]);
  });

  test("two of a single chunk in which one speaks, and more than two", async () => {
    const { rows, speakers, warnings } = await diarized({ numSpeakers: 9 }, 1);
    expect([rows < 9, speakers > 0]).toEqual([true, true]);
    expect(warnings.at(-1)).toBe(`9 speakers were asked for, the result has ${speakers}.`);
  });

  test("several speakers of embeddings that are all the same", async () => {
    const { speakers, warnings } = await diarized({ numSpeakers: 3 }, undefined, true);
    expect(speakers).toBeGreaterThan(0);
    if (speakers !== 3) expect(warnings).toEqual([`3 speakers were asked for, the result has ${speakers}.`]);
  });

  test("an exact number overrides bounds that contradict it, and says so", async () => {
    const { speakers, warnings } = await diarized({ numSpeakers: 2, maxSpeakers: 1 });
    expect([speakers, warnings]).toEqual([2, ["The exact number of speakers, 2, overrides the most, 1."]]);
  });
});
