/** --preset FILE, --set and --import, from the command line to the capture and its replay. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWav } from "#lib/audio/write_wav.ts";
import { projectRoot } from "#lib/places/places.ts";
import { runCommand } from "./command.ts";
import { CommandServer } from "./command_server.ts";

const root = mkdtempSync(join(tmpdir(), "dialab-settings-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const SLOW = 120_000;
const command = (name: string, ...args: readonly string[]) => runCommand(name, args, { cwd: root });
const talk = join(root, "talk.wav");
beforeAll(async () => {
  const samples = Float32Array.from({ length: 12 * 16000 }, (_, i) => {
    const pitch = i < 6 * 16000 ? 110 : 220;
    const syllable = Math.max(0, Math.sin(i / 2500));
    return syllable * [1, 2, 3, 4, 5].reduce((sum, k) =>
      sum + Math.sin(2 * Math.PI * pitch * k * i / 16000) / k, 0) /
      8;
  });
  await writeWav(talk, samples, { sampleRate: 16000 });
});

const server = new CommandServer();
const diarize = (...args: string[]) => command("diarize", talk, "--out", join(root, "out"), ...args);
const written = (name: string, content: unknown): string => {
  const path = join(root, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

describe("settings", () => {
  test("--set help lists every option, and the preset's own values", async () => {
    const { status, stdout } = await diarize("--preset", "own", "--set", "help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^vbx\.fa=0\.2 {2}\(the preset's\)$/m);
    expect(stdout).toMatch(/^segmentation\.speechThreshold=off$/m);
    expect(stdout).toMatch(/^hints\.numSpeakers=not set$/m);
  }, SLOW);

  test.each<[string, string[], string]>([
    ["a preset that is gone", ["--preset", "interim"], '"hybrid" has taken its place'],
    ["a preset misspelt", ["--preset", "hybird"], 'did you mean "hybrid"?'],
    ["a file that there is not", ["--preset", "nowhere.json"], "nowhere.json: there is no such file"],
    ["an option misspelt", ["--set", "vbx.fx=1"], "Did you mean vbx.fa?"],
    ["an option set twice", ["--set", "vbx.fa=1", "--set", "vbx.fa=2"], "vbx.fa is set twice"],
    [
      "hints that contradict",
      ["--num-speakers", "2", "--set", "hints.numSpeakers=3"],
      "--num-speakers is 2, and hints.numSpeakers is set to 3",
    ],
    [
      "hints that contradict each other",
      ["--set", "hints.minSpeakers=3", "--set", "hints.maxSpeakers=2"],
      "hints.minSpeakers is 3, which must not exceed hints.maxSpeakers, 2",
    ],
    [
      "a hint and a setting that contradict each other",
      ["--min-speakers", "3", "--set", "hints.maxSpeakers=2"],
      "--min-speakers must not exceed --set hints.maxSpeakers: 3 at least, and 2 at most",
    ],
    [
      "a network that there is not",
      ["--embedding-model", "nope"],
      "There is no embedding network nope; there are",
    ],
    ["a network by nearly its name", ["--embedding-model", "embedding-ovn"], "did you mean embedding-own?"],
    [
      "a grid that nothing is heard on",
      ["--set", "grid.chunks.stepSec=0.5"],
      "another grid would only give its turns wrong times",
    ],
    [
      "a clustering without a PLDA",
      ["--preset", written("bare.json", { extends: "own", plda: null })],
      "needs a PLDA",
    ],
    ["a clustering that ends in no turns", [
      ...["--preset", written("none.json", { extends: "own", plda: null, clustering: "test-none" })],
      ...[
        "--import",
        written(
          "none.ts",
          `import { defineClustering } from "${projectRoot()}/lib/pipeline/clusterings.ts";
        defineClustering({ name: "test-none", title: "", stages: [] });`,
        ),
      ],
    ], "gives diarization or exclusive"],
    ["code that does not parse", ["--import", written("broken.ts", "const = 1;")], "broken.ts: "],
  ])("%s is a usage error", async (_, args, message) => {
    const preset = args[0] === "--preset" ? [] : ["--preset", "own"];
    const line = [talk, "--out", join(root, "out"), ...preset, ...args];
    const { status, stderr } = await server.run("diarize", line, root);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  }, SLOW);

  test("code that there is not is missing", async () => {
    const { status, stderr } = await server.run("diarize", [talk, "--import", "nowhere.ts"], root);
    expect([status, stderr]).toEqual([3, "error: --import nowhere.ts does not exist.\n"]);
  }, SLOW);

  test("of a preset's file and of --set are in the result's capture, which replays with them", async () => {
    const preset = written("calm.json", {
      extends: "own",
      options: { annotation: { minDurationOff: 0.25 } },
    });
    const out = join(root, "calm");
    const { status } = await command(
      ...["diarize", talk, "--out", out, "--preset", preset, "--dump", "all"] as const,
      ...["--set", "vbx.fa=0.3", "--set", "segmentation.speechThreshold=0.4"],
    );
    expect(status).toBe(0);
    const { run } = JSON.parse(readFileSync(join(out, "captures", "talk", "manifest.json"), "utf8"));
    expect([run.preset, run.options.annotation.minDurationOff, run.options.vbx.fa, run.options.vbx.fb])
      .toEqual(["calm", 0.25, 0.3, 2]);
    expect(run.options.segmentation.speechThreshold).toBe(0.4);
    const replay = await command("parity", "--captures", join(out, "captures"));
    expect(replay.stdout).toContain("1 of 1 capture identical");
  }, SLOW);

  test("a clustering of one's own is loaded by --import, and needed for the replay", async () => {
    const module = written(
      "one.ts",
      `
      import { ahcSpeakers } from "${projectRoot()}/lib/pipeline/ahc_speakers.ts";
      import { defineClustering } from "${projectRoot()}/lib/pipeline/clusterings.ts";
      import { z } from "${projectRoot()}/node_modules/zod/index.js";
      defineClustering({
        name: "mine",
        title: "AHC of my own",
        options: z.strictObject({ depth: z.number().min(0).default(1) }),
        stages: () => ahcSpeakers(),
      });
    `,
    );
    const preset = written("mine.json", { extends: "own", clustering: "mine", plda: null });
    const out = join(root, "mine");
    const args = [
      "diarize",
      talk,
      "--out",
      out,
      "--preset",
      preset,
      "--dump",
      "all",
      "--set",
      "clustering.depth=2",
    ] as const;
    const without = await command(...args);
    expect([without.status, without.stderr.includes("--import FILE")]).toEqual([2, true]);
    expect((await command(...args, "--import", module)).stderr).not.toContain("error");
    const { run } = JSON.parse(readFileSync(join(out, "captures", "talk", "manifest.json"), "utf8"));
    expect([run.clustering, run.options.clustering]).toEqual(["mine", { depth: 2 }]);
    const captures = join(out, "captures");
    const refused = await command("parity", "--captures", captures);
    expect([refused.status, /clustering "mine".*--import/s.test(refused.stderr)]).toEqual([3, true]);
    const replay = await command("parity", "--captures", captures, "--import", module);
    expect(replay.stdout).toContain("1 of 1 capture identical");

    const capture = join(captures, "talk");
    const drift = async (query: string, ...more: string[]) =>
      await command("drift", ...[capture, query, "--import", module, ...more]);
    const { a, b, settings } = JSON.parse((await drift("?clustering.depth=3", "--json", "-")).stdout);
    expect([a.name, b.name]).toEqual([capture, `${capture}?clustering.depth=3`]);
    expect(settings).toEqual([{ what: "clustering.depth", a: "2", b: "3" }]);
    const wrong = await drift("?clustering.height=3");
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("There is no option clustering.height. clustering has clustering.depth.");
    // Of a run that has another clustering, too; and --set is no option of drift.
    const none = await command("drift", "a_two_speakers", "?clustering.depth=3", "--import", module);
    expect(none.status).toBe(2);
    expect(none.stderr).toMatch(
      /no option clustering\.depth\. dialab diarize --set help .*clustering is "vbx"/,
    );
  }, SLOW);

  test("without --preset the best is taken that is here, and a note says which", async () => {
    const { status, stderr } = await command("diarize", talk, "--out", join(root, "best"), "--json");
    expect(status).toBe(0);
    expect(stderr).toMatch(/note: Preset (own|hybrid) is taken.*dialab fetch models/s);
    // drift takes the same.
    const page = join(root, "drift.html");
    const drift = await command("drift", talk, "@wasm", "--html", page);
    expect([drift.status, drift.stderr]).toEqual([0, stderr.match(/note: .*\n/)![0]]);
    expect(drift.stdout).toContain("the same in every stage");
    expect(readFileSync(page, "utf8")).toMatch(/Preset (own|hybrid) is taken/);
  }, SLOW);
});
