/** `doctor`: what this machine has of all that dialab can use. See `--help`. */
import { join, relative } from "node:path";
import process from "node:process";
import type { Place } from "#lib/places/places.ts";
import { type Command, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import { printReport } from "./cli/print_report.ts";
import { type Style, styleOf } from "./cli/style.ts";
import { examine, type Findings } from "./doctor/examine.ts";

const help = `NAME
    doctor - what this machine has of all that dialab can use

SYNOPSIS
    dialab doctor [--json]
    bun run scripts/doctor.ts [--json]
    deno run -A scripts/doctor.ts [--json]
    npm run doctor -- [--json]

DESCRIPTION
    Versions, runtime, WASM features, backends and GPU adapters, Python peers,
    Chromium, Jupyter and ffmpeg; where captures and weights are looked for
    and which were found. Captures are checked against the sums in their
    manifests; weights are listed with the first digits of their SHA-256
    (--json has all of them).

OPTIONS
    --json [FILE]
        Print one JSON object, or write it to a FILE that ends in .json.
${commonHelp}
EXAMPLES
    dialab doctor
    dialab doctor --json | head -3

EXIT STATUS
    0  the scalar backend can run and there is a capture for it
    1  a capture is damaged
    2  the command line is wrong
    3  there is no capture, or no weights

ENVIRONMENT
    DIALAB_FIXTURES, DIALAB_MODELS  more places to look in
    NO_COLOR                        if set, no colours
`;

function placeLines(places: readonly Place[], style: Style): string[] {
  return places.map(({ path, origin, exists }) => {
    const line = `  ${origin.padEnd(16)} ${path}`;
    return exists ? line : style("dim", `${line} (not there)`);
  });
}

/** Weights under the place that they lie in, so that a line is seldom longer than a terminal is wide. */
function weightLines(weights: Findings["weights"], places: readonly Place[]): string[] {
  // Of two places one may lie in the other.
  const placeOf = ({ path }: Findings["weights"][number]) =>
    places.find((place) => path.startsWith(join(place.path, "/")));
  return places.flatMap((place) => {
    const here = weights.filter((file) => placeOf(file) === place).map(({ path, sha256 }) =>
      `    ${sha256.slice(0, 16)}  ${relative(place.path, path)}`
    );
    return here.length === 0 ? [] : [`  ${place.origin}`, ...here];
  });
}

function report(findings: Findings, style: Style): string[] {
  const { environment: e, wasm, backends, python, programs, places, captures, weights } = findings;
  const title = (text: string) => ["", style("bold", text)];
  const mark = (good: boolean) => good ? style("green", "yes") : style("red", "no ");
  const features = Object.entries(wasm).map(([name, has]) => `${name} ${has ? "yes" : "no"}`).join(", ");
  return [
    style("bold", `dialab ${e.dialab}`),
    `  ${e.runtime}, ${e.platform} ${e.release}`,
    `  ${e.cpu}, ${e.cores} cores, ${(e.memoryBytes / 2 ** 30).toFixed(0)} GiB`,
    `  WebAssembly: ${features}`,
    `  ${python}`,
    ...title("Backends"),
    ...backends.map(({ backend, usable, detail }) => `  ${backend.padEnd(8)}${mark(usable)}  ${detail}`),
    ...title("Programs that some of it uses"),
    ...programs.map(({ program, found, use }) =>
      `  ${program.padEnd(9)} ${(found ?? "not found").padEnd(28)} ${style("dim", use)}`
    ),
    ...title("Fixtures are looked for in"),
    ...placeLines(places.fixtures, style),
    ...title(`Captures (${captures.length})`),
    ...captures.map(({ name, files, damaged }) =>
      `  ${name.padEnd(22)} ${files === "damaged" ? style("red", `damaged: ${damaged.join(", ")}`) : files}`
    ),
    ...title("Weights are looked for in"),
    ...placeLines(places.models, style),
    ...title(`Weights (${weights.length})`),
    ...weightLines(weights, places.models),
  ];
}

function statusOf({ captures, weights }: Findings): number {
  if (captures.some(({ files }) => files === "damaged")) return EXIT.failed;
  return captures.length === 0 || weights.length === 0 ? EXIT.missing : EXIT.fine;
}

/** The command. */
export const command: Command = {
  help,
  options: { json: { type: "output" } },
  async run({ values, positionals }) {
    if (positionals.length > 0) {
      throw new UsageError(`doctor takes no arguments; ${positionals[0]} was given.`);
    }
    const findings = await examine();
    await printReport(values.get("json"), {
      json: () => JSON.stringify(findings, null, 2),
      text: () => report(findings, styleOf(process.stdout)).join("\n"),
    });
    return statusOf(findings);
  },
};

if (import.meta.main) await main(command);
