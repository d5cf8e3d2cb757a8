import { isPackage } from "#lib/places/places.ts";
import type { Command } from "./command_line.ts";

/** A command of `dialab`. */
export interface Subcommand {
  readonly name: string;
  /** Another name that it answers to. */
  readonly alias?: string;
  /** Under which head `dialab --help` lists it; those of a clone, which work on dialab itself, without a line of their own. */
  readonly group: "recordings" | "runs" | "machine" | "clone";
  /** In at most 46 letters, so that its line fits 60 columns. */
  readonly about: string;
  /** Loads it when it is called: the others cost nothing. */
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** A new command is a row here. */
const ROWS: readonly Subcommand[] = [
  {
    name: "diarize",
    group: "recordings",
    about: "who speaks when in recordings",
    load: () => import("../diarize.ts"),
  },
  {
    name: "score",
    group: "recordings",
    about: "how far a diarization is from its reference",
    load: () => import("../score.ts"),
  },
  {
    name: "manifest",
    group: "recordings",
    about: "a list of the recordings in a folder",
    load: () => import("../manifest.ts"),
  },
  {
    name: "corpus",
    group: "recordings",
    about: "join, filter and look into a corpus",
    load: () => import("../corpus.ts"),
  },
  {
    name: "process",
    group: "recordings",
    about: "features of many, as tables and arrays",
    load: () => import("../process.ts"),
  },
  {
    name: "parity",
    group: "runs",
    about: "replay captured runs and compare every stage",
    load: () => import("../parity.ts"),
  },
  {
    name: "drift",
    group: "runs",
    about: "where two runs part ways, and by which stage",
    load: () => import("../drift.ts"),
  },
  {
    name: "why",
    group: "runs",
    about: "what made a result; would it be the same here",
    load: () => import("../why.ts"),
  },
  {
    name: "bench",
    group: "runs",
    about: "how long things take, beside their peers",
    load: () => import("../bench.ts"),
  },
  {
    name: "doctor",
    group: "machine",
    about: "what this machine has that dialab can use",
    load: () => import("../doctor.ts"),
  },
  {
    name: "fetch",
    group: "machine",
    about: "download weights and captures",
    load: () => import("../fetch.ts"),
  },
  {
    name: "notebooks",
    alias: "notebook",
    group: "machine",
    about: "open notebooks, or make a folder for your own",
    load: () => import("../notebooks.ts"),
  },
  {
    name: "kernel",
    group: "machine",
    about: "install the Deno kernel for any Jupyter",
    load: () => import("../kernel.ts"),
  },
  {
    name: "completion",
    group: "machine",
    about: "have bash, zsh or fish complete its words",
    load: async () => {
      const { completionCommand } = await import("./completion_command.ts");
      return { command: completionCommand(SUBCOMMANDS) };
    },
  },
  { name: "test", group: "clone", about: "the whole suite", load: () => import("../test.ts") },
  { name: "ok", group: "clone", about: "the gate", load: () => import("../ok.ts") },
  {
    name: "fuzz",
    group: "clone",
    about: "mutated files against the readers",
    load: () => import("../fuzz.ts"),
  },
  {
    name: "docs-commands",
    group: "clone",
    about: "run what the documentation says",
    load: () => import("../docs_commands.ts"),
  },
  { name: "build", group: "clone", about: "make the package", load: () => import("../build.ts") },
  {
    name: "check-package",
    group: "clone",
    about: "try the package as those who install it",
    load: () => import("../check_package.ts"),
  },
  {
    name: "soak-compute",
    group: "clone",
    about: "look for memory that a GPU's use keeps",
    load: () => import("../soak_compute.ts"),
  },
];

/** All of them, as `dialab --help` lists them. The package has none of those that work on dialab itself. */
export const SUBCOMMANDS: readonly Subcommand[] = ROWS.filter(({ group }) =>
  group !== "clone" || !isPackage()
);

/** The command that a word names, if any. */
export function subcommandNamed(word: string | undefined): Subcommand | undefined {
  return SUBCOMMANDS.find(({ name, alias }) => word !== undefined && (name === word || alias === word));
}
