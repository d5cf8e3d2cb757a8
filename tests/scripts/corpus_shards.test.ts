/** The parts of the corpus command that work on shards. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { writeWav } from "#lib/audio/write_wav.ts";
import { describedSamples, expectedShards, shardsFolder } from "../corpus/shards/expected_shards.ts";
import { describeWith } from "../harness/shared_data.ts";
import { runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-corpus-shards-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const corpus = (...args: string[]) => runCommand("corpus", args, { cwd: scratch });

test("recordings are cut and packed, verified, listed and indexed", async () => {
  for (const name of ["a", "b.c"]) {
    await writeWav(join(scratch, `${name}.wav`), new Float32Array(16_000 * 50).fill(0.1), {
      sampleRate: 16_000,
    });
  }
  writeFileSync(join(scratch, "list.csv"), "path,duration\na.wav,50\nb.c.wav,50\n");
  writeFileSync(join(scratch, "vad.rttm"), "SPEAKER a 1 0 28 <NA> <NA> x <NA> <NA>\n");
  const made = await corpus(
    "shard",
    "list.csv",
    "--vad",
    "vad.rttm",
    "--out",
    "out",
    "--samples",
    "3",
    "--json",
  );
  expect(made.stderr).toBe("warning: vad.rttm has no segment of b.c, which is taken for silent.\n");
  expect(JSON.parse(made.stdout)).toMatchObject({ shards: 2, samples: 4, failures: [], overlong: [] });
  const shards = ["out/shards-000000.tar", "out/shards-000001.tar"];
  const verified = await corpus("verify", ...shards, "--index", "out/shards.index.json");
  expect(verified).toEqual({
    status: 0,
    stderr: "",
    stdout: `${shards[0]}: 3 samples, sound\n${shards[1]}: 1 sample, sound\n`,
  });
  const listed = await corpus("samples", "out/shards-{000000..000001}.tar", "--json", "--rank", "1/2");
  expect(listed.stdout.trim().split("\n").map((line) => JSON.parse(line).key)).toEqual(["b%2Ec_0001"]);
  const indexed = await corpus("index", ...shards, "--out", "out/again.index.json");
  expect(indexed.stdout).toBe("out/again.index.json: 4 samples in 2 shards\n");
  expect(readFileSync(join(scratch, "out/again.index.json"), "utf8")).toBe(
    readFileSync(join(scratch, "out/shards.index.json"), "utf8"),
  );
  writeFileSync(join(scratch, "other.rttm"), "SPEAKER talk 1 0 28 <NA> <NA> x <NA> <NA>\n");
  const unfit = await corpus("shard", "list.csv", "--vad", "other.rttm", "--out", "unfit");
  expect([unfit.status, unfit.stdout, unfit.stderr]).toEqual([
    1,
    "",
    "error: other.rttm has no segment of any recording of list.csv: it tells of talk, and the list has a, b.c. " +
    "Recordings are matched by wav_id, which has to be the same in both.\n",
  ]);
  const over = await corpus("index", ...shards, "--out", shards[0]);
  expect([over.status, over.stderr]).toMatchObject([2, expect.stringMatching(/write over what is read/)]);
  const onto = await corpus("index", ...shards, "--out", "vad.rttm");
  expect([onto.status, onto.stderr]).toMatchObject([2, expect.stringMatching(/a file that is no JSON/)]);
  const again = await corpus("shard", "list.csv", "--vad", "vad.rttm", "--out", "out");
  expect([again.status, again.stderr]).toMatchObject([1, expect.stringMatching(/not written over/)]);
}, SLOW);

test.each<[string[], number, RegExp]>([
  [["samples"], 2, /Name at least one shard/],
  [["samples", "x.tar", "--rank", "2/2"], 2, /--rank is two whole numbers/],
  [["samples", "x.tar", "--rule", "amela"], 2, /--rule is auto or webdataset, not amela/],
  [["samples", "x.tar", "--rule", "auto", "--suffixes", "wav"], 2, /give one/],
  [["samples", "none.tar"], 3, /none\.tar: does not exist/],
  [["samples", "bad.tar"], 1, /^error: bad\.tar: byte 0: is no tar/],
  [["shard", "list.csv"], 2, /shard needs --vad FILE/],
])("%j: exit %d", async (args, code, said) => {
  writeFileSync(join(scratch, "bad.tar"), new Uint8Array(1024).fill(7));
  const { status, stdout, stderr } = await corpus(...args);
  expect([status, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(said);
}, SLOW);

describeWith("samples of the shared shards", shardsFolder, (folder) => {
  test("are told as JSON lines, those before damage too", async () => {
    const expected = expectedShards();
    const plain = await corpus(
      "samples",
      ...expected.plain.urls.map((name: string) => join(folder, name)),
      "--json",
    );
    const lines = plain.stdout.trim().split("\n").map((line) => JSON.parse(line));
    expect(lines.map(({ shard, ...sample }) => ({ ...sample, url: basename(shard) }))).toEqual(
      expected.plain.samples,
    );
    const damaged = await corpus(
      "samples",
      join(folder, "truncated_in_member.tar"),
      "--json",
      "--rule",
      "webdataset",
    );
    expect(damaged.status).toBe(1);
    expect(damaged.stderr).toMatch(/truncated_in_member\.tar: byte 35840: cut short.*"utt0001"/);
    const { samples } = await describedSamples(["truncated_in_member.tar"], { folder });
    expect(damaged.stdout.trim().split("\n").map((line) => JSON.parse(line).key)).toEqual(
      samples.map(({ key }) => key),
    );
  }, SLOW);
});
