/** A report that has a little of everything, from nothing but arithmetic. */
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { elboFigure } from "#lib/plots/elbo_figure.ts";
import type { Figure } from "#lib/plots/figure.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { makeFigure } from "#lib/plots/make_figure.ts";
import type { Recording, Report, Turn } from "#lib/report/report.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";

/** Where the spike of {@link spikeFigure} is, in seconds. */
export const SPIKE_SEC = 9.5;

export const TURNS: readonly Turn[] = [
  { startSec: 1, endSec: 4.2, label: "ann" },
  { startSec: 4.5, endSec: 6, label: "bob" },
  { startSec: 7.25, endSec: 12, label: "ann" },
  { startSec: 13, endSec: 19, label: "carol <b>" },
];

/** Twenty seconds of a quiet tone at 8 kHz. */
export function sampleRecording(parts: Partial<Recording> = {}): Recording {
  const tone = Float32Array.from({ length: 160_000 }, (_, i) => 0.1 * Math.sin(i / 3) * Math.sin(i / 9000));
  return {
    name: "talk",
    durationSec: 20,
    turns: TURNS,
    audio: { type: "audio/wav", bytes: encodeWav(tone, { sampleRate: 8000 }) },
    peaks: Float32Array.from({ length: 400 }, (_, i) => Math.abs(Math.sin(i / 20))),
    ...parts,
  };
}

/** An error over time that is 0 but at one moment. */
export function spikeFigure(): Figure {
  const times = Array.from({ length: 41 }, (_, i) => i / 2);
  const errors = times.map((time) => time === SPIKE_SEC ? 1 : 0);
  return makeFigure({
    name: "spike",
    title: "Error over time",
    description: `The error is 1 at ${SPIKE_SEC} s and 0 elsewhere.`,
    width: 720,
    height: 240,
    timeAxis: "x",
    svg: ({ Plot }) => ({ marks: [Plot.line(times.map((time, i) => [time, errors[i]]))] }),
    plotly: () => ({
      data: [{ type: "scatter", mode: "lines+markers", name: "error", x: times, y: errors }],
      layout: { xaxis: { title: { text: "time (s)" } }, yaxis: { title: { text: "error" } } },
    }),
  });
}

export function sampleReport(recording: Recording = sampleRecording()): Report {
  const hypothesis = new Annotation({ uri: "talk" });
  for (const { startSec, endSec, label } of recording.turns.slice(0, 500)) {
    hypothesis.set(new Segment(startSec, endSec), "_", label);
  }
  return {
    title: "A sample of everything",
    verdict: { text: "No parity: 1 of 2 captures identical", tone: "bad" },
    summary: "The first difference is at 9.5 s.",
    madeAt: new Date("2026-01-02T03:04:05Z"),
    sections: [
      {
        heading: "Captures",
        blocks: [
          { kind: "text", text: "Errors are absolute." },
          {
            kind: "table",
            table: {
              caption: "All captures",
              columns: [{ title: "capture" }, { title: "exact" }, { title: "plda", isNumber: true }, {
                title: "first",
              }],
              rows: [
                ["talk", { text: "equal", tone: "good" }, {
                  text: "1e-12",
                  bar: { error: 1e-12, tolerance: 1e-10 },
                }, "-"],
                ["<i>other</i>", { text: "NO", tone: "bad" }, {
                  text: "1e-3",
                  tone: "bad",
                  bar: { error: 1e-3, tolerance: 1e-10 },
                }, { text: "9.5 s", heardAt: { recording: "talk", startSec: SPIKE_SEC } }],
              ],
            },
          },
        ],
      },
      {
        heading: "Listen",
        blocks: [
          { kind: "player", recording },
          { kind: "figure", figure: lanesFigure({ hypothesis }), recording: "talk" },
          { kind: "figure", figure: spikeFigure(), recording: "talk" },
          { kind: "figure", figure: elboFigure([-120, -100, -99]) },
        ],
      },
      {
        heading: "Environment",
        isFolded: true,
        blocks: [
          { kind: "facts", facts: [["runtime", "bun 1.4.4"], ["cpu", "a fast one"]] },
          { kind: "code", label: "Run it again", text: "bun run scripts/parity.ts --html page.html" },
        ],
      },
    ],
  };
}
