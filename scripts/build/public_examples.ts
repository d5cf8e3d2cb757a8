import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "#lib/places/places.ts";
import { subpaths } from "./entries.ts";

/**
 * Makes a function that lets the examples of a module's comments import what a user of the package can: of `#lib/audio/read_audio.ts`
 * the same names from `dialab/audio`, where that has them.
 */
export function publicExamples(program: ts.Program): (text: string) => string {
  const checker = program.getTypeChecker();
  const names = new Map<string, ReadonlySet<string>>();
  for (const [subpath, file] of subpaths()) {
    const source = program.getSourceFile(join(projectRoot(), file));
    const symbol = source && checker.getSymbolAtLocation(source);
    const exported = symbol ? checker.getExportsOfModule(symbol).map(({ name }) => name) : [];
    names.set(subpath, new Set(exported));
  }
  const importOf = /^(\s*\* import (?:type )?\{ ([^}]*) \} from )"#((?:lib|kernels)\/[^"]+)"/gm;
  return (text) =>
    text.replace(importOf, (whole, begin: string, list: string, file: string) => {
      const [first, second] = file.split("/");
      const own = first === "kernels" ? `./kernels/${second}` : second === "mod.ts" ? "." : `./${second}`;
      const wanted = list.split(",").map((item) => item.trim().replace(/^type /, "").split(" ")[0]);
      const has = (subpath: string) => wanted.every((name) => names.get(subpath)?.has(name));
      const from = [own, "."].find(has);
      return from === undefined ? whole : `${begin}"${join("dialab", from)}"`;
    });
}
