import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "#lib/places/places.ts";

/** Of package.json, where its modules are. */
interface Package {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly imports?: Readonly<Record<string, unknown>>;
}

/** Deno's names of modules for notebooks in any folder: `dialab`, `dialab/notebook`, `dialab/kernels/fbank`, ..., by `file:` URLs. */
export function dialabImports(): Record<string, string> {
  const root = packageRoot();
  const { exports = {}, imports = {} } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Package;
  const url = (path: string) => pathToFileURL(join(root, path)).href;
  const named = Object.entries(exports).flatMap(([name, target]) => {
    const path = targetOf(target);
    return path === undefined ? [] : [[name.replace(/^\./, "dialab"), url(path)] as const];
  });
  // A clone's modules name each other by what package.json imports, which Deno does not see from another folder.
  const inner = Object.entries(imports).flatMap(([name, target]) =>
    typeof target === "string" && name.endsWith("/*") && isOfLibrary(name)
      ? [[name.slice(0, -1), url(target.slice(0, -1))] as const]
      : []
  );
  const all = new Map([...faces(root), ...named.filter(([name]) => !name.includes("*")), ...inner]);
  return Object.fromEntries([...all].sort(([a], [b]) => a < b ? -1 : 1));
}

const isOfLibrary = (name: string) => /^#(lib|kernels)\//.test(name);

/** In a clone every folder with a face is a subpath, as it is in the package. */
function faces(root: string): [string, string][] {
  return [["lib", "dialab"], ["kernels", "dialab/kernels"]].flatMap(([folder, name]) =>
    !existsSync(join(root, folder))
      ? []
      : readdirSync(join(root, folder)).flatMap((room): [string, string][] => {
        const face = join(root, folder, room, "mod.ts");
        return existsSync(face) ? [[`${name}/${room}`, pathToFileURL(face).href]] : [];
      })
  );
}

/** The file behind a subpath of package.json: itself, or what an `import` of it is given. */
function targetOf(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return undefined;
  const { deno, import: module, default: other } = target as Record<string, unknown>;
  return targetOf(deno) ?? targetOf(module) ?? targetOf(other);
}

/** Where package.json lies: in a clone its root, in the package perhaps above what was built. */
function packageRoot(): string {
  let folder = projectRoot();
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
