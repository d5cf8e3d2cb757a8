/** Importing the library costs little: what is heavy is loaded when it is first used. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { projectRoot } from "#lib/places/places.ts";

const root = projectRoot();

/** Packages that `lib/mod.ts` may load at once: small, and without a build for one system. */
const SMALL = ["zod"];

/** What a module imports when it is loaded itself: not what it imports later, nor types. */
function importsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      const named = clause?.namedBindings;
      const onlyTypes = clause?.isTypeOnly ||
        (clause !== undefined && clause.name === undefined && named !== undefined &&
          ts.isNamedImports(named) &&
          named.elements.every(({ isTypeOnly }) => isTypeOnly));
      return onlyTypes ? [] : [(statement.moduleSpecifier as ts.StringLiteral).text];
    }
    return ts.isExportDeclaration(statement) && !statement.isTypeOnly && statement.moduleSpecifier
      ? [(statement.moduleSpecifier as ts.StringLiteral).text]
      : [];
  });
}

test("lib/mod.ts loads no network, GPU, plot or browser before it is used", () => {
  const seen = new Set<string>(), packages = new Map<string, string>();
  const visit = (file: string) => {
    if (seen.has(file) || !file.endsWith(".ts")) return;
    seen.add(file);
    for (const from of importsOf(file)) {
      if (from.startsWith("#")) visit(join(root, from.slice(1)));
      else if (from.startsWith(".")) visit(join(dirname(file), from));
      else if (!from.startsWith("node:")) packages.set(from, file);
    }
  };
  visit(join(root, "lib/mod.ts"));
  expect(seen.size).toBeGreaterThan(200);
  expect([...packages].filter(([name]) => !SMALL.includes(name))).toEqual([]);
}, 60_000);
