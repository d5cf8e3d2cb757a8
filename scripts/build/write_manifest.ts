import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { programVersion } from "#lib/places/program_version.ts";
import { subpaths } from "./entries.ts";
import { OLDER } from "./declarations.ts";
import { emittedName } from "./rewrite.ts";

/** What the package's package.json takes from the project's. */
const KEPT = [
  ...["name", "version", "description", "license", "type", "engines"],
  ...["dependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta"],
];

/** Writes the package's package.json. Its `gitHead` is the commit that it was built from. */
export function writeManifest(out: string): void {
  const project: Record<string, unknown> = JSON.parse(
    readFileSync(join(projectRoot(), "package.json"), "utf8"),
  );
  const exported = [...subpaths()].map(([subpath, file]) => {
    const script = `./${emittedName(file)}`;
    const types = file.replace(/\.ts$/, ".d.ts");
    return [
      subpath,
      { "types@<5.7": `./${OLDER}/${types}`, types: `./${types}`, default: script },
    ] as const;
  });
  const manifest = {
    ...Object.fromEntries(KEPT.map((key) => [key, project[key]])),
    gitHead: programVersion().commit,
    bin: { dialab: "bin/dialab.js" },
    exports: { ...Object.fromEntries(exported), "./package.json": "./package.json" },
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
