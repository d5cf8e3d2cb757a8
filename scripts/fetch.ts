/** Fetches weights and captures into the user's cache, or tells what to put where. */
import process from "node:process";
import { type ModelCard, modelCards, modelUrl } from "#lib/networks/model_cards.ts";
import { fixturePlaces, modelPlaces } from "#lib/places/places.ts";
import { type Command, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import { byHand, fetchFiles, notPublished } from "./fetch/fetch_files.ts";
import { ProgressLine } from "./fetch/progress_line.ts";
import { wrapped } from "./cli/wrapped.ts";
import { comesWithDialab, type Kind, wantedFiles } from "./fetch/wanted_files.ts";

const named = (which: (card: ModelCard) => boolean) => modelCards().filter(which).map(({ name }) => name);
const isPublished = (card: ModelCard) => modelUrl(card) !== undefined;
/** Names with commas, indented, in lines as long as the page's. */
const listed = (names: readonly string[]) => wrapped(`        ${names.join(", ")}`, 76);

const help = `NAME
    fetch - download weights and captures

SYNOPSIS
    dialab fetch models|captures [NAME]... [OPTION]...
    npm run fetch -- models|captures [NAME]... [OPTION]...
    bun run scripts/fetch.ts models|captures [NAME]... [OPTION]...
    deno run -A scripts/fetch.ts models|captures [NAME]... [OPTION]...

DESCRIPTION
    Downloads weights or captures of pyannote into the user's cache, where the
    other commands look last. Without NAME everything that is published.

    Models that are published, and can be fetched; community-1 needs all:
${listed(named(isPublished))}
    Models that come with dialab; preset own needs no others:
${listed(named(comesWithDialab))}
    Models that are not published, and have to be put there by hand; preset
    compact needs some of them:
${listed(named((card) => !isPublished(card) && !comesWithDialab(card)))}

    A download that is stopped or cut is kept and gone on with the next time.
    Files appear once their sha256 is right, a capture once all of its files
    are there. From a host that cannot be reached nothing more is asked for.

OPTIONS
    --to DIR
        Where to put it: a models folder, or a fixtures folder that gets
        captures/. Default: the user's cache.
    --offline
        Download nothing; tell what is missing, and where each file is to be
        put.
${commonHelp}
EXAMPLES
    What is missing, and where to put it by hand:
        dialab fetch models --offline
    One network, and one capture:
        dialab fetch models segmentation-3.0
        dialab fetch captures 01_dialogue

EXIT STATUS
    0  everything is there
    2  the command line is wrong
    3  something is missing; what to do is printed

ENVIRONMENT
    HF_TOKEN  sent to huggingface.co, for repositories whose terms have to be
              accepted
    NO_COLOR  if set, no colours
`;

function kindOf(word: string | undefined): Kind {
  if (word === "models" || word === "captures") return word;
  throw new UsageError(`Say what to fetch: models or captures${word === undefined ? "" : `, not ${word}`}.`);
}

/** The command. */
export const command: Command = {
  help,
  options: { to: { type: "string" }, offline: { type: "boolean" } },
  async run({ values, positionals: [word, ...names] }) {
    const kind = kindOf(word);
    const places = kind === "models" ? modelPlaces() : fixturePlaces();
    const folder = values.get("to") ?? places.find(({ origin }) => origin === "cache")?.path;
    if (folder === undefined) {
      throw new UsageError("This machine has no folder for caches; give one with --to.");
    }
    const files = wantedFiles(kind, names, folder);
    const progress = new ProgressLine(process.stderr);
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort(new Error("stopped")));
    try {
      const { missing } = await fetchFiles(files, {
        offline: values.has("offline"),
        hubToken: process.env.HF_TOKEN || undefined,
        signal: stop.signal,
        onProgress: ({ name }, received, total) => progress.update(name, received, total),
        onLine: (line) => progress.line(line),
      });
      if (missing.length === 0) return EXIT.fine;
      const unpublished = notPublished(missing, named(isPublished));
      if (unpublished !== undefined) progress.line(`error: ${unpublished}`);
      const byHandOnly = missing.filter(({ url }) => values.has("offline") || url === undefined);
      process.stdout.write(byHand(byHandOnly));
      if (byHandOnly.length < missing.length) {
        progress.line(
          "What has arrived is kept: run the same again. With --offline it tells where to put each by hand.",
        );
      }
      return EXIT.missing;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      progress.line("stopped; what has arrived is kept, run the same again to go on");
      return EXIT.missing;
    }
  },
};

if (import.meta.main) await main(command);
