import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { Buffer } from "node:buffer";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { fileSha256 } from "#lib/networks/file_sha256.ts";

/** A file of a user's own code that took part in a run. */
export interface ModuleSum {
  /** Its name; of what a module imports, the path from that module's folder, with forward slashes. */
  readonly file: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Endings of files with code, which runtimes put to a path that has none of its own. */
const CODE = [".tsx", ".jsx", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];
/** Endings that a path may be meant with; a folder stands for its index, or for what its package.json names. */
const ENDINGS = [
  "",
  ...CODE,
  ".json",
  ".node",
  ...[...CODE, ".json"].map((ending) => `/index${ending}`),
  "/package.json",
];
/** Each text in quotes that begins with "./" or "../", or is one of them without the slash; one may begin within another. */
const RELATIVE = /(?=(["'`])(\.{1,2}(?:\/(?:(?!\1)[^\n\\]|\\.)*)?)\1)/g;
/** Each text in quotes: package.json names files without "./" too. */
const QUOTED = /(")([^"\n\\]*)"/g;

/**
 * The sums of a module and of the files that it imports by relative paths, and those by theirs, each once, the module first. They are found
 * by reading the text: whatever stands in quotes, begins with "./" or "../" and is a file, as it stands or with an ending as runtimes put it
 * (TypeScript's ".js" for a file that ends in ".ts" too), is taken, in a comment or a text as well: one too many is told as a change that is
 * none, one too few would be a change that is not told. A path that is put together while it runs is not seen, nor is a package or an absolute
 * path followed.
 *
 * @param path The module; an ending that runtimes put to it may be left out.
 * @throws {Error} The system's own error, with its `code`, where the module itself cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { moduleSums } from "#lib/diarization/module_sums.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const sums = await moduleSums(`${projectRoot()}/lib/diarization/named_weights.ts`);
 * assert.equal(sums[0].file, "named_weights.ts");
 * assert.match(sums[0].sha256, /^[0-9a-f]{64}$/);
 * ```
 */
export async function moduleSums(path: string): Promise<ModuleSum[]> {
  const first = await fileAt(resolve(path)) ?? resolve(path), folder = dirname(first);
  const files = [first], sums: ModuleSum[] = [];
  // It grows while it is gone through.
  for (const file of files) {
    const name = file === first ? basename(file) : relative(folder, file).split(sep).join("/");
    const isPackage = basename(file) === "package.json";
    if (file !== first && !isPackage && !CODE.some((ending) => file.endsWith(ending))) {
      // Data, which may be large, names no modules.
      sums.push({ file: name, sha256: await fileSha256(file) });
      continue;
    }
    const bytes = await readFile(file);
    sums.push({ file: name, sha256: createHash("sha256").update(bytes).digest("hex") });
    const texts = bytes.toString("utf8").matchAll(isPackage ? QUOTED : RELATIVE);
    for (const specifier of new Set([...texts].flatMap(([, , text]) => spellings(text)))) {
      for (const found of await filesAt(resolve(dirname(file), specifier))) {
        if (!files.includes(found)) files.push(found);
      }
    }
  }
  return sums;
}

/** What a text in quotes may be as a path: with its escapes or read as an address, and without what follows "?" or "#". */
function spellings(text: string): string[] {
  const plain = text.replace(
    /\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|(.))/gi,
    (_, braced, four, two, other) =>
      other ?? String.fromCodePoint(parseInt(braced ?? four ?? two, 16) % 0x110000),
  );
  const decoded = plain.replace(
    /(?:%[\da-f]{2})+/gi,
    (codes) => Buffer.from(codes.replaceAll("%", ""), "hex").toString(),
  );
  return [plain, decoded, plain.replace(/[?#].*$/, ""), decoded.replace(/[?#].*$/, "")].filter((path) =>
    !path.includes("\0")
  );
}

/** Every file that a path may mean: which of several it is, is each runtime's own affair. */
async function filesAt(path: string): Promise<string[]> {
  const typed = path.match(/^(.*)\.([cm]?)jsx?$/);
  const all = [
    ...ENDINGS.map((ending) => `${path}${ending}`),
    ...typed === null ? [] : [`${typed[1]}.${typed[2]}ts`, `${typed[1]}.tsx`],
  ];
  const there = await Promise.all(all.map((one) => stat(one).then((found) => found.isFile(), () => false)));
  return all.filter((_, i) => there[i]);
}

async function fileAt(path: string): Promise<string | undefined> {
  for (const ending of ENDINGS) {
    const isFile = await stat(`${path}${ending}`).then((found) => found.isFile(), () => false);
    if (isFile) return `${path}${ending}`;
  }
}
