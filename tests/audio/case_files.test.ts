/** Files handed to the project, of which each was once read wrongly or refused; what is right is in their expected.md. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { openAudio, readAudio } from "#lib/audio/mod.ts";
import { describeWith, fixture } from "../harness/shared_data.ts";
import { allSamples, NO_FFMPEG } from "./wav_bytes.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

async function read(path: string, ffmpeg: string) {
  await using audio = await openAudio(path, { ffmpeg });
  const [first] = await allSamples(audio);
  return {
    frames: first.length,
    channels: audio.channels,
    sampleRate: audio.sampleRate,
    warnings: audio.warnings,
  };
}

describeWith("wav-headers-refused", fixture("cases/wav-headers-refused"), (folder) => {
  test.each([
    ["ambisonic_guid", 12000, 1, 0],
    ["block_align_1", 12000, 1, 1],
    ["chunk_name_not_ascii", 12000, 1, 1],
    ["data_size_0_riff_size_right", 12000, 1, 1],
    ["mono_block_align_4", 12000, 1, 1],
    ["mulaw_bits_0", 12000, 1, 1],
    ["mulaw_bits_16", 12000, 1, 1],
    ["mulaw_fmt_of_14_bytes", 12000, 1, 1],
    ["stereo_block_align_2", 6000, 2, 1],
    ["zeros_before_data", 12000, 1, 1],
  ])("%s: %d frames of %d channels, without ffmpeg", async (name, frames, channels, count) => {
    const { warnings, ...found } = await read(join(folder, `${name}.wav`), NO_FFMPEG);
    expect(found).toEqual({ frames, channels, sampleRate: 8000 });
    expect(warnings.length).toBe(count);
  });
});

describeWith("id3-before-other-formats", fixture("cases/id3-before-other-formats"), (folder) => {
  test.each([["talk.flac", 3.0], ["talk.ogg", 3.0], ["talk.wav", 1.5]])(
    "%s: %d s, without ffmpeg",
    async (name, seconds) => {
      const { samples, warnings } = await readAudio(join(folder, name), { ffmpeg: NO_FFMPEG });
      expect([samples.length / 16_000, warnings]).toEqual([seconds, []]);
    },
  );

  test("talk.aac is named where there is no ffmpeg", async () => {
    const error = await openAudio(join(folder, "talk.aac"), { ffmpeg: NO_FFMPEG }).catch((error) => error);
    expect(error.fault).toMatch(
      /^is AAC \(ADTS\), which takes ffmpeg to read, and that is not installed \(apt-get/,
    );
  });

  test.skipIf(!hasFfmpeg)("talk.aac by ffmpeg", async () => {
    const { samples, warnings } = await readAudio(join(folder, "talk.aac"));
    // ADTS does not tell the encoder's delay and padding: two frames of 1024 at 16 kHz at most.
    expect(samples.length / 16_000).toBeGreaterThanOrEqual(3.0);
    expect(samples.length / 16_000).toBeLessThan(3.0 + 2 * 1024 / 16_000);
    expect(warnings).toEqual([]);
  });
});

describeWith("pcm-taken-for-mp3", fixture("cases/pcm-taken-for-mp3"), (folder) => {
  test("quiet.pcm is of no format", async () => {
    for (const ffmpeg of [NO_FFMPEG, "ffmpeg"]) {
      const error = await openAudio(join(folder, "quiet.pcm"), { ffmpeg }).catch((error) => error);
      expect(error.fault).toMatch(/^is not audio of a known format \(bare samples need a header: /);
    }
  });

  describe.each(["quicktime_without_ftyp.mov", "quicktime_without_ftyp_2.mov"])("%s", (name) => {
    test("is named", async () => {
      const error = await openAudio(join(folder, name), { ffmpeg: NO_FFMPEG }).catch((error) => error);
      expect(error.fault).toMatch(/^is QuickTime, which takes ffmpeg to read/);
    });

    test.skipIf(!hasFfmpeg)("holds 1 s", async () => {
      const { samples, warnings } = await readAudio(join(folder, name));
      expect([samples.length, warnings]).toEqual([16_000, []]);
    });
  });
});
