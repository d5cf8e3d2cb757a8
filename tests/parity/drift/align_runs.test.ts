/** What corresponds in two runs. */
import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { alignRuns } from "#lib/parity/drift/align_runs.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";

/** Slots (one a chunk) and frames (one speaker each) of a run. */
function speakers(slots: number[], frames: number[], columns: number): Partial<Artefacts> {
  const discrete = new Float32Array(frames.length * columns);
  frames.forEach((speaker, t) => discrete[t * columns + speaker] = 1);
  return {
    hardClusters: ndArray("i4", [slots.length, 1], Int32Array.from(slots)),
    discreteDiarization: ndArray("f4", [frames.length, columns], discrete),
  };
}

const pairs = (a: Partial<Artefacts>, b: Partial<Artefacts>) => {
  const { speaker } = alignRuns(a, b);
  return speaker && [...speaker.a].map((from, i) => [from, speaker.b[i]]);
};

describe("speakers of two runs", () => {
  test("are matched by the frames that they share, whatever most slots say", () => {
    const a = speakers([0, 0, 0], [0, 0, 0, 0, 0], 1);
    const b = speakers([1, 1, 0], [0, 0, 0, 1, 1], 2);
    expect(pairs(a, b)).toEqual([[0, 0]]);
  });

  test("are matched by slots where as many frames are shared", () => {
    const a = speakers([0, 0, 0], [0, 0, 0, 0], 1);
    const b = speakers([1, 1, 0], [0, 0, 1, 1], 2);
    expect(pairs(a, b)).toEqual([[0, 1]]);
  });

  test("that never come to a frame are matched by slots", () => {
    const a = speakers([0, 0, 1], [0, 0], 1);
    const b = speakers([0, 0, 2], [0, 0], 1);
    expect(pairs(a, b)).toEqual([[0, 0], [1, 2]]);
  });

  test("are matched where frames hold NaN and Infinity, which speak for nobody or once", () => {
    const a = speakers([0, 1], [0, 0, 1, 1], 2), b = speakers([1, 0], [1, 1, 0, 0], 2);
    a.discreteDiarization!.data[0] = NaN;
    b.discreteDiarization!.data[0] = Infinity;
    expect(pairs(a, b)).toEqual([[0, 1], [1, 0]]);
  });

  test("keep their numbers where nothing tells otherwise", () => {
    const a = speakers([0, 1], [0, 1], 2);
    expect(pairs(a, speakers([0, 1], [0, 1], 2))).toBe(undefined);
    const { hardClusters: left } = a, { hardClusters: right } = speakers([1, 0], [1, 0], 2);
    expect(pairs({ hardClusters: left }, { hardClusters: right })).toEqual([[0, 1], [1, 0]]);
  });
});
