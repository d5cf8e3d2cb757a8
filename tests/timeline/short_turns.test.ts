import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  Annotation,
  formatCsv,
  formatLab,
  formatRttm,
  formatSrt,
  formatVtt,
  parseCsv,
  parseLab,
  parseRttm,
  parseSrt,
  parseVtt,
  Segment,
} from "#lib/timeline/mod.ts";

type Warn = (warning: string) => void;
const strict = true, STEP = 1e-3;
/** Each format: how it is written, how it is read back, all to the thousandth of a second. */
const FORMATS = {
  RTTM: [formatRttm, (text: string) => parseRttm(text, { strict }).get("talk")],
  CSV: [formatCsv, (text: string) => parseCsv(text, { strict }).get("talk")],
  "A lab file": [formatLab, (text: string) => parseLab(text, { strict })],
  SRT: [formatSrt, (text: string) => parseSrt(text, { strict })],
  WebVTT: [formatVtt, (text: string) => parseVtt(text, { strict })],
} as const;

describe.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])("%s", (format) => {
  const [write, read] = FORMATS[format];
  const written = (annotation: Annotation, warn: Warn) =>
    read(write(annotation, { warn })) ?? new Annotation();

  test("leaves out turns shorter than half its last decimal, with one warning", () => {
    const heard: string[] = [];
    const annotation = new Annotation({ uri: "talk" }).add(new Segment(0, 2), "ann")
      .add(new Segment(1, 1 + 0.4 * STEP), "ann").add(new Segment(3, 3 + 0.3 * STEP), "bob");
    const back = written(annotation, (warning) => heard.push(warning));
    expect(back.chart()).toEqual([["ann", 2]]);
    expect(heard).toEqual([
      `talk: 2 turns are shorter than ${format} can say with 3 decimals; they are left out.`,
    ]);
  });

  test("gives all others a length, wherever they begin", () => {
    const turn = fc.tuple(
      fc.double({ min: 0, max: 5000, noNaN: true }),
      fc.double({ min: 0.51, max: 3, noNaN: true }),
    );
    fc.assert(
      fc.property(turn, ([start, steps]) => {
        const annotation = new Annotation({ uri: "talk" }).add(
          new Segment(start, start + steps * STEP),
          "ann",
        );
        fc.pre(annotation.labels().length === 1);
        const heard: string[] = [];
        const back = written(annotation, (warning) => heard.push(warning));
        expect([heard, [...back.itertracks()].length]).toEqual([[], 1]);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
