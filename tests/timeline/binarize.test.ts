import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { binarize, type BinarizeOptions } from "#lib/timeline/binarize.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { FRAMES } from "#lib/timeline/sliding_window.ts";
import { speakerNames } from "#lib/timeline/speaker_names.ts";

const second = { startSec: 0, durationSec: 1, stepSec: 1 };

/** Turns of columns written as strings of 0 and 1, one column each; frame i's middle is i + 0.5 s. */
function turns(columns: string[], options: BinarizeOptions = {}): [number, number, string][] {
  const total = columns[0]?.length ?? 0;
  const data = Float32Array.from(
    { length: total * columns.length },
    (_, at) => Number(columns[at % columns.length][Math.floor(at / columns.length)]),
  );
  const annotation = binarize(ndArray("f4", [total, columns.length], data), { frames: second, ...options });
  return [...annotation.itertracks({ yieldLabel: true })].map((
    [segment, , label],
  ) => [segment.start, segment.end, label]);
}

describe("binarize", () => {
  test("runs from the middle of the first frame to the middle of the first frame without", () => {
    expect(turns(["0110010"])).toEqual([[1.5, 3.5, "0"], [5.5, 6.5, "0"]]);
  });

  test("an open turn closes at the last frame; one that opens there has no length", () => {
    expect(turns(["1111"])).toEqual([[0.5, 3.5, "0"]]);
    expect(turns(["0001"])).toEqual([]);
    expect(turns(["1101"])).toEqual([[0.5, 2.5, "0"]]);
  });

  test("of equal bounds come by column number as a string", () => {
    const columns = Array.from({ length: 12 }, (_, k) => [2, 10, 11].includes(k) ? "0110" : "0000");
    expect(turns(columns).map(([, , label]) => label)).toEqual(["10", "11", "2"]);
  });

  test("takes 0.5 for neither opening nor closing", () => {
    const data = Float32Array.of(0.5, 0.6, 0.5, 0.5, 0.4, 0.5);
    const annotation = binarize(ndArray("f4", [6, 1], data), { frames: second });
    expect(annotation.getTimeline().segments.map(({ start, end }) => [start, end])).toEqual([[1.5, 4.5]]);
  });

  test("fills pauses shorter than minDurationOff", () => {
    expect(turns(["10100111"], { minDurationOff: 1.5 })).toEqual([[0.5, 3.5, "0"], [5.5, 7.5, "0"]]);
    expect(turns(["10100111"], { minDurationOff: 2.5 })).toEqual([[0.5, 7.5, "0"]]);
  });

  test("community-1's first turn starts at 0.03096875 s, and starts are those of the grid", () => {
    const [[segment]] = [...binarize(ndArray("f4", [3, 1], Float32Array.of(1, 1, 0))).itertracks()];
    expect([segment.start, segment.end]).toEqual([0.03096875, 0.5 * (0.03375 + (0.03375 + 991 / 16000))]);
    expect(turns(["110"], { frames: { ...second, startSec: 100 } })).toEqual([[100.5, 102.5, "0"]]);
  });

  test("nothing and nobody make no turn", () => {
    expect(turns([])).toEqual([]);
    expect(turns(["0000", "0000"])).toEqual([]);
    expect([...binarize(ndArray("f4", [0, 3], new Float32Array(0)), { uri: "a" }).itertracks()]).toEqual([]);
  });

  test("keeps the recording's name, and refuses what is no matrix", () => {
    expect(binarize(ndArray("f4", [1, 1], Float32Array.of(0)), { uri: "talk", frames: FRAMES }).uri).toBe(
      "talk",
    );
    expect(() => binarize(ndArray("f4", [3], new Float32Array(3)))).toThrow(
      /discrete diarization has shape \[3\]/,
    );
  });
});

describe("speakerNames", () => {
  const named = (...labels: string[]) => {
    const annotation = new Annotation();
    labels.forEach((label, i) => annotation.set(new Segment(i, i + 1), label, label));
    return [...speakerNames(annotation)].map(([label, name]) => `${label}=${name}`);
  };

  test("go by the labels as strings, whoever speaks first", () => {
    expect(named("2", "10", "1", "0")).toEqual([
      "0=SPEAKER_00",
      "1=SPEAKER_01",
      "10=SPEAKER_02",
      "2=SPEAKER_03",
    ]);
  });

  test("leave no hole for a cluster without a turn, and go past 99", () => {
    expect(named("7", "3")).toEqual(["3=SPEAKER_00", "7=SPEAKER_01"]);
    const labels = Array.from({ length: 140 }, (_, k) => `${k}`);
    const names = named(...labels);
    expect(names[names.length - 1]).toBe("99=SPEAKER_139");
    expect(names.find((name) => name.startsWith("139="))).toBe("139=SPEAKER_45");
  });
});
