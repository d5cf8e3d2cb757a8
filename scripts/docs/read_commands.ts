/** A command line that the documentation gives. */
export interface DocsCommand {
  /** The file, from the project's root. */
  readonly path: string;
  readonly line: number;
  /** The command without its comment; continued lines are one. */
  readonly text: string;
  /** What it needs beyond a clone after `npm ci`, "needs Python", or that it is "slow"; undefined: nothing. */
  readonly needs: string | undefined;
  /** The exit code that it ends with when all is well. */
  readonly status: number;
  /** Whether it stands in a block of its own, to be run as it is, or among words, to be looked at only. */
  readonly fenced: boolean;
}

/** Inline code that is a command line: it begins with a program, or with a command's name and something after it. */
const INLINE =
  /^(?:(?:npm|npx|bun|deno) \S|(?:bench|dialab|diarize|doctor|drift|fetch|fuzz|kernel|notebooks|parity|score) \S|scripts\/\S+)/;

/**
 * The commands of a Markdown page: every line of its `sh` blocks, and inline code that is a command line.
 *
 * What a command needs stands last in its comment: `# replays it; needs Python`, `# slow: two minutes`. `# exits 1, because
 * turns differ` names another exit code than 0.
 */
export function readCommands(path: string, markdown: string): DocsCommand[] {
  const commands: DocsCommand[] = [];
  let block: string | undefined;
  let begun: { text: string; line: number } | undefined;
  const words: string[] = [];
  for (const [i, raw] of markdown.split("\n").entries()) {
    const fence = /^\s*(?:```|~~~)(\w*)/.exec(raw);
    if (fence !== null) {
      block = block === undefined ? fence[1] : undefined;
      words.push("");
      continue;
    }
    words.push(block === undefined ? raw : "");
    if (block !== "sh") continue;
    const { text, comment } = splitComment(raw);
    const line = begun ?? { text: "", line: i + 1 };
    if (text.endsWith("\\")) {
      begun = { ...line, text: `${line.text}${text.slice(0, -1)}` };
      continue;
    }
    begun = undefined;
    const whole = `${line.text}${text}`.trim();
    if (whole === "") continue;
    const needs = /(?:^|[;,] )((?:needs|slow)\b.*)$/.exec(comment)?.[1];
    const status = Number(/\bexits (\d)\b/.exec(comment)?.[1] ?? 0);
    commands.push({ path, line: line.line, text: whole, needs, status, fenced: true });
  }
  for (const { 0: code, 1: text, index } of words.join("\n").matchAll(/`([^`]+)`/g)) {
    const plain = text.replace(/\s+/g, " ");
    if (code.startsWith("`") && INLINE.test(plain)) {
      const line = words.join("\n").slice(0, index).split("\n").length;
      commands.push({ path, line, text: plain, needs: undefined, status: 0, fenced: false });
    }
  }
  return commands.sort((a, b) => a.line - b.line);
}

/** A line of shell before and after the `#` that begins its comment. */
function splitComment(line: string): { readonly text: string; readonly comment: string } {
  const found = /^((?:'[^']*'|"[^"]*"|[^'"#]|(?<=\S)#)*?)(?:(?<=^|\s)#\s*(.*))?$/.exec(line);
  return { text: (found?.[1] ?? line).trim(), comment: found?.[2] ?? "" };
}
