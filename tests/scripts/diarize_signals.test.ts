/** How the diarize command ends when it is asked to: with nothing half-written and the exit code that shells expect. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import process from "node:process";
import { readCapture } from "#lib/parity/read_capture.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";
import { diarizeCommand, DiarizeScratch } from "./diarize_command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const clip = fixture("ami/trn06.wav");
const weights = model("thinresnet_voxceleb2_64d.onnx") && model("segmentation-3.0.from-fp16.onnx");

const scratch = new DiarizeScratch();
afterAll(() => scratch[Symbol.dispose]());

describeWith("asked to end, on real weights", weights && clip, (clip) => {
  let talk = "", long = "";
  beforeAll(async () => {
    talk = await scratch.cut(clip, "talk.wav", [0, 12]);
    long = scratch.path("zlong.wav");
    copyFileSync(clip, long);
  }, { timeout: SLOW });

  /** Diarizes the short recording, then the long one, and sends a signal as soon as the first is done. */
  async function signalled(signal: NodeJS.Signals, options: { readonly under?: readonly string[] } = {}) {
    const out = scratch.path(`${signal}${options.under ?? ""}`);
    let isSent = false;
    const ended = await diarizeCommand(
      [
        talk,
        long,
        ...["--preset", "compact", "--jobs", "1", "--batch-size", "1", "--dump", "all", "--out", out],
      ],
      {
        ...options,
        onStderr(text, child) {
          if (isSent || !/^talk: \d+ speaker/m.test(text)) return;
          isSent = true;
          // Not child.kill: after it Deno tells of the signal in place of the exit code that the process chose.
          process.kill(child.pid!, signal);
        },
      },
    );
    return { ...ended, last: ended.stderr.trimEnd().split("\n").at(-1), out };
  }

  test.each([["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const)(
    "%s keeps what is finished and leaves nothing half-written: exit %d",
    async (signal, code) => {
      const { status, last, out } = await signalled(signal);
      expect([status, last]).toEqual([code, "Interrupted. What is finished stays."]);
      const files = scratch.files(signal);
      const own = [".dialab", ".dialab/talk.json", "captures", "talk.rttm"];
      expect(files.filter((name) => !name.startsWith("captures/"))).toEqual(own);
      expect(files.filter((name) => /zlong|tmp|partial/.test(name))).toEqual([]);
      await readCapture(`${out}/captures/talk`);
    },
    SLOW,
  );

  test.skipIf(process.platform === "win32")("under nohup it goes on behind a SIGHUP", async () => {
    const { status, out } = await signalled("SIGHUP", { under: ["nohup"] });
    expect([status, scratch.files("SIGHUPnohup").includes("zlong.rttm")]).toEqual([0, true]);
    await readCapture(`${out}/captures/zlong`);
  }, SLOW);
});
