import { expect, test } from "bun:test";
import fc from "fast-check";
import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { Annotation, asWritten, formatRttm, parseRttm, Segment } from "#lib/timeline/mod.ts";
import { writtenAnnotations } from "./arbitraries.ts";

test.each([1, 3, 6])("with %d decimals, is what reading the RTTM gives, and idempotent", (decimals) => {
  fc.assert(
    fc.property(writtenAnnotations, (annotation) => {
      const written = asWritten(annotation, { decimals });
      const read = parseRttm(formatRttm(annotation, { decimals })).get("day") ?? new Annotation();
      expect(written.equals(read)).toBe(true);
      expect(formatRttm(asWritten(written, { decimals }), { decimals })).toBe(
        formatRttm(written, { decimals }),
      );
    }),
    { numRuns: 200, seed: 11 },
  );
});

test("makes a rate of turns off the grid that of their files", () => {
  const turns = (by: number, uri = "talk") => {
    const annotation = new Annotation({ uri });
    for (let i = 0; i < 40; i++) annotation.add(new Segment(2 * i + by, 2 * i + 1.5 - by), `s${i % 3}`);
    return annotation;
  };
  const [a, b] = [turns(0), turns(0.0004)];
  expect(diarizationErrorRate(a, b).der).toBeGreaterThan(0);
  expect(diarizationErrorRate(asWritten(a), asWritten(b)).der).toBe(
    diarizationErrorRate(parseRttm(formatRttm(a)).get("talk")!, parseRttm(formatRttm(b)).get("talk")!).der,
  );
});

test("takes names that RTTM does not, drops what is too short to be written, refuses infinite times", () => {
  const annotation = new Annotation().add(new Segment(1, 1.0004), "Ann Lee").add(
    new Segment(2, 3),
    "Ann Lee",
  );
  expect(asWritten(annotation).chart()).toEqual([["Ann Lee", 1]]);
  expect(() => asWritten(new Annotation().add(new Segment(0, Infinity), "x"))).toThrow(RangeError);
});
