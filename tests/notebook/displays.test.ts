/** What notebooks show of dialab's values. */
import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type DType, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { annotationDisplay, turnTable } from "#lib/notebook/annotation_display.ts";
import { arrayDisplay } from "#lib/notebook/array_display.ts";
import { audioPlayer } from "#lib/notebook/audio_player.ts";
import { displayOf } from "#lib/notebook/display_of.ts";
import type { MimeBundle } from "#lib/notebook/displayed.ts";
import { disableDisplays, enableDisplays } from "#lib/notebook/enable_displays.ts";
import { player } from "#lib/notebook/player.ts";
import { runDisplay } from "#lib/notebook/run_display.ts";
import { tableBundle } from "#lib/notebook/table.ts";
import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
import { recordedRun } from "#lib/parity/drift/drift_run.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { projectRoot } from "#lib/places/places.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { Timeline } from "#lib/timeline/timeline.ts";

const DISPLAY = Symbol.for("Jupyter.display");
const capture = await readCapture(join(projectRoot(), "fixtures", "captures", "a_two_speakers"));
const { model: plda } = await findPlda(capture);

/** As the kernel does it. */
async function shown(value: object): Promise<MimeBundle | undefined> {
  const show: unknown = DISPLAY in value ? Reflect.get(value, DISPLAY) : undefined;
  return typeof show === "function" ? await show.call(value) : undefined;
}

describe("tables", () => {
  test("align, count what is left out, and let no markup through", () => {
    const rows = [{ name: "<i>", n: 1 }, { name: "b", n: 22.5 }, { name: "c", n: null }];
    const { "text/plain": text, "text/html": html } = tableBundle(rows, { caption: "A & B", maxRows: 2 });
    expect(text.split("\n")).toEqual([
      "A & B",
      "name     n",
      "────  ────",
      "<i>      1",
      "b     22.5",
      "… and 1 more",
    ]);
    expect(html).toContain("<div>A &amp; B</div>");
    expect(html).toContain("&lt;i&gt;");
    expect(html!.match(/<tr>/g)).toHaveLength(4);
  });
});

describe("arrays", () => {
  test.each<[DType, NdArray, string]>([
    ["f8", ndArray("f8", [0, 4], new Float64Array(0)), "f8 (0, 4)"],
    ["f4", ndArray("f4", [], Float32Array.of(0.5)), "f4 (): 0.5 to 0.5, mean 0.5"],
    ["f8", ndArray("f8", [2], Float64Array.of(NaN, NaN)), "f8 (2,): 2 NaN"],
    ["i8", ndArray("i8", [2], BigInt64Array.of(-3n, 5n)), "i8 (2,): -3 to 5, mean 1"],
    ["U", ndArray("U", [2], ["ann", "bob"]), "U (2,)"],
  ])("of %s tell their shape and range", (_, array, first) => {
    expect(arrayDisplay(array)["text/plain"].split("\n")[0]).toBe(first);
  });

  test("show the corners of the first matrix", () => {
    const size = 20, data = Float64Array.from({ length: 2 * size * size }, (_, i) => i);
    const lines = arrayDisplay(ndArray("f8", [2, size, size], data))["text/plain"].split("\n");
    const cells = lines.map((line) => line.trim().split(/\s{2,}/));
    expect(cells[1]).toEqual(["0", "1", "2", "3", "…", "16", "17", "18", "19"]);
    expect(cells[3]).toEqual(["[0, 0]", "0", "1", "2", "3", "…", "16", "17", "18", "19"]);
    expect(cells.at(-1)).toEqual(["[0, 19]", "380", "381", "382", "383", "…", "396", "397", "398", "399"]);
    expect(lines).toHaveLength(3 + 7);
  });
});

describe("annotations", () => {
  test("are lanes, one for each speaker, and text", async () => {
    const { "image/svg+xml": svg, "text/plain": text } = await annotationDisplay(capture.reference);
    const lanes = new Set(svg!.match(/SPEAKER_\d+(?=<)/g));
    expect([...lanes].sort()).toEqual(capture.reference.labels());
    expect(text).toContain("a_two_speakers: 25 turns, 2 speakers");
    expect(text).toContain("… and 5 more");
  });

  test("without a turn are text", async () => {
    expect(await annotationDisplay(new Annotation())).toEqual({ "text/plain": "0 turns, 0 speakers" });
  });

  test("are tables on request", async () => {
    const bundle = await shown(turnTable(capture.reference, { maxRows: 2 }));
    expect(bundle?.["text/html"]).toContain("SPEAKER_00");
    expect(bundle?.["text/plain"]).toContain("… and 23 more");
  });
});

describe("once enabled", () => {
  afterEach(disableDisplays);

  test("values of dialab display themselves, each in every form that it has", async () => {
    const { segmentations, embeddings } = capture.artefacts;
    const run = await runStages(COMMUNITY_1, { segmentations, embeddings }, { models: { plda } });
    const report = await replayCapture(capture, { models: { plda } });
    const rate = diarizationErrorRate(capture.reference, run.artefacts.diarization!);
    enableDisplays();
    const first = async (value: object) => {
      const bundle = await shown(value);
      return [bundle?.["text/plain"].split("\n")[0], ...Object.keys(bundle ?? {}).sort()];
    };
    const html = ["text/html", "text/plain"], svg = ["image/svg+xml", "text/plain"];
    expect(await first(segmentations)).toEqual(["f4 (66, 589, 3): 0 to 1, mean 0.312", ...html]);
    expect(await first(run.artefacts.diarization!)).toEqual(["25 turns, 2 speakers", ...svg]);
    expect(await first(new Timeline([new Segment(0, 1)], { uri: "talk" }))).toEqual([
      "talk: 1 turn, 1 speaker",
      ...svg,
    ]);
    expect(await first(capture)).toEqual(["a_two_speakers, a capture", ...html]);
    expect((await first(run))[0]).toMatch(/^stage +ms +artefact +is$/);
    expect((await first(report))[0]).toMatch(/^a_two_speakers on scalar, f64: parity; RTTM identical/);
    expect((await first(rate))[0]).toMatch(/^DER +missed/);
    const recorded = recordedRun(capture), replayed = { name: "replay", artefacts: run.artefacts };
    expect((await first(compareRuns(recorded, replayed)))[0])
      .toBe("a_two_speakers and replay: the same turns (DER 0.00 %); every stage within tolerance");
    expect((await first(decisionMargins(recorded)))[0]).toMatch(
      /^a_two_speakers: the nearest of \d+ decisions$/,
    );
  });

  test("everything else is as before", async () => {
    enableDisplays();
    for (const other of [{ dtype: "f4" }, [1, 2], new Map(), () => 1, { artefacts: {} }]) {
      expect(await shown(other)).toBe(undefined);
      expect(Object.keys(other)).not.toContain(DISPLAY);
      expect(Object.getOwnPropertySymbols({ ...other })).toEqual([]);
    }
    const own = { [DISPLAY]: () => ({ "text/plain": "mine" }), dtype: "f8", shape: [], data: [] };
    expect(await shown(own)).toEqual({ "text/plain": "mine" });
    const assigned: Record<symbol, unknown> = {};
    assigned[DISPLAY] = () => ({ "text/plain": "given later" });
    expect(await shown(assigned)).toEqual({ "text/plain": "given later" });
  });

  test("it can be taken back", async () => {
    enableDisplays();
    enableDisplays();
    disableDisplays();
    expect(await shown(capture)).toBe(undefined);
    expect(DISPLAY in {}).toBe(false);
  });
});

describe("runs", () => {
  test("tell stages of one's own, and artefacts that were given", () => {
    const { tree, ahcLabels } = { ahcLabels: ndArray("i4", [2], Int32Array.of(0, 1)), tree: undefined };
    const text = runDisplay({
      artefacts: { tree, ahcLabels },
      seconds: { ahc: 0.5, mine: 0.25, total: 1 },
    })["text/plain"];
    expect(text).toMatch(/^ahc +500 +ahcLabels +i4 \(2,\)$/m);
    expect(text).toMatch(/^mine +250$/m);
    expect(text).not.toContain("total");
    expect(text).not.toContain("tree");
  });

  test("that are unknown have no display", () => expect(displayOf({ seconds: {} })).toBe(undefined));
});

describe("a player", () => {
  test("holds the sound itself", async () => {
    const samples = Float32Array.of(-1, -0.5, 0, 0.5);
    const bundle = (await shown(audioPlayer(samples, { sampleRate: 8000, title: `"a" & b` })))!;
    const [, wav] = bundle["text/html"]!.match(/base64,([^"]+)"/)!;
    const bytes = Uint8Array.from(atob(wav), (letter) => letter.charCodeAt(0));
    expect([...new Int16Array(bytes.buffer, 44)]).toEqual([-32768, -16384, 0, 16384]);
    expect(new DataView(bytes.buffer).getUint32(24, true)).toBe(8000);
    expect(bundle["text/html"]).toContain(`aria-label="&quot;a&quot; &amp; b: 0.001 s at 8000 Hz"`);
  });

  test("refuses silence without length, and hours", () => {
    expect(() => audioPlayer(new Float32Array(0))).toThrow(/up to 60 s of sound, got 0\.000 s/);
    expect(() => audioPlayer(new Float32Array(16000 * 61))).toThrow(/got 61\.000 s; cut it or raise maxSec/);
  });

  test("of an annotation with audio: too much sound is made smaller, then left out, with a warning", async () => {
    const annotation = new Annotation({ uri: "talk" }).add(new Segment(0, 1), "ann");
    const audio = { samples: new Float32Array(32000), sampleRate: 16000 };
    const heard = async (maxBytes: number) => {
      const said: string[] = [];
      const bundle =
        (await shown(player({ annotation, audio }, { maxBytes, warn: (text) => said.push(text) })))!;
      return [bundle["text/html"]!.includes("<audio "), bundle["text/plain"], said];
    };
    const told = "talk: 1 turn, 1 speaker; 2.000 s.";
    expect(await heard(64_044)).toEqual([true, told, []]);
    const small = "The sound is embedded at 8 kHz, so that the page stays small.";
    expect(await heard(40_000)).toEqual([true, `${told}\nWarning: ${small}`, [`talk: ${small}`]]);
    const none = "The recording is too long to be embedded.";
    expect(await heard(1000)).toEqual([false, `${told}\nWarning: ${none}`, [`talk: ${none}`]]);
  });
});
