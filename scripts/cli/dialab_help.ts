import { SUBCOMMANDS } from "./subcommands.ts";
import { wrapped } from "./wrapped.ts";

const COLUMNS = 60;
const HEADS = { recordings: "Recordings", runs: "Runs, held against each other", machine: "This machine" };

/** What `dialab --help` prints: a screen of 24 lines and 60 columns holds it. */
export function dialabHelp(): string {
  const of = (group: string) => SUBCOMMANDS.filter((row) => row.group === group);
  const rows = Object.entries(HEADS).flatMap(([group, head]) => [
    `${head}:`,
    ...of(group).map(({ name, about }) => `  ${name.padEnd(11)} ${about}`),
  ]);
  const ofClone = of("clone").map(({ name }) => name);
  return `${
    [
      "dialab - a speaker-diarization laboratory",
      "  dialab FILE|DIR|GLOB... [OPTION]...   as dialab diarize",
      "  dialab COMMAND [ARGUMENT]... | help COMMAND | --version",
      "",
      ...rows,
      ...(ofClone.length > 0 ? [wrapped(`In a clone:  ${ofClone.join(", ")}`, COLUMNS)] : []),
    ].join("\n")
  }\n`;
}
