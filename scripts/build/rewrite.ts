import { posix, relative, sep } from "node:path";
import ts from "typescript";

/** What a module is called in the package: `a.ts` is `a.js`, and what is imported as text or as JSON is a module of its own. */
export function emittedName(path: string): string {
  if (path.endsWith(".ts")) return path.replace(/\.ts$/, ".js");
  return path.endsWith(".json") ? `${path}.js` : `${path}.text.js`;
}

/**
 * A specifier as it stands in the package: relative, and with the ending of JavaScript. Packages and builtins stay as they are.
 *
 * @param from The file that names it, from the project's root, with forward slashes.
 */
export function rewritten(specifier: string, from: string): string {
  const target = targetOf(specifier, from);
  if (target === undefined) return specifier;
  const path = posix.relative(posix.dirname(from), emittedName(target));
  return path.startsWith(".") ? path : `./${path}`;
}

/** The project's file that a specifier names, from its root; undefined for packages and builtins. */
export function targetOf(specifier: string, from: string): string | undefined {
  if (specifier.startsWith("#")) return specifier.slice(1);
  return /^\.\.?\//.test(specifier) ? posix.join(posix.dirname(from), specifier) : undefined;
}

/** Rewrites what a module or its declarations import, and the files of workers: `new URL("./worker.ts", import.meta.url)`. */
export function rewriteImports(root: string): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  return (context) => (file) => {
    if (!ts.isSourceFile(file)) return file;
    const { factory } = context;
    const from = relative(root, file.fileName).split(sep).join("/");
    const literal = (node: ts.Expression) =>
      ts.isStringLiteral(node) ? factory.createStringLiteral(rewritten(node.text, from)) : node;
    const visit = (node: ts.Node): ts.Node | undefined => {
      if (ts.isImportDeclaration(node)) {
        const { importClause: clause } = node;
        // All that it imported were types.
        const named = clause?.namedBindings;
        if (clause && !clause.name && named && ts.isNamedImports(named) && named.elements.length === 0) {
          return undefined;
        }
        const attributes = isOwn(node.moduleSpecifier) ? undefined : node.attributes;
        return factory.updateImportDeclaration(
          node,
          node.modifiers,
          clause,
          literal(node.moduleSpecifier),
          attributes,
        );
      }
      if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
        const { modifiers, isTypeOnly, exportClause, moduleSpecifier, attributes } = node;
        return factory.updateExportDeclaration(
          ...[node, modifiers, isTypeOnly, exportClause, literal(moduleSpecifier), attributes] as const,
        );
      }
      if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
        const { literal: name } = node.argument;
        const argument = ts.isStringLiteral(name)
          ? factory.createLiteralTypeNode(factory.createStringLiteral(rewritten(name.text, from)))
          : node.argument;
        const inner = node.typeArguments?.map((one) => ts.visitNode(one, visit) as ts.TypeNode);
        return factory.updateImportTypeNode(
          ...[node, argument, node.attributes, node.qualifier] as const,
          inner && factory.createNodeArray(inner),
          node.isTypeOf,
        );
      }
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const [name] = node.arguments;
        return factory.updateCallExpression(node, node.expression, undefined, [literal(name)]);
      }
      const worker = workerFile(node);
      if (worker !== undefined && ts.isNewExpression(node)) {
        const place = factory.createStringLiteral(rewritten(worker, from));
        return factory.updateNewExpression(node, node.expression, undefined, [place, node.arguments![1]]);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

/** Of `new URL("worker.ts", import.meta.url)` the file, as `./worker.ts`. */
export function workerFile(node: ts.Node): string | undefined {
  if (!ts.isNewExpression(node) || !isNamed(node.expression, "URL")) return undefined;
  const [file, base] = node.arguments ?? [];
  const isModule = file && base && ts.isStringLiteral(file) && /^[^:#]+\.ts$/.test(file.text) &&
    ts.isPropertyAccessExpression(base) && isNamed(base.name, "url");
  if (!isModule) return undefined;
  return file.text.startsWith(".") ? file.text : `./${file.text}`;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function isOwn(specifier: ts.Expression): boolean {
  return ts.isStringLiteral(specifier) && targetOf(specifier.text, "x/y") !== undefined;
}
