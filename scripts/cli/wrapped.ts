// deno-lint-ignore no-control-regex -- what paints text
const PAINT = /\x1b\[\d*m/g;

/**
 * Text as wide as the terminal: longer lines go on below, as far in as they began, or beside the head of an item; those keep no colours.
 * Rules of a table are cut. Undefined columns, no terminal: the text as it is.
 */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined || !(columns > 0)) return text;
  return text.split("\n").flatMap((line) => wrappedLine(line, columns)).join("\n");
}

function wrappedLine(painted: string, columns: number): string[] {
  const line = painted.replace(PAINT, "");
  if (line.length <= columns) return [painted];
  if (/^─+$/.test(line)) return [line.slice(0, columns)];
  const indent = line.match(/^ */)![0].slice(0, Math.floor(columns / 2));
  // What stands before a wide gap is the head of a list's item: the text beside it goes on beside it.
  const head = line.trimEnd().match(/^ *\S+(?: \S+)* {2,}/)?.[0].length ?? 0;
  const hang = head > indent.length && head <= columns / 2 ? " ".repeat(head) : indent;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const start = lines.length === 0 ? Math.max(indent.length, head <= columns / 2 ? head : 0) : hang.length;
    const at = rest.lastIndexOf(" ", columns);
    // A word that is longer than a line stays whole.
    const end = at > start ? at : rest.indexOf(" ", start + 1);
    if (end < 0) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = hang + rest.slice(end + 1).trimStart();
  }
  return [...lines, rest];
}
