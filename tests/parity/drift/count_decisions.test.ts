/** What decisions rest on an artefact, counted by hand. */
import { expect, test } from "bun:test";
import { LIVING_PRIOR } from "#lib/clustering/centroids.ts";
import { countDecisions } from "#lib/parity/drift/count_decisions.ts";
import { DRIFT_QUANTITIES } from "#lib/parity/drift/drift_quantities.ts";

const of = (by: string) => DRIFT_QUANTITIES.find(({ decides }) => decides?.by === by)!;
const count = (by: string, a: number[], b: number[], shape: number[]) => {
  const change = countDecisions(of(by), {
    ...{ a: Float64Array.from(a), b: Float64Array.from(b), shape, indexOfA: [], notes: [] },
  });
  return change && [change.changed, change.total];
};

test("a speaker counts whose life changed, not one whose prior did", () => {
  const [dead, living] = [1e-12, 0.25];
  expect(count("living", [living, dead, living, dead], [0.5, 1e-9, living, dead], [4])).toEqual([0, 4]);
  expect(count("living", [living, dead, living, dead], [dead, dead, living, living], [4])).toEqual([2, 4]);
  // Alive is what is above the prior that centroids are made from, and that very prior is dead.
  const above = LIVING_PRIOR * (1 + 2 ** -52);
  expect(count("living", [LIVING_PRIOR, above, above], [above, LIVING_PRIOR, 1], [3])).toEqual([2, 3]);
  expect(count("living", [], [], [0])).toEqual([0, 0]);
});

test("labels and counts count one by one", () => {
  expect(count("value", [1, 2, 3, 4, 5], [1, 3, 3, 5, 5], [5])).toEqual([2, 5]);
});

test("groups count once, wherever and however often they differ", () => {
  expect(count("group", [0, 1, 1, 1, 0, 0], [0, 1, 0, 0, 0, 1], [3, 2])).toEqual([2, 3]);
  expect(count("group", [0, 1], [1, 1], [1, 2])).toEqual([1, 1]);
  expect(count("group", [0, 1, 1, 0, 1, 1], [0, 1, 0, 1, 1, 1], [3, 2])).toEqual([1, 3]);
});

test("the best of a row counts, the first of equals, not the numbers", () => {
  expect(count("argmax", [0.9, 0.1, 0.4, 0.6], [0.6, 0.4, 0.1, 0.9], [2, 2])).toEqual([0, 2]);
  expect(count("argmax", [1, 2, 2, 3, 1, 1], [1, 2, 1, 1, 1, 3], [2, 3])).toEqual([1, 2]);
  expect(count("argmax", [1, 2, 2, 3, 3, 1], [1, 1, 2, 1, 3, 3], [2, 3])).toEqual([2, 2]);
  expect(count("argmax", [3, 1, 2, 2], [2, 2, 3, 1], [2, 2])).toEqual([0, 2]);
  expect(count("argmax", [], [], [5, 0])).toEqual([0, 0]);
});

test("where nothing is decided there is nothing to count", () => {
  const quantity = DRIFT_QUANTITIES.find(({ decides }) => decides === undefined)!;
  const none = new Float64Array(1);
  expect(countDecisions(quantity, { a: none, b: none, shape: [1], indexOfA: [], notes: [] })).toBe(undefined);
});
