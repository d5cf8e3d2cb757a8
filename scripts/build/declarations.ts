/** Where the declarations for TypeScript before 5.7 lie. */
export const OLDER = "types/before-5.7";

/** Packages that a user may go without, and Node's builtins, whose types @types/node has. What is declared by their types is `any` then. */
const OPTIONAL = /"(?:node:[\w/]+|linkedom|mathjs|onnxruntime-node|playwright-core|webgpu)"/;

/**
 * Declarations that no compiler finds fault with, whatever else is installed: neither the types of optional packages nor those of WebGPU
 * (of TypeScript's own DOM since 6.0, else of @webgpu/types) have to be there.
 */
export function forAnyCompiler(declarations: string): string {
  const text = withoutPlot(declarations);
  const code = withoutComments(text);
  const gpu = [...new Set(code.match(/\bGPU(?:[A-Z]\w*)?\b/g) ?? [])].sort();
  const lines = text.split("\n").flatMap((line) =>
    OPTIONAL.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? ["// @ts-ignore", line] : [line]
  );
  const known = gpu.map((name) =>
    `type ${name} = typeof globalThis extends { ${name}: { prototype: infer Known } } ? Known : any;\n`
  );
  return lines.join("\n") + (known.length > 0 ? `\n${known.join("")}` : "");
}

/**
 * Declarations that do not name Observable Plot, whose own want those of d3, which it does not bring: its types are `any`. Examples in
 * comments stay.
 */
function withoutPlot(text: string): string {
  const spaces: string[] = [];
  const named = text.replace(
    /^import type \{([^}]*)\} from "@observablehq\/plot";$/gm,
    (_, names: string) =>
      names.split(",").map((name) => name.trim()).filter(Boolean)
        .map((name) => `type ${name.split(/\s+as\s+/).at(-1)} = any;`).join("\n"),
  )
    .replace(/^import type \* as (\w+) from "@observablehq\/plot";\n/gm, (_, name: string) => {
      spaces.push(name);
      return "";
    })
    .replace(/^(?! *\*)(.*?)(?:typeof )?import\("@observablehq\/plot"\)(?:\.\w+)?/gm, "$1any");
  return spaces.reduce(
    (out, name) => out.replace(new RegExp(`\\btypeof ${name}\\b|\\b${name}\\.\\w+`, "g"), "any"),
    named,
  );
}

/** Of declarations, those for TypeScript 5.5 and 5.6: there no array says what its buffer is, and iterators have one parameter. */
export function forOlderCompilers(text: string): string {
  return text.replace(/\b(\w+Array|DataView)<(?:ArrayBuffer(?:Like)?|SharedArrayBuffer)>/g, "$1")
    .replace(/\b(AsyncIterableIterator)<(\w+), undefined>/g, "$1<$2>");
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
