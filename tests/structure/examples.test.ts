import { describe, expect, test } from "bun:test";
import ts from "typescript";
import { type SourceFile, sourceFiles } from "./source_files.ts";

interface Export {
  readonly name: string;
  readonly isFunction: boolean;
  readonly comment: string;
}

/** What a file exports by declaring it, with the documentation comment before it. */
function exportsOf({ path, text }: SourceFile): Export[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return file.statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
    const last = comments.at(-1);
    const comment = last ? text.slice(last.pos, last.end) : "";
    const isFunction = ts.isFunctionDeclaration(statement);
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => ({
        name: name.getText(),
        isFunction,
        comment,
      }));
    }
    const { name } = statement as ts.FunctionDeclaration;
    return name ? [{ name: name.text, isFunction, comment }] : [];
  });
}

/** Overloads share one comment: the last declaration of a name that has one speaks for all. */
function byName(file: SourceFile): Export[] {
  const found = new Map<string, Export>();
  for (const item of exportsOf(file)) {
    const before = found.get(item.name);
    found.set(item.name, before?.comment.includes("@example") ? before : item);
  }
  return [...found.values()];
}

/** Milliseconds that parsing the whole library may take on a busy machine. */
const SLOW = 60_000;

describe("every export of the library", () => {
  const files = sourceFiles(["lib", "kernels"]);

  test("has a documentation comment", () => {
    const bare = files.flatMap((file) =>
      exportsOf(file).filter(({ comment }) => !comment.startsWith("/**")).map(({ name }) =>
        `${file.path}: ${name}`
      )
    );
    expect(bare).toEqual([]);
  }, SLOW);

  test("that is a function has an example that checks something", () => {
    const without = files.flatMap((file) =>
      byName(file).filter(({ isFunction, comment }) => {
        const example = comment.split("@example")[1] ?? "";
        return isFunction && !/assert|throw |throws|rejects|strictEqual|deepStrictEqual/.test(example);
      }).map(({ name }) => `${file.path}: ${name}`)
    );
    expect(without).toEqual([]);
  }, SLOW);

  test(
    "is looked at: there are many",
    () => expect(files.flatMap(exportsOf).length).toBeGreaterThan(100),
    SLOW,
  );
});
