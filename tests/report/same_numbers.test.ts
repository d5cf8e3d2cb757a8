/** What pages, figures and notebooks say of two diarizations is what `score` says of their RTTM. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { differenceDisplay } from "#lib/notebook/drift_display.ts";
import { runDisplay } from "#lib/notebook/run_display.ts";
import { errorRateDisplay } from "#lib/notebook/score_display.ts";
import { annotationDisplay } from "#lib/notebook/annotation_display.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { compareRttm } from "#lib/parity/compare_rttm.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { projectRoot } from "#lib/places/places.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import { diarizationReport } from "#lib/report/diarization_report.ts";
import { driftReport } from "#lib/report/drift_report.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { Random } from "#lib/synthesis/random.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { formatRttm } from "#lib/timeline/rttm.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { joined, NOTEBOOKS, readNotebook } from "../notebook/notebook_file.ts";

const root = projectRoot();
const scratch = mkdtempSync(join(tmpdir(), "dialab-numbers-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Turns whose bounds lie anywhere between milliseconds, as a pipeline's do. */
function talk(seed: number, shiftSec: number): Annotation {
  const random = new Random(seed), annotation = new Annotation({ uri: "talk" });
  for (let turn = 0, start = 0.3; turn < 60; turn++) {
    const end = start + 0.4 + 2 * random.uniform();
    const speaker = `SPEAKER_0${random.integer(4)}`;
    annotation.set(new Segment(start + shiftSec, end + shiftSec), `${turn}`, speaker);
    start = end - 0.2 + random.uniform();
  }
  return annotation;
}

const [a, b] = [talk(1, 0), talk(1, 0.000_49)];
const other = talk(2, 0.000_3);
/** `b` is `a` with every bound moved by less than a millisecond, but for the part that another conversation takes. */
const mixed = b.crop(new Segment(0, 40)).update(other.crop(new Segment(40, 90)));

function score(reference: Annotation, hypothesis: Annotation) {
  const files = [["reference", reference], ["hypothesis", hypothesis]] as const;
  const paths = files.map(([name, annotation]) => {
    const path = join(scratch, `${name}.rttm`);
    writeFileSync(path, formatRttm(annotation));
    return path;
  });
  const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["run"];
  const run = (...more: string[]) =>
    spawnSync(process.execPath, [...runtime, join(root, "scripts/score.ts"), ...paths, ...more], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    }).stdout;
  const { files: [{ diarization }] } = JSON.parse(run("--json")) as {
    files: { diarization: Record<"der" | "missed" | "falseAlarm" | "confusion", number> }[];
  };
  return { printed: run(), diarization };
}

const said = score(a, mixed);
const rate = formatPercent(said.diarization.der);
const [missed, falseAlarm, confusion] = (["missed", "falseAlarm", "confusion"] as const)
  .map((kind) => formatSeconds(said.diarization[kind]));

/** All rates that a text calls a DER. */
const ratesIn = (text: string) => [...text.matchAll(/DER (\d+\.\d+ ?%)/g)].map(([, rate]) => rate);

function runsOf() {
  const window = ndArray("f4", [1, 1, 1], new Float32Array(1));
  const run = (name: string, diarization: Annotation) => ({
    name,
    artefacts: { segmentations: window, diarization },
  });
  return [run("A", a), run("B", mixed)] as const;
}

describe("one pair of diarizations has one error rate", () => {
  test("as `score` prints it", () => {
    expect(said.printed).toContain(rate.replace(" %", ""));
    expect(said.diarization.der).toBeGreaterThan(0.05);
  });

  test("on a figure and in its description", async () => {
    const figure = lanesFigure({ reference: a, hypothesis: mixed });
    expect(ratesIn(figure.description)).toEqual([rate]);
    expect(figure.description).toContain(
      `Missed ${missed}, false alarm ${falseAlarm}, confusion ${confusion} (DER`,
    );
    const svg = await renderSvg(figure);
    expect(new Set(ratesIn(svg))).toEqual(new Set([rate]));
    for (const seconds of [missed, falseAlarm, confusion]) expect(svg).toContain(`>${seconds}</text>`);
  });

  test("on a page about drift, in every place", async () => {
    const [first, second] = runsOf();
    const described = (name: string) => ({ name, computed: "recorded", source: name });
    const report = driftReport({
      report: {
        ...{ a: described("A"), b: described("B"), environment: describeEnvironment(), seconds: {} },
        difference: compareRuns(first, second),
      },
      turns: { a, b: mixed },
    });
    const page = (await reportPage(report)).replace(/<script>.*?<\/script>/gs, "");
    expect(ratesIn(report.verdict.text)).toEqual([rate]);
    const rates = ratesIn(decodeURIComponent(page.replaceAll(/%(?![0-9A-F]{2})/g, "%25")));
    expect(rates.length).toBeGreaterThan(5);
    expect(new Set(rates)).toEqual(new Set([rate]));
    for (const [kind, value] of [["missed", missed], ["false alarm", falseAlarm], ["confusion", confusion]]) {
      expect(report.summary).toContain(`${value} ${kind}`);
    }
  });

  test("in a notebook", () => {
    expect(ratesIn(differenceDisplay(compareRuns(...runsOf()))["text/plain"])).toEqual([rate]);
    const { "text/plain": text } = errorRateDisplay(diarizationErrorRate(asWritten(a), asWritten(mixed)));
    const seconds = [missed, falseAlarm, confusion].map((value) => value.replace(" s", ""));
    expect(text.split("\n").at(-1)!.trim().split(/ {2,}/).slice(0, 4)).toEqual([rate, ...seconds]);
  });

  test("in the comparison of their RTTM, whichever of them has more decimals", () => {
    for (const [reference, hypothesis] of [[a, mixed], [asWritten(a), mixed], [a, asWritten(mixed)]]) {
      expect(compareRttm(hypothesis, reference, { decimals: 3 }).der).toBe(said.diarization.der);
    }
  });

  test("in every cell that was saved with a figure and a table of them", () => {
    let cells = 0;
    for (const name of NOTEBOOKS) {
      for (const { outputs = [] } of readNotebook(join(root, "notebooks", `${name}.ipynb`)).cells) {
        const text = outputs.map(({ data = {} }) => joined(data["text/plain"] ?? "")).join("\n");
        const drawn = text.match(
          /Missed ([\d.]+) s, false alarm ([\d.]+) s, confusion ([\d.]+) s \(DER ([\d.]+) %\)/,
        );
        const listed = text.match(/missed \(s\).*\n.*\n *([\d.]+) % +([\d.]+) +([\d.]+) +([\d.]+)/);
        if (!drawn || !listed) continue;
        cells++;
        expect([name, drawn[4], ...drawn.slice(1, 4)]).toEqual([name, ...listed.slice(1)]);
      }
    }
    expect(cells).toBe(1);
  });
});

test("a difference that is too short to be drawn is counted in good grammar", () => {
  const turn = (end: number) => new Annotation({ uri: "talk" }).add(new Segment(0, end), "ann");
  const described = (hypothesis: Annotation) => lanesFigure({ reference: turn(5), hypothesis }).description;
  expect(described(turn(5.001))).toContain("1 difference of at most 1 ms is not drawn.");
  const two = turn(5.001).add(new Segment(7, 7.001), "ann");
  expect(described(two)).toContain("2 differences of at most 1 ms are not drawn.");
});

describe("one diarization has one set of seconds", () => {
  /** Seconds by speaker, added up from the lines of its RTTM. */
  const seconds = new Map<string, number>();
  for (const line of formatRttm(mixed).trim().split("\n")) {
    const fields = line.split(" ");
    seconds.set(fields[7], (seconds.get(fields[7]) ?? 0) + Number(fields[4]));
  }
  const turns = formatRttm(mixed).trim().split("\n").map((line) => line.split(" ")[4]);

  test("and one number of turns, without those that are too short to be written", () => {
    const diarization = mixed.copy().add(new Segment(95, 95.0003), "SPEAKER_99");
    expect(runDisplay({ artefacts: { diarization } })["text/plain"]).toContain(
      `${seconds.size} speakers, ${turns.length} turns`,
    );
  });

  test("on its page: chips, tables and list", async () => {
    const page = await reportPage(
      await diarizationReport({
        name: "talk",
        result: {
          ...{
            annotation: mixed,
            exclusive: mixed,
            embeddings: ndArray("f4", [0, 3, 1], new Float32Array(0)),
          },
          ...{ stages: {}, durationSec: 90, seconds: { total: 1 }, warnings: [] },
        },
        environment: describeEnvironment(),
      }),
    );
    for (const [label, sum] of seconds) {
      const own = formatSeconds(sum);
      expect(page).toMatch(new RegExp(`<span class="label">${label}</span> <span class="share">${own}, `));
      expect(page).toMatch(new RegExp(`<th [^>]*>${label}</th><td [^>]*><div>${own}</div></td>`));
    }
    const rows = [...page.matchAll(/<tr role="row" data-turn=.*?<td [^>]*>(\d+\.\d+) s<\/td><\/tr>/g)];
    expect(rows.map(([, length]) => length).sort()).toEqual(turns.sort());
  });

  test("in a notebook: its table of turns", async () => {
    const { "text/plain": text } = await annotationDisplay(mixed);
    const lines = text.split("\n").slice(3, 23).map((line) => line.trim().split(/\s{2,}/)[2]);
    expect(lines).toEqual(
      formatRttm(mixed).trim().split("\n").slice(0, 20).map((line) => line.split(" ")[4]),
    );
  });
});
