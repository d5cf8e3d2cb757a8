import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import ts from "typescript";
import { projectRoot } from "#lib/places/places.ts";
import { findModules } from "./find_modules.ts";
import { forAnyCompiler, forOlderCompilers, OLDER } from "./declarations.ts";
import { publicExamples } from "./public_examples.ts";
import { emittedName, rewriteImports } from "./rewrite.ts";

/** What Node 20 has of JavaScript, and no more. */
const LIBRARY = ["lib.es2023.d.ts", "lib.es2024.string.d.ts", "lib.esnext.disposable.d.ts"];

/** What dialab uses of WebAssembly: every runtime has it, and the types of Node do not tell. */
const WASM_TYPES = `declare namespace WebAssembly {
  class Module { private readonly kind: "module" }
  class Memory { readonly buffer: ArrayBuffer; grow(pages: number): number }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
  function validate(bytes: Uint8Array): boolean;
}`;

/**
 * Writes the package's modules, their declarations and source maps, each where its source lies.
 *
 * @returns What is wrong with the types, for a user to read; undefined when nothing is. Then all is written.
 */
export function emitModules(out: string, { check }: { readonly check: boolean }): string | undefined {
  const root = projectRoot();
  const { modules, texts } = findModules();
  const wanted = new Set(modules);
  const pathOf = ({ fileName }: ts.SourceFile) => relative(root, fileName).split(sep).join("/");
  const declared = ["lib/compute/wgsl.d.ts", "lib/report/text_imports.d.ts", "wasm_types.d.ts"];
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: LIBRARY,
    types: ["node"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    strict: true,
    noImplicitOverride: true,
    verbatimModuleSyntax: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    declaration: true,
    sourceMap: true,
    inlineSources: true,
    rootDir: root,
    outDir: out,
  };
  const compiler = ts.createCompilerHost(options, true);
  const { getSourceFile, fileExists } = compiler;
  const wasmTypes = join(root, "wasm_types.d.ts"); // in memory: the other checks have Bun's types, which tell
  compiler.fileExists = (name) => name === wasmTypes || fileExists(name);
  compiler.getSourceFile = (name, version, ...more) =>
    name === wasmTypes
      ? ts.createSourceFile(name, WASM_TYPES, version)
      : getSourceFile(name, version, ...more);
  const program = ts.createProgram(
    [...modules, ...declared].map((path) => join(root, path)),
    options,
    compiler,
  );
  const host: ts.FormatDiagnosticsHost = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => "\n",
  };
  // TypeScript says that what imports ".ts" cannot be emitted as it is. It is not: `rewriteImports`.
  const isRewritten = 5096;
  const faults = (check ? ts.getPreEmitDiagnostics(program) : []).filter(({ code, file }) =>
    code !== isRewritten && (file === undefined || wanted.has(pathOf(file))) // scripts of a clone are named, not taken
  );
  if (faults.length > 0) return ts.formatDiagnostics(faults, host);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const rewrite = rewriteImports(root);
  const example = publicExamples(program);
  for (const source of program.getSourceFiles()) {
    if (!wanted.has(pathOf(source))) continue;
    program.emit(
      source,
      (name, text) => {
        if (name.endsWith(".map")) return write(name, withoutFolders(text));
        if (!name.endsWith(".d.ts")) return write(name, example(text));
        const declarations = forAnyCompiler(example(text));
        write(name, declarations);
        write(join(out, OLDER, relative(out, name)), forOlderCompilers(declarations));
      },
      undefined,
      false,
      { after: [rewrite as ts.TransformerFactory<ts.SourceFile>], afterDeclarations: [rewrite] },
    );
  }
  for (const path of texts) {
    const text = readFileSync(join(root, path), "utf8");
    const value = path.endsWith(".json") ? JSON.stringify(JSON.parse(text)) : JSON.stringify(text);
    write(join(out, emittedName(path)), `export default ${value};\n`);
  }
  return undefined;
}

/** A source map whose source, which it holds, is called by its name alone. */
function withoutFolders(text: string): string {
  const map = JSON.parse(text) as { readonly sources: readonly string[] };
  return JSON.stringify({ ...map, sources: map.sources.map((path) => basename(path)) });
}
