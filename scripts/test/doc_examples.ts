import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** An example of the documentation: a block of TypeScript in a comment of a source, or in a page. */
export interface DocExample {
  /** From the project's root, with forward slashes. */
  readonly file: string;
  /** Of its first line, from 1. */
  readonly line: number;
  readonly code: string;
}

/** What holds them. */
const PLACES = ["lib/**/*.ts", "kernels/**/*.ts", "README.md", "docs/**/*.md"];
/** AssemblyScript, which is TypeScript by its ending alone. */
const NO_SOURCE = /\.as\.ts$/;

/** The examples of the project, by file and line. */
export function docExamples(root: string): DocExample[] {
  const files = PLACES.flatMap((place) => globSync(place, { cwd: root })).map((file) =>
    file.replaceAll("\\", "/")
  );
  return files.filter((file) => !NO_SOURCE.test(file)).sort().flatMap((file) =>
    examplesOf(readFileSync(join(root, file), "utf8"), file)
  );
}

/** Fences of code that would be run nowhere, by what stands behind them: ours say "ts". */
const OTHER_FENCE = /^```(?:tsx|typescript|[cm]ts|[cm]?js|jsx|javascript)\b/i;

/**
 * The blocks that begin with a fence and "ts" alone: "ts ignore" is to be read, not run.
 *
 * @throws {Error} A block does not end, or names its language in another way, so that nothing would run it.
 */
export function examplesOf(text: string, file: string): DocExample[] {
  const comment = file.endsWith(".ts") ? /^\s*\* ?/ : /^/;
  const examples: DocExample[] = [];
  let begun: { line: number; code: string[] } | undefined;
  for (const [i, whole] of text.split(/\r?\n/).entries()) {
    const isInside = comment.test(whole);
    const line = whole.replace(comment, "");
    if (begun === undefined) {
      if (isInside && line.trim() === "```ts") begun = { line: i + 2, code: [] };
      else if (isInside && OTHER_FENCE.test(line.trim())) {
        throw new Error(`${file}:${i + 1}: examples begin with \`\`\`ts, not with ${line.trim()}`);
      }
    } else if (line.trim() === "```") {
      examples.push({ file, line: begun.line, code: begun.code.join("\n") });
      begun = undefined;
    } else begun.code.push(line);
  }
  if (begun !== undefined) throw new Error(`${file}:${begun.line}: the example does not end`);
  return examples;
}

/**
 * Writes them as tests of Deno: one file for each folder, whose tests load an example each. So a thread begins for a folder and not, as
 * `deno test --doc` has it, for each of a thousand examples, which takes half a second of a core. Examples stand in files at the lines at
 * which they stand in the documentation: errors name these.
 *
 * @param folder An empty one, below the project's root: there the examples' imports lead to the library.
 * @returns The files of tests.
 */
export function writeDocTests(examples: readonly DocExample[], folder: string): string[] {
  const bodies = new Map<string, string[]>();
  for (const { file, line, code } of examples) {
    const path = `${file.replace(/\.\w+$/, "")}.${line}.ts`;
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), `${"\n".repeat(line - 1)}${code}\n`);
    const of = dirname(file);
    const load = `Deno.test(${JSON.stringify(`${file}:${line}`)}, async () => void await import(${
      JSON.stringify(`./${path.slice(of === "." ? 0 : of.length + 1)}`)
    }));`;
    bodies.set(of, [...bodies.get(of) ?? [], load]);
  }
  return [...bodies].map(([of, lines]) => {
    const path = join(folder, of, "examples.test.ts");
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  });
}
