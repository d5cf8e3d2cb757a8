import { isPackage } from "#lib/places/places.ts";
import { wrapped } from "./wrapped.ts";

/** Columns that pages are written for. */
const WRITTEN = 80;
/** A line shorter than this, with the next word, was ended on purpose. */
const FULL = 72;
/** Sections whose lines are commands. */
const COMMANDS = ["SYNOPSIS", "EXAMPLES"];
/** Commands that only a clone has: its scripts, its npm scripts, and what lies in its folders. */
const OF_A_CLONE = /^ *(?:bun run scripts\/|deno run -A scripts\/|npm (?:run|test|ci)\b)|\bfixtures\//;

/**
 * A page of `--help` for a terminal: in the package without the commands of a clone, and in one that is narrower than 80 columns with
 * its paragraphs wrapped anew and its commands broken where a shell goes on.
 */
export function manualPage(
  help: string,
  columns: number | undefined,
  options: { readonly packed?: boolean } = {},
): string {
  const { packed = isPackage() } = options;
  const page = packed ? ofPackage(help) : help;
  if (columns === undefined || columns <= 0 || columns >= WRITTEN) return wrapped(page, columns);
  return wrapped(broken(joined(page), columns), columns);
}

/** Commands that are too long in lines that go on further in; in EXAMPLES as a shell takes them, behind a backslash. */
function broken(page: string, columns: number): string {
  return inSections(page, (lines, section) => {
    if (!COMMANDS.includes(section)) return lines;
    const end = section === "EXAMPLES" ? " \\" : "";
    return lines.flatMap((line) => {
      if (line.length <= columns) return [line];
      const indent = " ".repeat(line.search(/\S/)), pieces: string[] = [];
      let piece = indent;
      // An option and its value stay together.
      for (const word of line.trim().match(/--?[\w-]+ [^\s-]\S*|\S+/g) ?? []) {
        if (piece.trim() !== "" && piece.length + 1 + word.length + end.length > columns) {
          pieces.push(piece);
          piece = `${indent}   `;
        }
        piece += piece.trim() === "" && pieces.length === 0 ? word : ` ${word}`;
      }
      return [...pieces.map((one) => one + end), piece];
    });
  });
}

function ofPackage(help: string): string {
  return inSections(help, (lines, section) => {
    if (!COMMANDS.includes(section)) return lines;
    // A command goes on below a line that ends in a backslash.
    const commands = lines.join("\n").replaceAll("\\\n", "\\\0").split("\n");
    return commands.filter((command) => !OF_A_CLONE.test(command)).join("\n").replaceAll("\0", "\n").split(
      "\n",
    );
  });
}

/** Lines that are one paragraph, as one line each. */
function joined(page: string): string {
  return inSections(page, (lines, section) => {
    if (COMMANDS.includes(section)) return lines;
    const out: string[] = [];
    let [last, hang] = ["", 0];
    for (const line of lines) {
      const indent = line.search(/\S/), word = line.trimStart().split(" ", 1)[0];
      const goesOn = last !== "" && indent >= 4 && indent === hang && headOf(line) === 0 &&
        last.length + 1 + word.length > FULL;
      if (goesOn) out[out.length - 1] += ` ${line.trimStart()}`;
      else [hang] = [headOf(line) || indent, out.push(line)];
      last = line;
    }
    return out;
  });
}

/** Where the text begins beside the head of a list's item; 0 for a line without one. */
function headOf(line: string): number {
  return line.match(/^ *\S+(?: \S+)* {2,}(?=\S)/)?.[0].length ?? 0;
}

function inSections(page: string, change: (lines: string[], section: string) => string[]): string {
  return page.split(/^(?=[A-Z])/m).map((part) => {
    const [head, ...lines] = part.split("\n");
    return [head, ...change(lines, head)].join("\n");
  }).join("");
}
