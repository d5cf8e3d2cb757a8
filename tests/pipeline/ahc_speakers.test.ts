import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { ahcSpeakers } from "#lib/pipeline/ahc_speakers.ts";
import { recordingName } from "#lib/diarization/diarize.ts";
import { projectRoot } from "#lib/places/places.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";

const inVbxPlace = () => ahcSpeakers().filter(({ name }) => name === "vbx");

describe("ahcSpeakers", () => {
  test("are community-1's stages in their order, without the PLDA", () => {
    const names = COMMUNITY_1.map(({ name }) => name).filter((name) => name !== "plda");
    expect(ahcSpeakers().map(({ name }) => name)).toEqual(names);
  });

  test("each embedding is wholly its cluster's, and priors are the clusters' shares", async () => {
    const ahcLabels = ndArray("i4", [4], Int32Array.of(1, 0, 1, 1));
    const { artefacts } = await runStages(inVbxPlace(), { ahcLabels });
    expect(artefacts.q?.shape).toEqual([4, 2]);
    expect([...artefacts.q!.data]).toEqual([0, 1, 1, 0, 0, 1, 0, 1]);
    expect([...artefacts.pi!.data]).toEqual([0.25, 0.75]);
    expect(artefacts.elbo?.shape).toEqual([0]);
  });

  test("need no weights and give as many speakers as the AHC finds clusters", async () => {
    const { artefacts: { segmentations, embeddings }, reference } = await readCapture(
      `${projectRoot()}/fixtures/captures/a_two_speakers`,
    );
    const speakers = async (threshold: number) => {
      const { artefacts } = await runStages(ahcSpeakers(), { segmentations, embeddings }, {
        options: { ahc: { threshold } },
      });
      const clusters = new Set(artefacts.ahcLabels!.data).size;
      expect(artefacts.centroids?.shape[0]).toBe(clusters);
      expect(artefacts.diarization!.size).toBeGreaterThan(0);
      return clusters;
    };
    expect(await speakers(2.1)).toBe(1);
    expect(await speakers(1e-6)).toBeGreaterThan(reference.labels().length);
  });
});

describe("recordingName", () => {
  test.each([
    ["meeting.wav", "meeting"],
    ["a/b/two words.v2.flac", "two_words.v2"],
    ["tab\tand \u00a0space.mp3", "tab_and_space"],
    ["no_ending", "no_ending"],
    [".hidden", ".hidden"],
  ])("of %j is %j", (file, name) => expect(recordingName(file)).toBe(name));
});
