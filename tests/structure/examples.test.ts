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
function byName(exported: readonly Export[]): Export[] {
  const found = new Map<string, Export>();
  for (const item of exported) {
    const before = found.get(item.name);
    found.set(item.name, before?.comment.includes("@example") ? before : item);
  }
  return [...found.values()];
}

describe("every export of the library", () => {
  const files = sourceFiles(["lib", "kernels"]).map((file) => ({
    path: file.path,
    exported: exportsOf(file),
  }));

  test("has a documentation comment", () => {
    const bare = files.flatMap(({ path, exported }) =>
      exported.filter(({ comment }) => !comment.startsWith("/**")).map(({ name }) => `${path}: ${name}`)
    );
    expect(bare).toEqual([]);
  });

  test("that is a function has an example that checks something", () => {
    const without = files.flatMap(({ path, exported }) =>
      byName(exported).filter(({ isFunction, comment }) => {
        const example = comment.split("@example")[1] ?? "";
        return isFunction && !/assert|throw |throws|rejects|strictEqual|deepStrictEqual/.test(example);
      }).map(({ name }) => `${path}: ${name}`)
    );
    expect(without).toEqual([]);
  });

  test("is looked at: there are many", () =>
    expect(files.flatMap(({ exported }) => exported).length).toBeGreaterThan(100));
});
