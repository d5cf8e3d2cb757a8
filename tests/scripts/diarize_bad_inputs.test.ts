/** What the diarize command says of recordings and weights that are not what they should be: a line for each, and the others go on. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { data16, fmt, wav } from "#tests/audio/wav_bytes.ts";
import { describeWith, model } from "#tests/harness/shared_data.ts";
import { diarizeCommand, DiarizeScratch, type Ended } from "./diarize_command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const segmentation = model("segmentation-3.0.from-fp16.onnx"),
  embedding = model("thinresnet_voxceleb2_64d.onnx");

const scratch = new DiarizeScratch();
afterAll(() => scratch[Symbol.dispose]());

/** Nothing to hear: 2 s of zeros. */
const quiet = new Float32Array(32_000);
const samples = Array.from(quiet);
const good = wav([fmt(), data16(samples)]);

const BAD: readonly [name: string, bytes: Uint8Array, said: RegExp][] = [
  ["empty", new Uint8Array(0), /failed: .*empty\.wav: is empty: it has 0 bytes$/],
  [
    "text",
    new TextEncoder().encode("just some words"),
    /failed: .*text\.wav: is text, not audio: it starts with "just some words"$/,
  ],
  ["header", wav([fmt(), data16([])]), /failed: .*header\.wav: holds no samples$/],
  ["cut", good.subarray(0, 32_044), /warning: is cut short: 32000 of 64000 bytes of samples are there$/],
  [
    "zero",
    wav([fmt({ sampleRate: 0 }), data16(samples)]),
    /failed: .*zero\.wav: has a sample rate of 0 Hz; a recording has 1000 to 768000 Hz$/,
  ],
  [
    "nan",
    encodeWav(Float32Array.of(0, 0, NaN), { sampleRate: 16_000, format: "f32" }),
    /failed: .*nan\.wav: sample 2 of channel 0 \(at 0\.000 s\) is NaN, not a number in \[-1, 1\]$/,
  ],
  [
    "codec",
    wav([fmt({ tag: 0x1234 }), data16(samples)]),
    /failed: .*codec\.wav: is a WAV with the unknown codec 0x1234[ ,]/,
  ],
];
const READ: readonly [name: string, bytes: Uint8Array][] = [
  ["one_sample", wav([fmt(), data16([100])])],
  ["nine_channels", wav([fmt({ channels: 9 }), data16(samples.slice(0, 18_000))])],
];

describeWith("diarize, given bad files", embedding && segmentation, () => {
  let ended: Ended;
  const lines = (name: string) => ended.stderr.split("\n").filter((line) => line.startsWith(`${name}: `));

  beforeAll(async () => {
    mkdirSync(scratch.path("bad"));
    for (const [name, bytes] of [...BAD, ...READ]) writeFileSync(scratch.path("bad", `${name}.wav`), bytes);
    ended = await diarizeCommand([
      scratch.path("bad"),
      scratch.path("bad", "empty.wav"), // of a folder it would be passed over
      ...["--preset", "compact", "--out", scratch.path("out")],
    ]);
  }, { timeout: SLOW });

  test.each(BAD)("%s", (name, _, said) => {
    expect(lines(name).at(-1)).toMatch(said);
  });

  test.each(READ)("%s is read, and nobody speaks", (name) => {
    expect(lines(name).at(-1)).toMatch(/: 0 speakers, 0 turns, \d+\.\d x real time$/);
  });

  test("exit 1, and results of those that could be read alone", () => {
    expect(ended.status).toBe(1);
    const results = scratch.files("out").filter((name) => !name.startsWith(".dialab"));
    expect(results).toEqual(["cut.rttm", "nine_channels.rttm", "one_sample.rttm"]);
  });

  test("a folder named as if it were a recording", async () => {
    mkdirSync(scratch.path("folder.wav"));
    const { status, stderr } = await diarizeCommand([
      scratch.path("folder.wav"),
      ...["--out", scratch.path("none")],
    ]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: Folder .*folder\.wav holds no recording \(\.wav, /);
  }, SLOW);

  test("weights of another contract: what they have, and what is needed; exit 1", async () => {
    mkdirSync(scratch.path("models"));
    copyFileSync(embedding!, scratch.path("models", "segmentation-3.0.onnx"));
    writeFileSync(scratch.path("good.wav"), good);
    const run = (folder: string) =>
      diarizeCommand([
        scratch.path("good.wav"),
        ...["--preset", "compact", "--models", scratch.path(folder), "--out", scratch.path("none")],
      ]);
    const { status, stderr } = await run("models");
    expect([status, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toMatch(
      /^error: .*segmentation-3\.0\.onnx: not a segmentation network\. It has the inputs feats .*; needed are /,
    );
    mkdirSync(scratch.path("cut_models"));
    writeFileSync(scratch.path("cut_models", "segmentation-3.0.onnx"), "half of a download");
    const cut = await run("cut_models");
    expect([cut.status, cut.stderr.split("\n").length]).toEqual([1, 2]);
    expect(cut.stderr).toMatch(/^error: .*segmentation-3\.0\.onnx: /);
  }, SLOW);

  test("a provider that is not there: exit 3 and what to do", async () => {
    writeFileSync(scratch.path("good.wav"), good);
    const { status, stderr } = await diarizeCommand([
      scratch.path("good.wav"),
      ...["--preset", "compact", "--provider", "cuda", "--out", scratch.path("none")],
    ]);
    // Where there is CUDA, it runs.
    if (status === 0) return;
    expect([status, stderr.split("\n").length]).toEqual([3, 2]);
    expect(stderr).toMatch(/^error: .*cuda/i);
  }, SLOW);
});
