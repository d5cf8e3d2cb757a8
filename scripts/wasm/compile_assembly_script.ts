import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The flags of every module: SIMD without the relaxed kind, no runtime, no bounds checks; kernels work on raw pointers. */
const FLAGS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];

const DATA_SECTION = 11;

/** What `compileAssemblyScript` gives. */
export interface CompiledModule {
  readonly binary: Uint8Array;
  /** sha256 in hexadecimal of every file that went in, by its path from the project's root. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Options of `compileAssemblyScript`. */
export interface CompileOptions {
  /** Changes a source before it is compiled, which is how the tests damage a kernel. @default the source as it is */
  readonly edit?: (source: string, path: string) => string;
}

/** The part of `assemblyscript/asc` used here; its own types would declare `f64`, `load` and others in every file. */
interface Asc {
  main(
    args: readonly string[],
    hooks: {
      readFile(name: string, baseDir: string): Promise<string | null>;
      writeFile(name: string, contents: Uint8Array | string): void;
      listFiles(): string[];
      stderr: { write(text: string): void };
    },
  ): Promise<{ error: Error | null }>;
}

/**
 * Compiles an AssemblyScript kernel to WebAssembly. The same source gives the same bytes in every runtime.
 *
 * @param path The entry, from the project's root, such as `kernels/fbank/simd.as.ts`; what it imports comes along.
 * @throws {Error} where the source does not compile (the compiler's messages), or holds static data: memory from 16 on
 *   belongs to the caller (`WasmMemory`), who passes tables in.
 */
export async function compileAssemblyScript(
  path: string,
  options: CompileOptions = {},
): Promise<CompiledModule> {
  const { edit = (source) => source } = options;
  // Not a literal, so that the type checker leaves the package's global declarations out of the program.
  const specifier: string = "assemblyscript/asc";
  const asc: Asc = await import(specifier);
  const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  const sources: Record<string, string> = {};
  let binary: Uint8Array | undefined;
  let messages = "";
  const { error } = await asc.main([path, ...FLAGS, "--outFile", "out.wasm"], {
    async readFile(name) {
      const file = posix.normalize(name);
      const text = await readFile(join(root, file), "utf8").catch(() => null);
      if (text === null || !file.endsWith(".ts")) return text;
      const edited = edit(text, file);
      sources[file] = createHash("sha256").update(edited).digest("hex");
      return edited;
    },
    writeFile(_name, contents) {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
    stderr: { write: (text) => void (messages += text) },
  });
  if (error !== null || binary === undefined) {
    throw new Error(`${path} does not compile:\n${messages}${error}`);
  }
  if (sectionIds(binary).includes(DATA_SECTION)) {
    throw new Error(
      `${path} holds static data; pass the table in from TypeScript, in memory that the caller owns`,
    );
  }
  return { binary, sources: Object.fromEntries(Object.entries(sources).sort()) };
}

/** The ids of a module's sections: after the eight bytes of the header, each is an id, its length in LEB128, and its bytes. */
function sectionIds(binary: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < binary.length;) {
    ids.push(binary[at++]);
    let length = 0;
    let byte = 0x80;
    for (let shift = 0; byte & 0x80; shift += 7) {
      byte = binary[at++];
      length |= (byte & 0x7f) << shift;
    }
    at += length;
  }
  return ids;
}
