/** The diarize command as users run it, on real weights and seconds of a real meeting. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { parseAnnotationJson } from "#lib/timeline/annotation_json.ts";
import { readAudacity } from "#lib/timeline/audacity.ts";
import { readCsv } from "#lib/timeline/csv.ts";
import { readLab } from "#lib/timeline/lab.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import { readSrt } from "#lib/timeline/srt.ts";
import { readTextGrid } from "#lib/timeline/textgrid.ts";
import { readVtt } from "#lib/timeline/vtt.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";
import { diarizeCommand, DiarizeScratch, type Ended } from "./diarize_command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const clip = fixture("ami/trn06.wav");
const weights = model("thinresnet_voxceleb2_64d.onnx") && model("segmentation-3.0.from-fp16.onnx");

const scratch = new DiarizeScratch();
afterAll(() => scratch[Symbol.dispose]());

type Turn = readonly [start: number, end: number, label: string];

const turns = (annotation: Annotation): Turn[] =>
  [...annotation.itertracks({ yieldLabel: true })].map(([{ start, end }, , label]) => [start, end, label]);

/** Formats write milliseconds; RTTM rounds start and duration, so that an end may be one off. */
function expectSameTurns(found: readonly Turn[], wanted: readonly Turn[]): void {
  expect(found.map(([, , label]) => label)).toEqual(wanted.map(([, , label]) => label));
  found.forEach(([start, end], i) => {
    expect(Math.abs(start - wanted[i][0])).toBeLessThan(0.00101);
    expect(Math.abs(end - wanted[i][1])).toBeLessThan(0.00101);
  });
}

const rttm = async (path: string) => [...(await readRttm(path)).values()][0];

describeWith("diarize on real weights", weights && clip, (clip) => {
  const compact = (...args: string[]) => diarizeCommand([...args, "--preset", "compact"]);
  let talk = "";
  beforeAll(async () => {
    talk = await scratch.cut(clip, "talk.wav", [0, 12]);
  }, { timeout: SLOW });

  describe("one recording, everything asked for", () => {
    let ended: Ended;
    const out = scratch.path("all");
    beforeAll(async () => {
      const formats = "rttm,json,textgrid,audacity,lab,srt,vtt,csv";
      ended = await compact(
        ...[
          talk,
          "--out",
          out,
          "--format",
          formats,
          "--exclusive",
          "--html",
          "--embeddings",
          "--dump",
          "all",
          "--json",
        ],
      );
    }, { timeout: SLOW });

    test("exit 0; plain lines on stderr", () => {
      expect(ended.status).toBe(0);
      const lines = ended.stderr.trimEnd().split("\n");
      expect(lines.slice(0, 2)).toEqual(["talk: segmentation 3/3", "talk: embeddings 3/3"]);
      expect(lines[2]).toMatch(/^talk: \d+ speakers?, \d+ turns?, \d+\.\d x real time$/);
      expect([lines.length, ended.stderr.includes("\u001b")]).toEqual([3, false]);
    });

    test("the files that were asked for, and no other", () => {
      const endings = ["TextGrid", "audacity.txt", "csv", "json", "lab", "rttm", "srt", "vtt"];
      const own = scratch.files("all").filter((name) => !/^(captures|\.dialab)/.test(name));
      const once = ["talk.embeddings.npz", "talk.html"];
      expect(own).toEqual([...endings.flatMap((e) => [`talk.${e}`, `talk.exclusive.${e}`]), ...once].sort());
    });

    test("the page shows every turn, holds the sound and tells how it was made", () => {
      const page = readFileSync(`${out}/talk.html`, "utf8");
      const lines = readFileSync(`${out}/talk.rttm`, "utf8").trimEnd().split("\n");
      expect(page.match(/<tr [^>]*data-turn=/g)?.length).toBe(lines.length);
      expect(page).toContain('<audio controls preload="auto" src="data:audio/wav;base64,UklGR');
      expect(page).toMatch(/<h1 id="verdict">\d+ speakers in 0:12<\/h1>/);
      expect(page).toMatch(/scripts\/diarize\.ts .*talk\.wav --out .* --preset compact<\/code>/);
    });

    test.each([["talk"], ["talk.exclusive"]])(
      "%s: every format reads back as the same turns",
      async (name) => {
        const path = (ending: string) => `${out}/${name}.${ending}`;
        const expected = turns(await rttm(path("rttm")));
        expect(expected.length).toBeGreaterThan(1);
        const same = (annotation: Annotation) => expectSameTurns(turns(annotation), expected);
        same(parseAnnotationJson(readFileSync(path("json"), "utf8")));
        same(await readTextGrid(path("TextGrid")));
        same(await readAudacity(path("audacity.txt")));
        same(await readLab(path("lab")));
        same(await readSrt(path("srt")));
        same(await readVtt(path("vtt")));
        same([...(await readCsv(path("csv"))).values()][0]);
      },
    );

    test("--exclusive: one speaker at most at a time", async () => {
      const rows = turns(await rttm(`${out}/talk.exclusive.rttm`));
      expect(
        turns(await rttm(`${out}/talk.rttm`)).some(([start], i, all) => i > 0 && start < all[i - 1][1] - 0.1),
      )
        .toBe(true);
      rows.slice(1).forEach(([start], i) => expect(start).toBeGreaterThan(rows[i][1] - 0.00101));
    });

    test("--embeddings: one of 64 dimensions per chunk and slot", async () => {
      const { embeddings } = await readNpz(`${out}/talk.embeddings.npz`);
      expect(embeddings.shape).toEqual([3, 3, 64]);
      const slots = Array.from(
        { length: 9 },
        (_, i) => embeddings.data.slice(i * 64, (i + 1) * 64) as Float32Array,
      );
      const heard = slots.filter((slot) => slot.every(Number.isFinite));
      expect(heard.length).toBeGreaterThan(2);
      for (const slot of heard) expect(Math.hypot(...slot)).toBeCloseTo(1, 5);
    });

    test("--dump: a capture with the run's segmentations, embeddings and turns", async () => {
      const capture = await readCapture(`${out}/captures/talk`);
      expect([capture.name, capture.artefacts.segmentations.shape]).toEqual(["talk", [3, 589, 3]]);
      const { embeddings } = await readNpz(`${out}/talk.embeddings.npz`);
      expect([...capture.artefacts.embeddings.data]).toEqual([...embeddings.data as Float32Array]);
      expect(turns(await rttm(`${out}/captures/talk/reference.rttm`))).toEqual(
        turns(await rttm(`${out}/talk.rttm`)),
      );
      expect(capture.artefacts.hardClusters!.shape).toEqual([3, 3]);
      expect(capture.options.ahc!.threshold).toBe(0.75);
    });

    test("--json prints what was done", async () => {
      const { preset, backend, provider, files } = JSON.parse(ended.stdout);
      expect([preset, backend, provider, files.length]).toEqual([
        "compact",
        "wasm",
        { segmentation: "cpu", embedding: "cpu" },
        1,
      ]);
      const annotation = await rttm(`${out}/talk.rttm`);
      const [
        {
          uri,
          file,
          status,
          speakers,
          turns: count,
          durationSec,
          realTimeFactor,
          seconds,
          outputs,
          warnings,
        },
      ] = files;
      expect([uri, file, status, durationSec, warnings]).toEqual(["talk", talk, "done", 12, []]);
      expect([speakers, count]).toEqual([annotation.labels().length, turns(annotation).length]);
      expect(realTimeFactor).toBeCloseTo(seconds.total / 12, 10);
      expect(seconds.networks).toBeLessThanOrEqual(seconds.total);
      expect(outputs.length).toBe(19);
      for (const path of outputs) statSync(path);
    });
  });

  test("--resume passes over what is there, made alike of the same recording, and only that", async () => {
    const out = scratch.path("resume");
    const [one, more] = [scratch.path("one.wav"), scratch.path("more.wav")];
    copyFileSync(talk, one);
    expect((await compact(one, "--out", out)).status).toBe(0);
    const first = readFileSync(`${out}/one.rttm`, "utf8");
    utimesSync(`${out}/one.rttm`, 1000, 1000);
    copyFileSync(talk, more);
    writeFileSync(`${out}/more.rttm`, "of nobody knows what");
    const second = await compact(one, more, "--out", out, "--resume", "--json");
    expect(second.status).toBe(0);
    expect(second.stderr.split("\n")).toContain("one: there already");
    expect(statSync(`${out}/one.rttm`).mtimeMs).toBe(1_000_000);
    const [, { warnings }] = JSON.parse(second.stdout).files;
    const because = "nothing tells what the results that are there were made with";
    expect(warnings).toEqual([
      `Computed again: ${because}.`,
      "more.rttm was there, and nothing tells that dialab wrote it; it is kept as kept/more.rttm.",
    ]);
    expect(readFileSync(`${out}/kept/more.rttm`, "utf8")).toBe("of nobody knows what");
    expect(second.stderr).toContain(`more: warning: Computed again: ${because}.\n`);
    expect(turns(await rttm(`${out}/more.rttm`)).length).toBeGreaterThan(1);

    const third = await compact(one, "--out", out, "--resume", "--num-speakers", "1");
    expect(third.stderr).toContain("Computed again: settings differ: hints.numSpeakers none → 1.\n");
    expect((await rttm(`${out}/one.rttm`)).labels().length).toBe(1);
    writeFileSync(one, encodeWav(new Float32Array(32_000), { sampleRate: 16_000 }));
    const fourth = await compact(one, "--out", out, "--resume", "--num-speakers", "1");
    expect(fourth.stderr).toMatch(
      /Computed again: settings differ: recording one\.wav, sha256 \S+ → one\.wav, sha256 \S+\.$/m,
    );
    expect([readFileSync(`${out}/one.rttm`, "utf8"), first === ""]).toEqual(["", false]);
  }, SLOW);

  test("two recordings of one name: the first is done, the other told; exit 1", async () => {
    mkdirSync(scratch.path("elsewhere"));
    const other = scratch.path("elsewhere", "talk.wav");
    copyFileSync(talk, other);
    const out = scratch.path("namesakes");
    const { status, stdout, stderr } = await compact(talk, other, "--out", out, "--json");
    expect([status, scratch.files("namesakes").includes("talk.rttm")]).toEqual([1, true]);
    expect(stderr).toContain(
      `talk: failed: ${other} is called as ${talk} is, and their results would be one;`,
    );
    expect(JSON.parse(stdout).files.map(({ status }: { status: string }) => status)).toEqual([
      "done",
      "failed",
    ]);
  }, SLOW);

  test("hints that cannot be met: a result, and a warning on stderr and in --json", async () => {
    const out = scratch.path("hints");
    const { status, stdout, stderr } = await compact(talk, "--out", out, "--num-speakers", "90", "--json");
    const [{ speakers, warnings }] = JSON.parse(stdout).files;
    expect([status, warnings.length, speakers > 0]).toEqual([0, 2, true]);
    expect(warnings[1]).toBe(`90 speakers were asked for, the result has ${speakers}.`);
    for (const warning of warnings) expect(stderr).toContain(`talk: warning: ${warning}\n`);
    // Results that are left were made with the same warnings.
    const again = await compact(talk, "--out", out, "--num-speakers", "90", "--json", "--resume");
    const [left] = JSON.parse(again.stdout).files;
    expect([left.status, left.warnings]).toEqual(["skipped", warnings]);
    for (const warning of warnings) expect(again.stderr).toContain(`talk: warning: ${warning}\n`);
  }, SLOW);

  test("what a user gets ends where the recording ends, what is dumped as pyannote has it", async () => {
    // A sample more than 12 s makes a last chunk with nearly a second of zeros.
    const { samples } = await readAudio(clip);
    const path = scratch.path("end.wav");
    writeFileSync(path, encodeWav(samples.subarray(0, 12 * 16_000 + 1), { sampleRate: 16_000 }));
    const out = scratch.path("end");
    const formats = "rttm,json,textgrid,audacity,lab,srt,vtt,csv";
    const { status } = await compact(path, "--out", out, "--format", formats, "--exclusive", "--dump", "all");
    expect(status).toBe(0);
    const endSec = 12 + 1 / 16_000;
    for (const name of ["end", "end.exclusive"]) {
      const read: Annotation[] = [
        parseAnnotationJson(readFileSync(`${out}/${name}.json`, "utf8")),
        await rttm(`${out}/${name}.rttm`),
        await readAudacity(`${out}/${name}.audacity.txt`),
        await readLab(`${out}/${name}.lab`),
        await readSrt(`${out}/${name}.srt`),
        await readVtt(`${out}/${name}.vtt`),
        [...(await readCsv(`${out}/${name}.csv`)).values()][0],
        await readTextGrid(`${out}/${name}.TextGrid`),
      ];
      expect(read[0].extent().end).toBe(endSec);
      for (const annotation of read) expect(annotation.extent().end).toBeCloseTo(endSec, 2);
      expect(readFileSync(`${out}/${name}.TextGrid`, "utf8")).toMatch(/^xmax = 12\.0000625 ?$/m);
    }
    expect((await rttm(`${out}/captures/end/reference.rttm`)).extent().end).toBeGreaterThan(endSec + 0.01);
  }, SLOW);

  test("a folder; hints hold; a bad recording is told and the others go on: exit 1", async () => {
    const folder = scratch.path("folder");
    mkdirSync(folder);
    copyFileSync(talk, `${folder}/b good.wav`);
    writeFileSync(`${folder}/a.wav`, "just some words");
    writeFileSync(`${folder}/c.wav`, "");
    writeFileSync(
      `${folder}/nan.wav`,
      encodeWav(Float32Array.of(0, 0, 0, 0, 0, NaN), { sampleRate: 16000, format: "f32" }),
    );
    writeFileSync(`${folder}/notes.txt`, "not looked at");
    const out = scratch.path("folder-out");
    const { status, stdout, stderr } = await compact(folder, "--out", out, "--num-speakers", "1", "--json");
    expect(status).toBe(1);
    expect(stderr).toContain(`a: failed: ${folder}/a.wav: is text, not audio`);
    expect(stderr).toContain(`warning: Folder ${folder}: passed over 1 file without a byte (c.wav).`);
    expect(stderr).toMatch(/nan: failed: .*nan\.wav: sample 5 of channel 0 \(at 0\.000 s\) is NaN/);
    expect(JSON.parse(stdout).files.map(({ uri, status }: Record<string, string>) => `${uri} ${status}`))
      .toEqual([
        ...["a failed", "b_good done", "nan failed"],
      ]);
    expect(scratch.files("folder-out")).toEqual([".dialab", ".dialab/b_good.json", "b_good.rttm"]);
    expect((await rttm(`${out}/b_good.rttm`)).labels().length).toBe(1);
  }, SLOW);

  test("a recording that is not there fails alone", async () => {
    const gone = scratch.path("gone.wav");
    const { status, stderr } = await compact(gone, talk, "--out", scratch.path("beside"));
    expect([status, scratch.files("beside")]).toEqual([1, [".dialab", ".dialab/talk.json", "talk.rttm"]]);
    expect(stderr).toContain(`gone: failed: ${gone}: there is no such file`);
  }, SLOW);
});
