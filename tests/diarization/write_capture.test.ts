import { afterAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DUMP_STAGES, writeCapture } from "#lib/diarization/write_capture.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { projectRoot } from "#lib/places/places.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { verifyManifest } from "#lib/parity/verify_manifest.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";

const root = mkdtempSync(join(tmpdir(), "dialab-capture-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FILES: Record<typeof DUMP_STAGES[number], string[]> = {
  plda: ["plda_embeddings.npz"],
  ahc: ["ahc_init_labels.npy", "ahc_state.npz"],
  vbx: ["vbx_state.npz"],
  clustering: ["clustering.npz"],
  reconstruction: ["reconstruction.npz"],
};
const NEEDED = ["manifest.json", "raw_embeddings.npz", "reference.rttm", "segmentations.npz"];

/** A run with settings that are not the defaults. */
async function run() {
  const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
  const { model: plda } = await findPlda(capture);
  const options = parseOptions({
    ahc: { threshold: 0.5 },
    vbx: { fa: 0.1, fb: 0.7, maxIterations: 5 },
    annotation: { minDurationOff: 0.25 },
  });
  const { segmentations, embeddings } = capture.artefacts;
  const { artefacts } = await runStages(COMMUNITY_1, { segmentations, embeddings }, {
    options,
    models: { plda },
    uri: "talk",
  });
  return { artefacts, options, plda };
}

describe("writeCapture", () => {
  test("what it writes is read back whole, and replays to the same", async () => {
    const { artefacts, options, plda } = await run();
    const folder = join(root, "whole");
    await writeCapture(folder, artefacts, { run: { options } });
    expect(readdirSync(folder).sort()).toEqual([...NEEDED, ...Object.values(FILES).flat()].sort());
    const capture = await readCapture(folder);
    expect([capture.uri, capture.reference.size]).toEqual(["talk", artefacts.diarization!.size]);
    for (const [name, array] of Object.entries(capture.artefacts)) {
      expect([name, artefacts[name as keyof typeof artefacts] as unknown]).toEqual([name, array]);
    }
    expect(Object.keys(capture.artefacts).length).toBe(16);
    const { ahc, vbx, annotation, grid } = capture.options;
    expect([ahc?.threshold, vbx?.fa, vbx?.fb, vbx?.maxIterations]).toEqual([0.5, 0.1, 0.7, 5]);
    expect(annotation?.minDurationOff).toBe(0.25);
    expect(parseOptions({ grid }).grid).toEqual(options.grid);
    const report = await replayCapture(capture, { models: { plda } });
    expect([report.ok, report.rttm.identical]).toEqual([true, true]);
  });

  test.each(DUMP_STAGES)("writes %s alone beside what every capture needs", async (stage) => {
    const { artefacts, options } = await run();
    const folder = join(root, stage);
    await writeCapture(folder, artefacts, { run: { options }, stages: [stage] });
    expect(readdirSync(folder).sort()).toEqual([...NEEDED, ...FILES[stage]].sort());
  });

  test("replaces a capture, and leaves nothing where it cannot write one", async () => {
    const { artefacts, options } = await run();
    const folder = join(root, "again");
    mkdirSync(folder);
    writeFileSync(join(folder, "old.npy"), "");
    await writeCapture(folder, artefacts, { run: { options } });
    expect(existsSync(join(folder, "old.npy"))).toBe(false);
    const before = readFileSync(join(folder, "reference.rttm"), "utf8");
    const { diarization: _, ...rest } = artefacts;
    await expect(writeCapture(folder, rest, { run: { options } })).rejects.toThrow(
      "A capture needs diarization",
    );
    const broken = { ...artefacts, count: { ...artefacts.count!, shape: [3, 1] } };
    await expect(writeCapture(folder, broken, { run: { options } })).rejects.toThrow();
    expect(readFileSync(join(folder, "reference.rttm"), "utf8")).toBe(before);
    expect(readdirSync(root).filter((name) => name.includes("again"))).toEqual(["again"]);
  });

  test("several at once do not mix: one of them stays, whole, and nothing beside it", async () => {
    const { artefacts, options } = await run();
    const folder = join(root, "at_once");
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => {
        const own = { ...artefacts, pi: { ...artefacts.pi!, data: artefacts.pi!.data.map(() => i) } };
        // Half of them write fewer files than the others.
        const stages = i % 2 === 0 ? DUMP_STAGES : ["vbx"] as const;
        return writeCapture(folder, own, { run: { options, channel: i }, stages });
      }),
    );
    const { run: made, artefacts: kept } = await readCapture(folder);
    const files = made!.channel! % 2 === 0 ? Object.values(FILES).flat() : FILES.vbx;
    expect(readdirSync(folder).sort()).toEqual([...NEEDED, ...files].sort());
    expect([...kept.pi!.data]).toEqual([...artefacts.pi!.data].map(() => made!.channel!));
    expect((await verifyManifest(folder))?.damaged).toEqual([]);
    expect(readdirSync(root).filter((name) => name.includes("at_once"))).toEqual(["at_once"]);
  });
});
