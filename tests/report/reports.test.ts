/** The reports that the commands write: what they say, and that their pages open. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { amplify } from "#lib/parity/drift/amplify.ts";
import { bisectRuns } from "#lib/parity/drift/bisect_runs.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
import { runRecipe } from "#lib/parity/drift/drift_run.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import type { CaptureReport } from "#lib/parity/report.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { projectRoot } from "#lib/places/places.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { clusterLabels } from "#lib/report/cluster_labels.ts";
import { type DiarizationPage, diarizationReport } from "#lib/report/diarization_report.ts";
import { driftReport } from "#lib/report/drift_report.ts";
import { parityReport } from "#lib/report/parity_report.ts";
import type { Report } from "#lib/report/report.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { sharesChromium } from "#tests/harness/shared_chromium.ts";
import { openReport, testInChromium } from "./open_report.ts";
import { sampleRecording } from "./sample_report.ts";

const FIXTURES = join(projectRoot(), "fixtures");
const environment = describeEnvironment();
const plda = await readPlda(join(FIXTURES, "models", "plda"));
const capture = await readCapture(join(FIXTURES, "captures", "a_two_speakers"));

const figuresOf = ({ sections }: Report) =>
  sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => block.kind === "figure" ? [block.figure.name] : [])
  );
const tablesOf = ({ sections }: Report) =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => block.kind === "table" ? [block.table] : []));

let made: Promise<Report> | undefined;
const drifted = () => made ??= drift();

/** A capture against itself with all embeddings in one cluster, in every respect. */
async function drift(): Promise<Report> {
  const { segmentations, embeddings } = capture.artefacts;
  const recipe = { stages: COMMUNITY_1, given: { segmentations, embeddings }, models: { plda }, uri: "talk" };
  const a = await runRecipe("a", recipe);
  const b = await runRecipe("b", { ...recipe, options: { ahc: { threshold: 1.9 } } });
  return driftReport({
    report: {
      a: { name: "a", computed: "scalar, f64", source: "a" },
      b: { name: "b", computed: "scalar, f64", source: "b" },
      environment,
      difference: compareRuns(a, b),
      bisection: await bisectRuns(a, b),
      margins: { a: decisionMargins(a), b: decisionMargins(b) },
      amplification: await amplify(a, { stage: "inputs", seed: 0 }),
      seconds: { all: 1 },
    },
    turns: { a: asWritten(a.artefacts.diarization!), b: asWritten(b.artefacts.diarization!) },
    sound: sampleRecording(),
  });
}

async function replayed() {
  const report = await replayCapture(capture, { models: { plda } });
  return { report, reference: capture.reference, hypothesis: capture.reference };
}

describe("a parity report", () => {
  test("says that all is identical, with the errors of every column", async () => {
    const report = parityReport({ items: [await replayed()], sounds: new Map(), environment });
    expect(report.verdict).toEqual({
      text: "Parity: 1 of 1 replay identical, every stage within tolerance",
      tone: "good",
    });
    const [captures, quantities] = tablesOf(report);
    expect(captures.rows[0].slice(0, 3)).toEqual(["a_two_speakers", "25", "2"]);
    expect(quantities.rows.length).toBe(16);
    expect(figuresOf(report)).toEqual(["lanes"]);
  });

  test("has the largest error in words, and on the bar the one farthest beyond its tolerance", async () => {
    const { report, ...turns } = await replayed();
    const stages = report.stages.map((stage) =>
      stage.quantity === "phi"
        ? { ...stage, maxAbs: 1e-11, ok: false, fault: "phi[3] is off" }
        : stage.quantity === "post_plda"
        ? { ...stage, maxAbs: 5e-11 }
        : stage
    );
    const off: CaptureReport = { ...report, stages, ok: false };
    const page = parityReport({ items: [{ report: off, ...turns }], sounds: new Map(), environment });
    expect(page.verdict.tone).toBe("bad");
    expect(page.summary).toContain("phi[3] is off");
    const cell = tablesOf(page)[0].rows[0][4];
    expect(cell).toEqual({ text: "5e-11", tone: "bad", bar: { error: 1e-11, tolerance: 1e-12 } });
  });
});

describe("a diarization report", () => {
  test("names the clusters as pyannote does", () => {
    const frames = ndArray("f4", [1, 12], Float32Array.of(1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0));
    expect(clusterLabels(frames).flatMap((label, k) => label ? [`${k} ${label}`] : []))
      .toEqual(["0 SPEAKER_00", "2 SPEAKER_02", "10 SPEAKER_01"]);
  });

  test("tells who speaks how long, and draws how they were told apart", async () => {
    const { segmentations, embeddings } = capture.artefacts;
    const { artefacts, seconds } = await runStages(COMMUNITY_1, { segmentations, embeddings }, {
      models: { plda },
      uri: "talk",
    });
    const result: DiarizationPage["result"] = {
      annotation: artefacts.diarization!,
      exclusive: artefacts.exclusive!,
      embeddings,
      stages: artefacts,
      durationSec: 75,
      seconds: { ...seconds, total: 7.5 },
      warnings: ["the file ends early"],
    };
    const report = await diarizationReport({ name: "talk", result, environment });
    expect(report.verdict.text).toBe("2 speakers in 1:15");
    expect(report.summary).toMatch(/^25 turns; .*10\.0 times faster/);
    expect(figuresOf(report)).toEqual(["lanes", "embedding-map", "dendrogram", "responsibilities", "elbo"]);
    const shares = tablesOf(report)[0].rows.map((row) => parseFloat(`${row[2]}`));
    expect(shares[0] + shares[1]).toBeCloseTo(100, 0);
  });
});

describe("a drift report", () => {
  sharesChromium();
  test("names the stage, and has every part that was asked for", async () => {
    const report = await drifted();
    expect(report.verdict.text).toMatch(
      /^Other turns: DER \d+\.\d\d %, first at \d+:\d\d\.\d\d, where SPEAKER_01 is taken for SPEAKER_00$/,
    );
    const headings = ["Where it begins", "Turns", "Errors", "How near decisions were", "How noise spreads"];
    expect(report.sections.map(({ heading }) => heading)).toEqual([...headings, "Environment"]);
    const names = figuresOf(report);
    for (
      const name of [
        "lanes",
        "error-by-stage",
        "error-over-time",
        "ulp-histogram",
        "margins",
        "amplification",
      ]
    ) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => name.startsWith("drift-heat-map")).length).toBeGreaterThan(0);
  });

  testInChromium("opens, draws every figure and plays from where it begins", async () => {
    await openReport(await reportPage(await drifted()), async (page) => {
      const charts = page.locator(".chart");
      for (let i = 0; i < await charts.count(); i++) {
        await charts.nth(i).scrollIntoViewIfNeeded();
        await charts.nth(i).locator(".main-svg").first().waitFor();
      }
      expect(await charts.count()).toBeGreaterThan(6);
      await page.locator("button[data-seek]").first().click();
      await page.waitForSelector(".player .play.playing");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    }, { viewport: { width: 360, height: 740 } });
  });
});
