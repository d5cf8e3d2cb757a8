import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** What tests get their data and GPUs from, and what leaves them to Bun where CI is not set. */
const SOURCES: readonly string[] = [
  "tests/harness/shared_data.ts",
  "tests/harness/backends.ts",
  "tests/harness/left_to_bun.ts",
  "lib/compute/software_adapters.ts",
];

/**
 * The files of tests that ask for something outside the repository, data or a GPU: those that import, by themselves or by way of
 * other files of tests/, what gives them these, or are left to Bun elsewhere. All others do the same in a clone that has neither.
 *
 * @param root The project's root.
 * @returns Paths from the root, "tests/...", sorted.
 */
export function outsideFiles(root: string): string[] {
  const known = new Map<string, boolean>();
  const asks = (file: string): boolean => {
    if (SOURCES.includes(file)) return true;
    const before = known.get(file);
    if (before !== undefined) return before;
    known.set(file, false); // of a circle of imports, whoever is asked first
    const result = importsOf(root, file).some(asks);
    known.set(file, result);
    return result;
  };
  return readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `tests/${path.replaceAll("\\", "/")}`)
    .sort()
    .filter(asks);
}

/** The sources, and the files of tests/, that a file imports. */
function importsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import|import\()\s*"(#|\.\.?\/)([^"]+)"/g)]
    .map(([, begin, rest]) => begin === "#" ? rest : posix.normalize(`${dirname(file)}/${begin}${rest}`))
    .filter((path) => SOURCES.includes(path) || path.startsWith("tests/") && existsSync(join(root, path)));
}
