import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";

/** What users import, by subpath: `.` is the whole library, `./audio` a room of it, `./kernels/vbx` a kernel. */
export function subpaths(): ReadonlyMap<string, string> {
  const rooms = (folder: string) =>
    readdirSync(join(projectRoot(), folder)).sort().flatMap((name) => {
      const file = `${folder}/${name}/mod.ts`;
      return existsSync(join(projectRoot(), file)) ? [{ name, file }] : [];
    });
  return new Map([
    [".", "lib/mod.ts"],
    ...rooms("lib").map(({ name, file }) => [`./${name}`, file] as const),
    ...rooms("kernels").map(({ name, file }) => [`./kernels/${name}`, file] as const),
  ]);
}

/** The command of all commands. */
export const COMMAND = "scripts/dialab.ts";

/** Scripts that work on dialab itself and so need a clone; the package leaves them out. */
export const OF_A_CLONE = [
  ...["build", "build_wasm", "docs_commands", "fuzz", "make_fixtures", "ok", "soak_compute", "test"],
  ...["notebook_picture", "readme_picture", "recording_picture", "reference_pictures", "check_package"],
].map((name) => `scripts/${name}.ts`);
