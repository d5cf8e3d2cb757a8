import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";

/** Files and folders that are taken as they are. */
const AS_THEY_ARE = [
  ...["LICENSE", "bin/dialab.js"],
  // Weights, and what is known of all others.
  ...["models/models.json", "models/own"],
  // What `parity` replays, and what `bench` asks numpy and SciPy.
  ...[
    "fixtures/captures",
    "fixtures/models",
    "fixtures/truth",
    "fixtures/expected",
    "fixtures/expected_values.py",
  ],
];

/** Of those, what only a clone needs: the recipe of the training. */
const LEFT_OUT = /^models\/own\/train|__pycache__/;

/** Copies into the package what is no TypeScript; of the scripts all Python. */
export function copyResources(out: string): void {
  const root = projectRoot();
  // The clone's README tells of a clone.
  cpSync(join(root, "scripts", "build", "package_readme.md"), join(out, "README.md"));
  const python = readdirSync(join(root, "scripts"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".py")).map((path) => join("scripts", path));
  for (const path of [...AS_THEY_ARE, ...python]) {
    mkdirSync(join(out, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(out, path), {
      recursive: true,
      filter: (file) => !LEFT_OUT.test(file.slice(root.length + 1).replaceAll("\\", "/")),
    });
  }
}
