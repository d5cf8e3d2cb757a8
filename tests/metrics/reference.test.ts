/** The figures of pyannote.metrics and of NIST md-eval-22 for 21 hypotheses in 4 settings. */
import { beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { nistConventions, scoreFile, type Scores } from "#lib/metrics/mod.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { Timeline } from "#lib/timeline/timeline.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

interface Case {
  reference: string;
  hypothesis: string;
  collar_total_s: number;
  skip_overlap: boolean;
  uem: [number, number];
  pyannote: Record<string, number>;
  md_eval_22: Record<string, number>;
}

const asPyannote = (
  { diarization, jaccard, purity, coverage, detection }: Scores,
): Record<string, number> => ({
  der: diarization.der,
  total: diarization.total,
  confusion: diarization.confusion,
  missed: diarization.missed,
  false_alarm: diarization.falseAlarm,
  correct: diarization.correct,
  jer: jaccard.jer,
  purity: purity.purity,
  coverage: coverage.coverage,
  detection_error_rate: detection.rate,
});

/** As md-eval prints: percent with two decimals, seconds with six. */
const asMdEval = ({ diarization }: Scores): Record<string, number> => ({
  der_percent: Number((100 * diarization.der).toFixed(2)),
  scored_speaker_time_s: Number(diarization.total.toFixed(6)),
  missed_s: Number(diarization.missed.toFixed(6)),
  false_alarm_s: Number(diarization.falseAlarm.toFixed(6)),
  speaker_error_s: Number(diarization.confusion.toFixed(6)),
});

describeWith("against pyannote.metrics and md-eval-22", fixture("reference/metrics/metrics.json"), (path) => {
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] };
  const rows = cases.map((row) => ({ ...row, collars: row.collar_total_s, overlap: !row.skip_overlap }));
  const annotations = new Map<string, Annotation>();

  beforeAll(async () => {
    for (const name of new Set(cases.map(({ reference }) => reference))) {
      annotations.set(name, await single(fixture(`captures/${name}/reference.rttm`) ?? name));
    }
    for (const name of new Set(cases.map(({ hypothesis }) => hypothesis))) {
      annotations.set(name, await single(join(dirname(path), "hypotheses", name)));
    }
  });

  test("there are 84 cases", () => expect(cases.length).toBe(84));

  test.each(rows)("pyannote: $hypothesis, collar $collars, overlap $overlap", (row) => {
    const scores = asPyannote(score(row, { collarSec: row.collar_total_s }));
    // Measured: at worst 1.2e-13 away (seconds, sums of up to 700 s), rates 2.6e-15.
    for (const [name, value] of Object.entries(scores)) {
      if (!(Math.abs(value - row.pyannote[name]) <= 1e-12)) {
        throw new Error(`${name} is ${value}, pyannote.metrics has ${row.pyannote[name]}`);
      }
    }
    expect(Object.keys(scores).sort()).toEqual(Object.keys(row.pyannote).sort());
  });

  test.each(rows)("md-eval: $hypothesis, collar $collars, overlap $overlap", (row) => {
    const { collar_each_side_s: collarSec, ...expected } = row.md_eval_22;
    expect(asMdEval(score(row, { ...nistConventions, collarSec }))).toEqual(expected);
  });

  function score(row: Case, options: { collarSec: number }): Scores {
    const [reference, hypothesis] = [annotations.get(row.reference), annotations.get(row.hypothesis)];
    if (reference === undefined || hypothesis === undefined) {
      throw new Error(`${row.hypothesis} was not read`);
    }
    return scoreFile(reference, hypothesis, {
      uri: row.reference,
      uem: new Timeline([new Segment(...row.uem)]),
      skipOverlap: row.skip_overlap,
      ...options,
    });
  }
});

async function single(path: string): Promise<Annotation> {
  const [annotation] = (await readRttm(path)).values();
  return annotation;
}
