/** Tables of a drift page. */
import { expect, test } from "bun:test";
import type { Margin } from "#lib/parity/drift/margins.ts";
import { marginsTable } from "#lib/report/drift_tables.ts";

test("a decision's place names what it has: a cluster that nobody is in has no chunk", () => {
  const margin = (at: Record<string, number | undefined>): Margin => ({
    ...{ kind: "living speaker", value: 0.5, threshold: 0.25, distance: 0.25, relative: 0.5 },
    at: at as Margin["at"],
  });
  const { rows } = marginsTable({
    ...{ run: "a", lists: [], nearestCounted: [], missing: [] },
    nearestMeasured: [margin({ chunk: 3, slot: 0 }), margin({ cluster: 2, chunk: undefined })],
  });
  expect(rows.map((row) => row.at(-1))).toEqual(["chunk 3, slot 0", "cluster 2"]);
});
