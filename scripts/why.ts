/** `why`: what a result was made with, and whether it would come out the same here. See `--help`. */
import process from "node:process";
import { compareProvenance, PROVENANCE_EFFECTS, worstEffect } from "#lib/diarization/compare_provenance.ts";
import { type Repetition, wouldRepeat } from "#lib/diarization/would_repeat.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import { importHelp, importModules, importOption } from "./cli/pipeline_settings.ts";
import { printReport } from "./cli/print_report.ts";
import { styleOf } from "./cli/style.ts";
import { resultSum } from "./diarize/result_sum.ts";
import { stateDiffers } from "./why/file_state.ts";
import { readRuns, type ToldRun, UntoldError } from "./why/read_runs.ts";
import { tellComparison, tellRun, verdictOf } from "./why/tell.ts";

const help = `NAME
    why - what a result was made with; would it be the same here

SYNOPSIS
    dialab why RESULT [OTHER] [OPTION]...
    npm run why -- RESULT [OTHER] [OPTION]...
    bun run scripts/why.ts RESULT [OTHER] [OPTION]...
    deno run -A scripts/why.ts RESULT [OTHER] [OPTION]...

DESCRIPTION
    Prints what RESULT depends on: dialab's version and commit, preset, options,
    hints, weights and recording by their sha256, backend, runtime. Then says
    what of it is otherwise in this installation, and what comes of that:

    changes results     another recording, other weights, another setting
    may change results  another version or commit of dialab, f32 on a GPU
    last bits only      another backend, adapter, provider, runtime: the same
                        turns, unless a decision was nearly a tie
    changes nothing     only a name

    Weights are looked for as diarize does, the preset is asked for its settings
    and the backend is opened. Nothing is computed.

    RESULT is what diarize wrote: JSON, a page, WebVTT, a capture, a
    .provenance.json, or what --json printed. Of RTTM and other formats, what
    stands beside them in .dialab or in NAME.provenance.json is read, by the
    file's sha256: of several runs' results each is told of its own, and one
    that was changed is told to be. Of a result that was copied or renamed away
    from its record nothing tells that it is as it was written: "perhaps". A
    capture has the sums of its files in its manifest. With OTHER the two runs
    are compared with each other, not with this installation.

OPTIONS
    --audio FILE
        The recording: whether it is the one that was heard. Otherwise it is
        taken to be.
    --models DIR
        Where weights are looked for first.
${importHelp}    --json [FILE]
        Print one JSON object {runs} or {a, b, differences, outcome, verdict},
        or write it to a FILE that ends in .json.
${commonHelp}
EXAMPLES
    dialab why out/talk.json
    dialab why out/talk.rttm --audio talk.wav
    dialab why out/talk.html elsewhere/talk.html
    dialab why out/captures/talk --json | head -20

EXIT STATUS
    0    the same, the last bits perhaps excepted
    1    it would or may differ, or the file tells nothing
    2    the command line is wrong
    3    weights are missing, or a file is not there

ENVIRONMENT
    DIALAB_MODELS  one more place to look for weights in
    NO_COLOR       if set, no colours
`;

const options = {
  "audio": { type: "string" },
  "models": { type: "string" },
  "import": importOption,
  "json": { type: "output" },
} as const;

async function run(line: CommandLine): Promise<number> {
  const { values, positionals } = line;
  const [path, other, ...more] = positionals;
  if (path === undefined || more.length > 0) {
    throw new UsageError(`Name one result, or two to compare; given were ${positionals.length}.`);
  }
  const imports = await importModules(line);
  const told = await readRuns(path);
  const layout = { columns: process.stdout.columns || 80, style: styleOf(process.stdout) };
  const json = values.get("json");
  if (other !== undefined) {
    for (const name of ["audio", "models"]) {
      if (values.has(name)) throw new UsageError(`--${name} goes with one result, not with two.`);
    }
    const [a, b] = [only(told, path), only(await readRuns(other), other)];
    // Two that are byte for byte the same are the same, whoever wrote them.
    const isSame = await resultSum(a.file) === await resultSum(b.file);
    const states = (isSame ? [] : [a, b]).flatMap(stateDiffers);
    const differences = states.concat(compareProvenance(a.run, b.run));
    const outcome = worstEffect(differences);
    await printReport(json, {
      json: () =>
        JSON.stringify(
          { a, b, differences, outcome, verdict: verdictOf({ outcome, differences }, "runs") },
          null,
          2,
        ),
      text: () => tellComparison({ a, b }, { differences, outcome }, layout),
    });
    return exitCode([outcome]);
  }
  const found: (ToldRun & { readonly here: Repetition })[] = [];
  const here = {
    models: values.get("models"),
    audio: values.get("audio"),
    imports,
  };
  for (const one of told) {
    found.push({ ...one, here: withState(one, await wouldRepeat(one.run, here)) });
  }
  await printReport(json, {
    json: () =>
      JSON.stringify(
        { runs: found.map((one) => ({ ...one, verdict: verdictOf(one.here, "here") })) },
        null,
        2,
      ),
    text: () => found.map((one) => tellRun(one, one.here, layout)).join("\n\n"),
  });
  return exitCode(found.map(({ here }) => here.outcome));
}

/** A file that was changed would not come out as it is. */
function withState(told: ToldRun, here: Repetition): Repetition {
  const own = stateDiffers(told);
  if (own.length === 0) return here;
  const differences = [...own, ...here.differences];
  return { ...here, differences, outcome: here.outcome === "missing" ? "missing" : worstEffect(differences) };
}

function only(told: readonly ToldRun[], path: string): ToldRun {
  if (told.length === 1) return told[0];
  throw new UsageError(`${path} tells of ${told.length} recordings; name the result of one to compare it.`);
}

function exitCode(outcomes: readonly Repetition["outcome"][]): number {
  if (outcomes.includes("missing")) return EXIT.missing;
  const order: readonly string[] = PROVENANCE_EFFECTS;
  return outcomes.some((outcome) => order.indexOf(outcome) >= order.indexOf("unknown"))
    ? EXIT.failed
    : EXIT.fine;
}

/** The command. */
export const command: Command = {
  help,
  options,
  run,
  statusOf: (error) => error instanceof UntoldError ? EXIT.failed : undefined,
};

if (import.meta.main) await main(command);
