/** What `parity --end-to-end` prints. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { projectRoot } from "#lib/places/places.ts";
import { parityTable } from "#scripts/parity/table.ts";
import { type EndToEndReport, endToEndTable } from "#scripts/parity/end_to_end.ts";

const figures = {
  compared: 18,
  oneSided: 0,
  maxAbs: 1.3e-5,
  rms: 6.6e-7,
  meanCosine: 1,
  leastCosine: 0.99994,
};

function report(name: string, maxAbs: number): EndToEndReport {
  const embeddings = { ...figures, maxAbs } as EndToEndReport["embeddings"];
  return {
    name,
    backend: "scalar",
    ok: true,
    equalFrames: 1,
    embeddings,
    sameMasks: embeddings,
    rttm: { identical: true, der: 0 } as EndToEndReport["rttm"],
    seconds: { total: 31.7 },
  };
}

test("columns of any size stay apart, within 80 columns", () => {
  const [head, , ...rows] = endToEndTable(
    [report("02_pyannote_sample", 1.3e-5), report("a_name_that_is_too_long", 0), report("c", 0.25)],
    (_, text) => text,
  );
  expect(rows[0].split(/\s+/)).toEqual([
    ...["02_pyannote_sample", "100.00", "1.3e-5", "6.6e-7", "1.0000", "0.9999", "same", "0.0000", "32"],
  ]);
  expect(rows[1]).toMatch(/^a_name_that_is_to… +100\.00 +0\.0e\+0 /);
  for (const row of rows) expect([row.length, row.split(/\s+/).length]).toEqual([head.length, 9]);
  expect(head.length).toBeLessThanOrEqual(80);
});

test("on a terminal of 60 columns a row is a line, and what is left out is told", async () => {
  const [head, , row, , legend] = endToEndTable([report("02_pyannote_sample", 0.25)], (_, text) => text, 60);
  expect(head.split(/\s+/)).toEqual(["capture", "frames", "%", "least", "RTTM", "DER", "s"]);
  expect([head.length <= 60, row.length, legend]).toEqual([
    true,
    head.length,
    "max, RMS and mean cosine from 79 columns on.",
  ]);
  const fixtures = join(projectRoot(), "fixtures");
  const capture = await replayCapture(await readCapture(join(fixtures, "captures", "b_five_speakers")), {
    models: { plda: await readPlda(join(fixtures, "models", "plda")) },
  });
  const [narrow, wide] = [60, 79].map((columns) => parityTable([capture], (_, text) => text, columns));
  expect([narrow[0].length, narrow[2].length, wide[0].length]).toEqual([60, 60, 79]);
  expect(narrow[2].split(/\s+/)).toEqual(
    wide[2].split(/\s+/).filter((_, i) => ![1, 2, 10].includes(i)),
  );
  expect(narrow.at(-1)).toBe("Turns, speakers and ms from 79 columns on.");
});
